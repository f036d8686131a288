/* formats/score_text: columns, lines, and the quick way through the common line
 * against the plain one. */
#include "check.h"

#include "libralm/formats/score_text.h"
#include "libralm/formats/user_id.h"
#include "libralm/ground/rng.h"

#include <math.h>
#include <string.h>

static struct ralm_error err;

static struct ralm_score_columns columns_in(struct ralm_score_format format)
{
	struct ralm_score_columns columns;
	if (ralm_score_columns_init(&columns, &format, &err) != 0)
		columns.count = -1;
	return columns;
}

static struct ralm_score_columns columns_of(const char *list)
{
	return columns_in((struct ralm_score_format){.columns = list});
}

/* Lines may change while they are parsed: of a copy. */
static int parse(struct ralm_score_line *line,
		 const struct ralm_score_columns *columns, const char *text)
{
	char copy[128];
	size_t length = strlen(text);
	memcpy(copy, text, length);
	return ralm_score_line_parse(line, columns, copy, length, &err);
}

static bool guess(struct ralm_score_columns *columns, const char *text)
{
	char copy[128];
	size_t length = strlen(text);
	memcpy(copy, text, length);
	return ralm_score_columns_guess(columns, copy, length, &err) == 0;
}

static bool settle(struct ralm_score_columns *columns, const char *text)
{
	char copy[128];
	size_t length = strlen(text);
	memcpy(copy, text, length);
	return ralm_score_columns_header(columns, copy, length, &err) == 0;
}

static void test_columns(void)
{
	struct ralm_score_columns c = columns_of("group,_,score,weight,label,_,_");
	check(c.count == 5 && c.grouped && c.weighted && !c.plain && !c.exact &&
		      !memcmp(c.roles, "g_swl", 5),
	      "a list of columns, without those behind the last that counts");
	c = columns_of("label,score");
	check(c.count == 2 && c.plain && !c.grouped, "label and score");
	check(columns_of("score,label").plain == false, "not in this order");
	static const char *const bad[] = {"", "label", "score", "label,score,",
					  "label,score,score", "label,,score",
					  "Label,score", "label score", "_,_"};
	bool refused = true;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refused = refused && columns_of(bad[i]).count == -1;
	check(refused, "what is no list of columns");
	char many[2 * RALM_SCORE_COLUMNS_MAX + 32] = "label,score";
	for (int i = 2; i < RALM_SCORE_COLUMNS_MAX; i++)
		strcat(many, ",_");
	bool fits = columns_of(many).count == 2;
	strcat(many, ",_");
	check(fits && columns_of(many).count == -1, "as many columns as there may be");

	c = columns_of(NULL);
	check(guess(&c, "1 2 3") && c.exact && c.grouped && c.count == 3,
	      "three fields: a group");
	c = columns_of(NULL);
	check(guess(&c, "1 2") && c.plain, "two fields: none");
	c = columns_of(NULL);
	check(guess(&c, "1\t2\t") && c.count == 2 && guess(&c, "1\t\t") &&
		      c.count == 2 && guess(&c, "1\t\ta b") && c.count == 3 &&
		      guess(&c, "1\t2\ta\t") && c.count == 3,
	      "a tab at the end of a line is no field, but an empty score is one");
	c = columns_in((struct ralm_score_format){.delimiter = ";"});
	check(guess(&c, "1;2;a; ") && c.count == 3 && guess(&c, "1;2;") &&
		      c.count == 2 && !guess(&c, "1;2;a;;"),
	      "nor is a semicolon, where that delimits");
	c = columns_of(NULL);
	check(!guess(&c, "1") && !guess(&c, "1 2 3 4") && c.count == 0,
	      "one or four fields: refused, the columns untouched");
}

static bool parses(const char *list, const char *line,
		   struct ralm_score_line want)
{
	struct ralm_score_columns columns = columns_of(list);
	struct ralm_score_line got;
	return parse(&got, &columns, line) == 0 && got.label == want.label && got.score == want.score &&
	       got.weight == want.weight && got.group == want.group;
}

