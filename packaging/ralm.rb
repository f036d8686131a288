# Homebrew: brew install --build-from-source ./packaging/ralm.rb
# For a release, url and sha256 are those of its tarball (make distcheck).
class Ralm < Formula
  desc "Look-alike model as Unix filters: samples, training, scores, AUC"
  homepage "https://arxiv.org/abs/1906.05022"
  url "file:///usr/local/src/ralm-0.2.0.tar.xz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "Apache-2.0"

  depends_on "pkgconf" => :build
  depends_on "libyaml"
  depends_on "openblas"
  depends_on "xxhash"

  def install
    system "./configure", "--disable-werror", *std_configure_args
    system "make", "install", "bashcompletiondir=#{bash_completion}",
           "zshcompletiondir=#{zsh_completion}"
  end

  test do
    samples = shell_output("#{bin}/ralm-build-data --paddlerec")
    assert_equal 100, samples.lines.count
    pipe_output("#{bin}/ralm-fit -q -e 1 -o model.bin", samples, 0)
    assert_match "users", shell_output("#{bin}/ralm-score -m model.bin --info")
  end
end
