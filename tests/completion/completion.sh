#!/bin/sh
# The completions know the options of the manual pages, and in bash and zsh on a
# terminal they complete. TAP on stdout.
# shellcheck source=tests/tap.sh
. "${RALM_SRC:-.}/tests/tap.sh"
source=$(cd "${RALM_SRC:-.}" && pwd)
made=$(cd "${RALM_BIN:-./src}/../completions" 2>/dev/null && pwd)
[ -e "$made/ralm-auc" ] || {
	echo "1..0 # SKIP no completions were made"
	exit 0
}
make_folder
cd "$folder" || exit 99

# PROGRAM: the options of its page, and of what takes one of several words, those.
page_options() {
	sed -n 's/^\.It Fl.* -\([a-z-]*\).*/--\1/p' "$source/man/$1.1" | sort
}
page_words() {
	sed -n 's/^\.It Fl.* -\([a-z-]*\) Ns = Ns \(.*\)/--\1 \2/p' \
		"$source/man/$1.1" | sed 's/ Ns | Ns /|/g; s/Cm //g; s/Ar //g
		s/ | /|/g' | grep '|' | tr '|' ' ' | sort
}

bash_knows() { # PROGRAM: the same of the completion
	bash -c '. "$1"; _ralm_options "$2"' - "$made/ralm-auc" "$1" | tr ' ' '\n'
}
bash_words() {
	bash_knows "$1" | sed -n 's/^\(--.*\)=$/\1/p' | while read -r option; do
		bash -c '. "$1"; _ralm_value "$2" "$3"' - "$made/ralm-auc" "$1" \
			"$option" | sed "s/^/$option /"
	done | grep -E '^[^ ]+ [^ ]+ ' | sort
}

for tool in "$source"/src/ralm-*.c; do
	program=$(basename "$tool" .c)
	page_options "$program" >page
	bash_knows "$program" | sed -n 's/^\(--[a-z-]*\)=*$/\1/p' | sort >bash
	report "bash knows the options of $program(1)" "$(diff page bash)"
	page_words "$program" >page
	bash_words "$program" >bash
	report "bash knows the words of $program(1)" "$(diff page bash)"
	bash_knows "$program" | sort >bash
	awk -v at="	$program)" '$0 == at { on = 1 } /^\t\t;;/ { on = 0 } on' \
		"$made/_ralm" | grep -oE -e "[{']-[a-zA-Z]\+?[,']?|--[a-z-]+=?[[}]" |
		grep -oE -e '--?[a-zA-Z-]+=?' | sort -u >zsh
	report "zsh knows those of bash" "$(diff bash zsh)"
done
report "zsh says what each of them is" "$(grep -nF '[]' "$made/_ralm")"

python=
for candidate in ${PYTHON:+"$PYTHON"} python3; do
	"$candidate" -c 'import pty' 2>/dev/null && python=$candidate && break
done
mkdir folder
: >model.bin
: >test.txt
: >--odd

# completes SETUP "KEYS" "ARGUMENTS" SHELL...: what is typed becomes that.
completes() {
	setup=$1 keys=$2 want=$3
	shift 3
	if [ -z "$python" ] || ! command -v "$1" >/dev/null; then
		skip "no $1, or no Python to type into it"
		return
	fi
	got=$("$python" "$source/tests/completion/type.py" "$setup" "$keys" "$@" \
		2>&1)
	report "$1: $keys" "$([ "$got" = "$want" ] || echo "$got")"
}

both() { # KEYS ARGUMENTS
	completes ". '$made/ralm-auc'" "$1" "$2" bash --norc --noprofile -i
	completes "fpath=('$made' \$fpath); autoload -Uz compinit; compinit -u -D" \
		"$1" "$2" zsh -f -i
}
both 'ralm-score --unk\tbl\t --mod\tmo\t --verif\ttes\t' \
	'<--unknown=blank><--model=model.bin><--verify><test.txt>'
both 'ralm-score -m mod\t -j mod\t' '<-m><model.bin><-j><mod>'
both 'ralm-fit --checkpoint-d\tf\tx --optimizer row\t' \
	'<--checkpoint-dir=folder/x><--optimizer><rowwise-adagrad>'
both 'ralm-fit --note=a --not\tb --netw\tkd\t' '<--note=a><--note=b><--network=kdd19>'
both 'ralm-build-data -c test.txt --clic\t=mo\t -c te\t' \
	'<-c><test.txt><--clicks=model.bin><-c><test.txt>'
both 'ralm-auc -- --o\t' '<--><--odd>'
echo "1..$count"