/* The columns LABEL SCORE GROUP behind a delimiter: the line's group is this
 * text; NULL: the line is refused. */
static bool groups(const char *delimiter, const char *line, const char *group)
{
	struct ralm_score_columns columns = columns_in((struct ralm_score_format){
		.columns = "label,score,group", .delimiter = delimiter});
	struct ralm_score_line got;
	if (group == NULL)
		return parse(&got, &columns, line) != 0;
	return parse(&got, &columns, line) == 0 && got.label == 1 &&
	       got.score == 0.5 &&
	       got.group == ralm_user_key(group, strlen(group), 0);
}

static void test_delimiters(void)
{
	check(groups(NULL, "1\t0.5\ta b", "a b") &&
		      groups(NULL, " 1 \t 0.5\t a  b \tc", "a  b") &&
		      groups(NULL, "1 0.5 a b", "a") &&
		      groups(NULL, "1 0.5\ta", NULL),
	      "a tab in a line: blanks belong to its fields, not those around");
	check(groups(",", "1,0.5,a b", "a b") &&
		      groups(",", "1, 0.5 ,a,b", "a") &&
		      groups(",", "true,\"0.5\",\"a, \"\"b\"\"\"", "a, \"b\"") &&
		      groups(",", "1,0.5,\" a\"", " a") &&
		      groups(",", "1,0.5,\"a", NULL) &&
		      groups(",", "1,0.5,a,\"b", NULL) &&
		      groups(",", "1,0.5,\"a\"b", NULL),
	      "CSV: quotes, also behind the columns that count");
	check(groups("::", "1::0.5::a:b", "a:b") &&
		      groups("\\x01", "1\1" "0.5\1a", "a") &&
		      groups("blanks", "  1 \t 0.5\ta b", "a") &&
		      groups(" ", "1 0.5 a", "a") && groups(" ", "1  0.5 a", NULL) &&
		      groups("\\t", "1\t0.5\ta\"b", "a\"b") &&
		      groups("\\t", "1 0.5 a", NULL),
	      "several bytes, a control character, blanks, a single one");
}

static void test_headers(void)
{
	struct ralm_score_format format = {.header = true, .delimiter = ","};
	struct ralm_score_columns c = columns_in(format);
	struct ralm_score_line line;
	check(c.count == 0 && settle(&c, "id,Score,x,LABEL,item,y") &&
		      c.count == 5 && !memcmp(c.roles, "_s_lg", 5) &&
		      c.grouped && !c.weighted &&
		      parse(&line, &c, "7,0.25,,1,x") == 0 && line.score == 0.25,
	      "a header's own names, in any case");
	check(settle(&c, "label,score,group") && c.count == 3 &&
		      parse(&line, &c, "1,0.75,x") == 0 && line.score == 0.75 &&
		      !settle(&c, "label,score") &&
		      !settle(&c, "label,score,group,weight") && c.count == 3,
	      "the next file has them elsewhere, but no other ones");
	c = columns_in(format);
	check(!settle(&c, "label,p") &&
		      strstr(err.message, "for score (--columns); there are 'label', 'p'") &&
		      !settle(&c, "label;score") &&
		      strstr(err.message, "'label;score' (--delimiter)") &&
		      !settle(&c, "label,score,item,group") && c.count == 0,
	      "names that are not there, or twice");
	format.columns = "score=p,label=did click,weight=w=1";
	c = columns_in(format);
	check(settle(&c, " did click ,\"w=1\",p") && c.weighted &&
		      !memcmp(c.roles, "lws", 3) &&
		      !settle(&c, "did click,P,w=1") &&
		      strstr(err.message, "score=p"),
	      "names that --columns tells, as they are written");
	c = columns_in(format);
	check(!settle(&c, "p,w=1,w=1,did click") &&
		      !strcmp(err.message,
			      "two fields of the header are for weight=w=1, the second is 'w=1'") &&
		      !settle(&c, "p,w=1,p,did click") &&
		      !strcmp(err.message,
			      "two fields of the header are for score=p, the second is 'p'"),
	      "two fields for one role: the entry is told, not those behind");
	format.columns = "score=p \"raw\",label=did \"it\"";
	c = columns_in(format);
	check(settle(&c, "\"did \"\"it\"\"\",p \"raw\"") && !memcmp(c.roles, "ls", 2),
	      "quotes in names, doubled where these are quoted");
	format.columns = "label,score";
	c = columns_in(format);
	check(settle(&c, "a,b") && c.plain && !settle(&c, "1,0.5") &&
		      strstr(err.message, "is no header"),
	      "columns in order: the header is passed over, but not data");
	static const char *const bad[] = {
		"label=a", "label=a,score=a", "label=a,score", "label,score=a",
		"label=a,score=b,_=c", "label=a,label=b,score=c", "Label=a,score=b"};
	bool refused = true;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		format.columns = bad[i];
		refused = refused && columns_in(format).count == -1;
	}
	check(refused && columns_of("label=a,score=b").count == -1,
	      "names that are no list, or without a header");
}

