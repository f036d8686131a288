# The completions, made of what --help of the programs says:
#
#	for p in ralm-auc ralm-fit; do echo "== $p"; $p --help; done |
#	    awk -v shell=bash -v pattern=ralm.bash.in -f options.awk
#
# An option is a line "  -m, --model=FILE   what it is"; where its left part is
# long, what it is stands on the next line. FILE and DIR are completed as such, and
# the words of a|b|c.

# In bash a case has the value's kind, for the option's either name.
function bash_option(  kind) {
	names = names " --" name (value != "" ? "=" : "")
	if (letter != "")
		names = names " -" letter
	if (value == "")
		return
	kind = value ~ /^(FILE|DIR)$/ || value ~ /\|/ ? value : "nothing"
	gsub(/\|/, " ", kind)
	values = values sprintf("\t%s--%s", program, name)
	if (letter != "")
		values = values sprintf(" | %s-%s", program, letter)
	values = values sprintf(") echo '%s' ;;\n", kind)
}

function zsh_option(  text, action, words, often) {
	often = help ~ /may repeat/
	text = help
	sub(/ \(default: [^)]*\)$/, "", text)
	gsub(/'/, "'\\''", text)
	gsub(/\[|\]|:/, "\\\\&", text)
	words = value
	gsub(/\|/, " ", words)
	action = value == "" ? "" : value == "FILE" ? ":file:_files" : \
		value == "DIR" ? ":folder:_files -/" : \
		value ~ /\|/ ? ":word:(" words ")" : ":" tolower(value) ":"
	gsub(/,\.\.\./, "", action)
	if (letter != "")
		names = names sprintf("\t\t\t'%s'{-%s%s,--%s%s}'[%s]%s'\n",
			often ? "*" : "(-" letter " --" name ")",
			letter, value != "" ? "+" : "", name,
			value != "" ? "=" : "", text, action)
	else
		names = names sprintf("\t\t\t'%s--%s%s[%s]%s'\n",
			often ? "*" : "", name,
			value != "" ? "=" : "", text, action)
}

function end_option() {
	if (name == "")
		return
	if (shell == "bash")
		bash_option()
	else
		zsh_option()
	name = ""
}

function end_program() {
	end_option()
	if (program == "")
		return
	programs = programs " " program
	if (shell == "bash")
		options = options sprintf("\t%s) echo '%s' ;;\n", program,
			substr(names, 2))
	else
		options = options sprintf("\t%s)\n\t\toptions=(\n%s\t\t)\n" \
			"\t\t;;\n", program, names)
	names = ""
}

/^== / {
	end_program()
	program = $2
	next
}
/^  (-[A-Za-z], |    )--[a-z]/ {
	end_option()
	letter = substr($0, 4, 1)
	if (letter == " ")
		letter = ""
	help = substr($0, 9)
	name = help
	sub(/ .*/, "", name)
	sub(/^[^ ]* */, "", help)
	value = ""
	if (match(name, /=/)) {
		value = substr(name, RSTART + 1)
		name = substr(name, 1, RSTART - 1)
	}
	next
}
name != "" && help == "" {
	help = $0
	sub(/^ */, "", help)
}

END {
	end_program()
	while ((getline line < pattern) > 0) {
		if (line == "@options@")
			printf "%s", options
		else if (line == "@values@")
			printf "%s", values
		else {
			gsub(/ @programs@/, programs, line)
			print line
		}
	}
}
