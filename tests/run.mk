# What tests/run.sh runs in build-check/: builds, the tests of each, lints. They are
# targets of one make, all of whose makes share its jobs: while one tree is
# configured, or waits for its last test, another one is built or tested.
#
# From tests/run.sh: source, the folder; mpi and opencl, what configure is told where
# they are here; leaks, whether they are looked for; debian and threads, "yes" where
# packages are made and where races are found. No test has them in its environment.
unexport source mpi opencl leaks debian threads

RALM_CHECK := $(CURDIR)
export RALM_CHECK
stage = $(source)/tests/stage.sh

find = $(patsubst $(source)/%,%,$(wildcard $(addprefix $(source)/,$(1))))
pages := $(call find,man/*.[0-9])
scripts := $(call find,bootstrap .ci/run examples/*.sh packaging/*.sh tests/*.sh \
	tests/*/*.sh tests/*/*.bash)
bats := $(call find,tests/bats/*.bats)

# Those that take longest come first.
suites = gcc clang-sanitizers sanitizers $(threads:yes=threads) clang \
	$(opencl:--with-opencl=devices)
lints = $(addprefix lint-,$(pages) $(scripts) $(bats))
all: suites $(debian:yes=packages) $(lints)
suites: $(suites)
.PHONY: all suites bootstrap compile-devices packages $(suites) $(lints)

bootstrap:
	@cd $(source) && $(stage) step bootstrap ./bootstrap

# ---- builds -----------------------------------------------------------------

# Lines are all that is wanted of what a debugger is told: the rest takes time.
with = --enable-werror CFLAGS="-g1 -O2"
options-gcc = CC=gcc $(with) $(mpi)
options-clang = CC=clang $(with) $(mpi) $(opencl)
options-devices = CC=gcc $(with) $(opencl)
# gcc takes twice as long to compile sanitized code at -O2, more than its tests gain.
options-sanitizers = CC=gcc --enable-werror CFLAGS="-g1 -O1" --enable-sanitizers
options-clang-sanitizers = CC=clang $(with) --enable-sanitizers
options-threads = CC=clang $(with) --enable-sanitizers=thread

configure-%: bootstrap
	@mkdir -p $* && cd $* && $(stage) step "configure $*" \
	  $(source)/configure -q $(options-$*)

make-%: configure-%
	+@$(stage) step "make $*" $(MAKE) -C $*

# ---- their tests ------------------------------------------------------------

# All tests are those of what is distributed, built from a tree that is only read.
gcc: configure-gcc
	+@$(stage) suite gcc $(MAKE) -C gcc distcheck \
	  DISTCHECK_CONFIGURE_FLAGS='$(options-gcc)'

clang: make-clang
	+@$(stage) suite clang $(MAKE) -C clang check-quick

# Training on devices, too; their code is compiled with gcc as well.
devices: clang compile-devices
	+@$(stage) suite "clang devices" $(MAKE) -C clang check-devices

compile-devices: configure-devices
	+@$(stage) step "make devices" $(MAKE) -C devices device_kernel_text.o \
	  src/device_list.o $(patsubst %.c,%.o,$(call find,src/libralm/device/*.c))

# Without a stack of its own for signals: where a thread is cancelled,
# AddressSanitizer takes what its functions left on the stack for still in use, and
# stumbles over that itself when it gives the other stack back.
sanitizers clang-sanitizers: export ASAN_OPTIONS = \
	detect_leaks=$(leaks):use_sigaltstack=0
sanitizers clang-sanitizers: export UBSAN_OPTIONS = print_stacktrace=1
sanitizers: make-sanitizers
	+@$(stage) suite sanitizers $(MAKE) -C sanitizers check-c
clang-sanitizers: make-clang-sanitizers
	+@$(stage) suite clang-sanitizers $(MAKE) -C clang-sanitizers \
	  check-watched

threads: make-threads
	+@$(stage) suite threads $(MAKE) -C threads check-threads

packages: gcc
	@$(stage) step "Debian packages" $(source)/packaging/check-debian.sh \
	  gcc/ralm-*.tar.xz

# ---- lints ------------------------------------------------------------------

$(pages:%=lint-%): lint-%:
	@$(stage) step "mandoc -Tlint $*" mandoc -Tlint -W warning $(source)/$*

$(scripts:%=lint-%): lint-%:
	@cd $(source) && $(stage) step "shellcheck $*" shellcheck -x $*

# A command behind ! ends no test of bats, whatever it says.
$(bats:%=lint-%): lint-%:
	@cd $(source) && $(stage) step "shellcheck $*" \
	  shellcheck -i SC2314,SC2315 $*