/* Lines longer than their header, by its names or passed over. */
static void test_longer_lines(void)
{
	static const struct {
		const char *columns, *delimiter, *header, *line;
		bool taken;
	} cases[] = {
		{NULL, ",", "label,score", "1,0,9", false},
		{NULL, ",", "label,score", "1,0.9", true},
		{NULL, ",", "label,score", "1,0.9,", true},
		{NULL, ",", "label,score", "1,0.9, ", true},
		{NULL, ",", "label,score", "1,0,9,", false},
		{NULL, ",", "label,score,", "1,0.9,", true},
		{NULL, ",", "label,score,", "1,0,9,", false},
		{NULL, ",", "label,score,", "1,0,9", false},
		{NULL, ";", "score;x;label", "0.5;7;1;5", false},
		{NULL, ",", "score,label,\"a,b\"", "0.5,1,\"c,d\"", true},
		{NULL, ",", "score,label,\"a,b\"", "0.5,1,c,d", false},
		{"label=a,score=b", ",", "a,b,c", "1,0.5", true},
		{"label=a,score=b", ",", "a,b,c", "1,0,5,x", false},
		{"_,label,score", ",", "id,l,p", "7,1,0,5", false},
		{"_,label,score", ",", "id,l,p,q", "7,1,0.5,x", true},
		{"label,score", "\\t", "l\tp", "1\t0.5\tx", true},
		{"label,score", "blanks", "l p", "1 0.5 x", true},
		{"label,score", NULL, "l p", "1 0.5 x", true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ralm_score_columns c = columns_in(
			(struct ralm_score_format){.header = true,
						   .columns = cases[i].columns,
						   .delimiter = cases[i].delimiter});
		struct ralm_score_line line;
		bool ok = settle(&c, cases[i].header);
		bool taken = parse(&line, &c, cases[i].line) == 0;
		check(ok && taken == cases[i].taken &&
			      (taken || strstr(err.message, "a decimal comma")),
		      "'%s' under '%s': %s", cases[i].line, cases[i].header,
		      cases[i].taken ? "taken" : "refused");
	}
	struct ralm_score_columns c = columns_in(
		(struct ralm_score_format){.header = true, .delimiter = ","});
	struct ralm_score_line line;
	check(settle(&c, "label,score") && settle(&c, "score,label,note") &&
		      parse(&line, &c, "0.5,1,x") == 0,
	      "each file's own header counts");
	c = columns_in((struct ralm_score_format){.header = true,
						  .columns = "label,score",
						  .delimiter = ","});
	check(!settle(&c, "a,b,\"c"), "a header's quotes are right to its end");
}

/* Any byte may delimit: what the quick way takes for one number the plain way
 * does not cut in two. */
static void test_scan_delimiters(void)
{
	static const char delimiters[] = "0159.+-eEx,;";
	static const char *const numbers[] = {"3.2", "352", "3e2", "3E2", "3e-2",
					      "3e+2", "-32", "+32", "302", "31"};
	bool same = true;
	int taken = 0;
	for (const char *d = delimiters; *d != '\0'; d++) {
		const char delimiter[] = {*d, '\0'};
		struct ralm_score_columns c = columns_in((struct ralm_score_format){
			.columns = "label,score", .delimiter = delimiter});
		for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
			struct ralm_score_line quick, plain;
			char text[16];
			size_t length = (size_t)snprintf(text, sizeof text, "1%c%s\n",
							 *d, numbers[i]);
			if (ralm_score_line_scan(&quick, &c, text,
						 text + length) == NULL)
				continue;
			taken++;
			text[length - 1] = '\0';
			same = same && parse(&plain, &c, text) == 0 &&
			       quick.score == plain.score;
		}
	}
	check(same && taken >= 30, "a delimiter that numbers are written with");
}

