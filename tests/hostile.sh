#!/bin/sh
# What the programs do with the hostile model files of test-model-file: each is
# refused in time with exit 1 and one line, which names the file and says what
# is wrong; nothing on stdout, no file written. TAP on stdout.
bin=${RALM_BIN:-./src}
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/models"
"$bin/../tests/unit/test-model-file" "$folder/models" >/dev/null || exit 99
cd "$folder/models" || exit 99
count=0

report() { # report STATUS NAME
	count=$((count + 1))
	[ "$1" -eq 0 ] || printf 'not '
	echo "ok $count - $2"
}

# refused TOOL FILE SAID ARGUMENT...: whether it is, with that message.
refused() {
	tool=$1 file=$2 said=$3
	shift 3
	timeout 60 "$bin/$tool" "$@" <../samples >../stdout 2>../stderr
	status=$?
	[ $status -eq 1 ] && [ ! -s ../stdout ] && [ ! -e out ] &&
		[ "$(wc -l <../stderr)" -eq 1 ] &&
		grep -qF "$tool: $file: $said" ../stderr && return
	echo "# $tool $*: exit $status; $said"
	sed 's/^/# /' ../stderr
	return 1
}

# all NAME TOOL OPTION= ARGUMENT...: every file as the value of the option.
all() {
	name=$1 tool=$2 option=$3
	shift 3
	bad=0
	for file in [0-9]*.bin; do
		refused "$tool" "$file" "$(cat "${file%.bin}.said")" \
			"$option$file" "$@" || bad=1
	done
	report $bad "$name"
}

echo 'user_seeds:1 user_seeds:9 target_user:4 label:1' >../samples
set -- [0-9]*.bin
report $(($# < 50)) "there are $# hostile files"
all "scoring" ralm-score --model=
all "--info" ralm-score --model= --info
all "--init-model" ralm-fit --init-model= -q --output=out

# As the only checkpoint there is.
bad=0
mkdir steps
for file in [0-9]*.bin; do
	ln -f "$file" steps/step-000000000001.bin
	refused ralm-fit steps/step-000000000001.bin \
		"$(cat "${file%.bin}.said")" -q --output=out --resume \
		--checkpoint-dir=steps || bad=1
done
report $bad "--resume"

# 100 MB of header, really there.
{
	printf '\0\0\100\006\0\0\0\0{"a":"'
	dd if=/dev/zero bs=1000000 count=105 2>/dev/null | tr '\0' a
} >header.bin
bad=0
said='not a safetensors file: a header of 104857600 bytes, more than 1048576'
refused ralm-score header.bin "$said" --model=header.bin || bad=1
refused ralm-score header.bin "$said" --info --model=header.bin || bad=1
refused ralm-fit header.bin "$said" -o out --init-model=header.bin || bad=1
report $bad "a header of 100 MB"

# Too large to be read whole unasked: scored in time, refused with --verify, and
# never trained from.
bad=0
for file in large-*.bin; do
	timeout 60 "$bin/ralm-score" -m "$file" <../samples >../stdout \
		2>../stderr || {
		echo "# $file: exit $?"
		bad=1
	}
	for how in --verify "--verify --info"; do
		# shellcheck disable=SC2086 # two words
		refused ralm-score "$file" damaged: $how -m "$file" || bad=1
	done
	refused ralm-fit "$file" damaged: -o out --init-model="$file" || bad=1
done
report $bad "large files with hostile tensors"
echo "1..$count"
