# Every string of C source, neighbours joined, that is a message or a part of
# one: FILE:LINE TAB STRING. A message is what is handed to a function that
# makes errors or warnings, and any other phrase that is not help, a manual
# page's matter, or data.

# code: the statement up to the string, its earlier strings as ".
function is_message() {
	if (text !~ /[a-z][a-z]/)
		return 0
	if (code ~ /cli_warn_(share|bad_lines)\(/)
		return 1
	if (match(code, /(ralm_error_(set|system)|ralm_reader_error|ralm_input_empty|FAIL|cli_(warn|usage))\(.*$/))
		# Not what is put into the message of the call.
		return substr(code, RSTART) !~ /".*,/
	return text ~ /[^ ] [^ ]/ && text !~ /\\t/ &&
		file !~ /(jobs\/evaluate\/(print_measures|html_report|svg)|jobs\/build\/print_stats|jobs\/expand\/expand_report|jobs\/fit\/fit_page_(html|plots)|formats\/html_page)\.c$/ &&
		code !~ /^ ?(\.kind = )?CLI_[A-Z]+, / && # a row of options
		file !~ /settings\/config_table\.c$/ && # purposes of settings
		code !~ /^ ?\.name = .*\.purpose = / &&
		code !~ /_Static_assert/ &&
		code !~ /(^|[^fn])printf\(|cli_(print|put)\(|progress_init\(|snprintf\(name|put[a-z_]*\(|expect_number\(|say_stat\(|kind = /
}

function flush() {
	if (!have)
		return
	if (is_message())
		print place "\t" text
	code = code "\""
	have = 0
	text = ""
}

FNR == 1 {
	flush()
	file = FILENAME
	code = ""
	comment = 0
}

/^#(include|if|el|endif|error)/ { next }

{
	line = $0
	define = define || line ~ /^#define/
	while (line != "") {
		length_of = 1
		if (comment) {
			end = index(line, "*/")
			comment = end == 0
			length_of = end ? end + 1 : length(line)
		} else if (match(line, /^[ \t]+/)) {
			length_of = RLENGTH
			if (!have && code !~ / $/)
				code = code " "
		} else if (substr(line, 1, 2) == "/*") {
			comment = 1
			length_of = 2
		} else if (match(line, /^"([^"\\]|\\.)*"/)) {
			length_of = RLENGTH
			if (!have)
				place = FILENAME ":" FNR
			have = 1
			text = text substr(line, 2, RLENGTH - 2)
		} else if (have && match(line, /^PRI[a-z0-9]+/)) {
			length_of = RLENGTH
			text = text "u"
		} else {
			flush()
			if (match(line, /^'([^'\\]|\\.)+'/) ||
			    match(line, /^[A-Za-z0-9_]+/))
				length_of = RLENGTH
			word = substr(line, 1, length_of)
			code = word ~ /^[;{}]$/ ? "" : code word
		}
		line = substr(line, length_of + 1)
	}
	if (define && $0 !~ /\\$/) {
		flush()
		define = 0
		code = ""
	}
	if (!have && code !~ / $/)
		code = code " "
}

END { flush() }