static void test_labels(void)
{
	static const char *const ones[] = {"1", "1.0", "1.000", "true", "TRUE",
					   "True"};
	static const char *const zeros[] = {"0", "0.0", "0.00", "false", "False"};
	static const char *const none[] = {
		"1.", ".0", "1.01", "01", "+1", "-0", "1e0", "10", "t", "yes",
		"truex", "1.0.0", "1.0x", "2", "-1", "0.5", "1,0"};
	struct ralm_score_columns c = columns_of("label,score");
	struct ralm_score_columns sign = columns_in((struct ralm_score_format){
		.columns = "label,score", .signed_labels = true});
	struct ralm_score_line line;
	char text[32];
	bool ok = true;
	for (size_t i = 0; i < sizeof ones / sizeof *ones; i++) {
		snprintf(text, sizeof text, "%s\t2", ones[i]);
		ok = ok && parse(&line, &c, text) == 0 && line.label == 1;
	}
	for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
		snprintf(text, sizeof text, "%s\t2", zeros[i]);
		ok = ok && parse(&line, &c, text) == 0 && line.label == 0;
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		snprintf(text, sizeof text, "%s\t2", none[i]);
		ok = ok && parse(&line, &c, text) == -1;
	}
	check(ok, "labels: 0 and 1, with zeros behind a point, false and true");
	check(parse(&line, &sign, "-1.0 2") == 0 && line.label == 0 &&
		      parse(&line, &sign, "+1.00 2") == 0 && line.label == 1 &&
		      parse(&line, &sign, "-1 2") == 0 && line.label == 0 &&
		      parse(&line, &sign, "0.0 2") == -1 &&
		      parse(&line, &sign, "true 2") == -1 &&
		      parse(&line, &sign, "- 2") == -1,
	      "labels with a sign");
}

static void test_blank_scores(void)
{
	struct ralm_score_format format = {.columns = "label,score,group"};
	struct ralm_score_columns c = columns_in(format);
	struct ralm_score_line line;
	bool told = parse(&line, &c, "1\t\titem") == -1 &&
		    strstr(err.message, "--skip-blank") != NULL;
	format.skip_blank = true;
	c = columns_in(format);
	check(told && parse(&line, &c, "1\t \titem") == 0 && line.blank &&
		      parse(&line, &c, "1\t0\titem") == 0 && !line.blank &&
		      parse(&line, &c, "x\t\titem") == -1,
	      "an empty score is told, or taken for none");
}

