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
		grep -qF "$tool: ${file:+$file: }$said" ../stderr && return
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
all "an audience" ralm-expand --model= --size=1
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

# Checkpoints whose position or optimizer's state is not what it must be, with
# digests that are right.

# put OFFSET: stdin into the checkpoint.
put() {
	dd of=steps/step-000000000002.bin bs=1 seek="$1" conv=notrunc 2>/dev/null
}

# change FROM TO: in the checkpoint's header, as many bytes.
change() {
	at=$(LC_ALL=C grep -aboF "$1" steps/*.bin | head -n 1 | cut -d : -f 1)
	[ -n "$at" ] || exit 99
	printf %s "$2" | put "$at"
	"$bin/../tests/reseal" steps/*.bin || exit 99
}

# wrong NAME [resumed]: refused by --resume and, unless only that needs it, by
# --init-model.
wrong() {
	bad=0
	refused ralm-fit "" "" -q -b50 -e2 --embedding-size=4 \
		--transformed-size=4 --checkpoint-dir=steps --resume -o out ||
		bad=1
	[ $# -eq 2 ] ||
		refused ralm-fit "" "" -q -b50 --init-model=steps -o out ||
		bad=1
	report $bad "a checkpoint with $1"
	rm -rf steps && cp -r good steps
}

"$bin/ralm-build-data" --paddlerec >../samples || exit 99
rm -rf steps
"$bin/ralm-fit" -q -b50 --embedding-size=4 --transformed-size=4 \
	--checkpoint-dir=steps -o whole ../samples || exit 99
cp -r steps good
change '"position":"2"' '"position":"x"'
wrong "a position that is no number" resumed
change '"position":"2"' '"position":"9"'
wrong "a position that it cannot have reached" resumed
change '"optimizer.step":"2"' '"optimizer.step":"x"'
wrong "steps that are no number"
change optimizer.rows.0 optimizer.rows.7
wrong "a state that is missing"
change '"optimizer.rows.1":{"dtype":"F32","shape":[19,4]' \
	'"optimizer.rows.1":{"dtype":"F32","shape":[38,2]'
wrong "a state of another shape"
change '"optimizer.dense.0":{"dtype":"F32"' '"optimizer.dense.0":{"dtype":"U32"'
wrong "a state of another type"
# As version 1, without a digest: a model might be so, a checkpoint not.
change '"format_version":"2"' '"format_version":"1"'
change '"digest"' '"legist"'
wrong "no digest"
for state in rows.0 rows.1 dense.0 dense.1; do
	begin=$(LC_ALL=C grep -ao "optimizer.$state\":[^}]*offsets\":\[[0-9]*" \
		steps/*.bin | sed 's/.*\[//')
	header=$(od -An -tu4 -N4 steps/*.bin | tr -d ' ')
	printf '\0\0\300\177' | put $((8 + header + begin + 4))
	"$bin/../tests/reseal" steps/*.bin || exit 99
	wrong "a state that is no number in $state"
done
echo "1..$count"