static void test_lines(void)
{
	check(parses("label,score", "1\t0.5", (struct ralm_score_line){1, 0.5, 1, 0, false}) &&
		      parses("label,score", "  0   -2e3  ", (struct ralm_score_line){0, -2000, 1, 0, false}) &&
		      parses("label,score", "1 \t 3 \tanything", (struct ralm_score_line){1, 3, 1, 0, false}),
	      "tabs, spaces, what stands behind");
	check(parses("weight,label,_,score,group", "2.5\t1\t\t-inf\t42",
		     (struct ralm_score_line){1, -(double)INFINITY, 2.5, 42, false}) &&
		      parses("group,label,score", "x 0 +Infinity",
			     (struct ralm_score_line){0, (double)INFINITY, 1,
						      ralm_user_key("x", 1, 0), false}),
	      "weights, groups, infinities, an empty field passed over");
	struct ralm_score_columns columns = columns_of("label,score");
	struct ralm_score_line line = {7, 7, 7, 7, false};
	check(parse(&line, &columns, "1 x") == -1 &&
		      line.label == 7 && err.line == 0 && err.file[0] == '\0' &&
		      err.code == RALM_ERROR_DATA,
	      "a bad line: the output untouched, the error without a place");
	columns.format.probabilities = true;
	check(parse(&line, &columns, "1 1") == 0 &&
		      parse(&line, &columns, "1 1.01") == -1 &&
		      parse(&line, &columns, "1 -1e-9") == -1,
	      "probabilities where they are due");
}

/* Lines like those that are read, and lines that are nearly so: whenever the
 * quick way takes one, the plain way says the same. */
static void test_scan(void)
{
	static const char letters[] = "0101.0123456789e-+ \t\r\n\n x\0";
	struct ralm_score_columns columns = columns_of("label,score");
	struct ralm_rng rng;
	ralm_rng_init(&rng, 21, 0);
	int taken = 0;
	bool same = true;
	for (int i = 0; i < 400000; i++) {
		char text[64];
		size_t length = (size_t)snprintf(
			text, sizeof text, "%d\t%.*g\n", (int)ralm_rng_below(&rng, 2),
			(int)ralm_rng_below(&rng, 18) + 1, ralm_rng_uniform(&rng));
		if (i % 2)
			text[ralm_rng_below(&rng, length)] =
				letters[ralm_rng_below(&rng, sizeof letters - 1)];
		struct ralm_score_line quick, plain;
		const char *next = ralm_score_line_scan(&quick, &columns, text,
							text + length);
		if (next == NULL) {
			same = same && i % 2; /* a whole line is always taken */
			continue;
		}
		taken++;
		const char *newline = memchr(text, '\n', length);
		same = same && next == newline + 1 &&
		       ralm_score_line_parse(&plain, &columns, text,
					     (size_t)(newline - text), &err) == 0 &&
		       quick.label == plain.label && quick.score == plain.score &&
		       quick.weight == plain.weight && quick.group == plain.group;
	}
	check(same && taken > 200000, "the quick way says what the plain way says");
	static const char common[] = "1 2\n";
	same = true;
	taken = 0;
	struct ralm_score_columns grouped = columns_of(NULL);
	same = guess(&grouped, "1\t2\t3");
	for (int i = 0; i < 200000; i++) {
		char text[64];
		size_t length = (size_t)snprintf(
			text, sizeof text, "%d\t%.*g\tg%d\n", (int)ralm_rng_below(&rng, 2),
			(int)ralm_rng_below(&rng, 18) + 1, ralm_rng_uniform(&rng),
			(int)ralm_rng_below(&rng, 1000));
		if (i % 2)
			text[ralm_rng_below(&rng, length)] =
				letters[ralm_rng_below(&rng, sizeof letters - 1)];
		struct ralm_score_line quick, plain;
		const char *next = ralm_score_line_scan(&quick, &grouped, text,
							text + length);
		if (next == NULL) {
			same = same && i % 2;
			continue;
		}
		taken++;
		same = same && next[-1] == '\n' &&
		       ralm_score_line_parse(&plain, &grouped, text,
					     (size_t)(next - 1 - text), &err) == 0 &&
		       quick.label == plain.label && quick.score == plain.score &&
		       quick.group == plain.group;
	}
	check(same && taken > 100000, "and with a group");
	struct ralm_score_line line;
	columns.plain = false;
	check(ralm_score_line_scan(&line, &columns, common, common + 4) == NULL,
	      "and is not taken for other columns");
}

int main(void)
{
	test_columns();
	test_lines();
	test_delimiters();
	test_headers();
	test_longer_lines();
	test_labels();
	test_blank_scores();
	test_scan();
	test_scan_delimiters();
	return check_done();
}
