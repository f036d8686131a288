/* formats/scores: columns, lines, and the quick way through the common line
 * against the plain one. */
#include "check.h"

#include "libralm/formats/scores.h"
#include "libralm/formats/user_id.h"
#include "libralm/ground/rng.h"

#include <math.h>
#include <string.h>

static struct ralm_score_columns columns_of(const char *list)
{
	struct ralm_score_columns columns;
	struct ralm_error err;
	memset(&columns, 0, sizeof columns);
	if (list != NULL && ralm_score_columns_parse(&columns, list, &err) != 0)
		columns.count = -1;
	return columns;
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

	struct ralm_error err;
	c = columns_of(NULL);
	check(ralm_score_columns_guess(&c, "1 2 3", 5, &err) == 0 && c.exact &&
		      c.grouped && c.count == 3,
	      "three fields: a group");
	c = columns_of(NULL);
	check(ralm_score_columns_guess(&c, "1 2", 3, &err) == 0 && c.plain,
	      "two fields: none");
	check(ralm_score_columns_guess(&c, "1", 1, &err) == -1 &&
		      ralm_score_columns_guess(&c, "1 2 3 4", 7, &err) == -1 &&
		      c.count == 2,
	      "one or four fields: refused, the columns untouched");
}

static bool parses(const char *list, const char *line,
		   struct ralm_score_line want)
{
	struct ralm_score_columns columns = columns_of(list);
	struct ralm_score_line got;
	struct ralm_error err;
	return ralm_score_line_parse(&got, &columns, line, strlen(line), &err) == 0 &&
	       got.label == want.label && got.score == want.score &&
	       got.weight == want.weight && got.group == want.group;
}

static void test_lines(void)
{
	check(parses("label,score", "1\t0.5", (struct ralm_score_line){1, 0.5, 1, 0}) &&
		      parses("label,score", "  0   -2e3  ", (struct ralm_score_line){0, -2000, 1, 0}) &&
		      parses("label,score", "1 \t 3 anything", (struct ralm_score_line){1, 3, 1, 0}),
	      "tabs, spaces, what stands behind");
	check(parses("weight,label,_,score,group", "2.5\t1\t\t-inf\t42",
		     (struct ralm_score_line){1, -(double)INFINITY, 2.5, 42}) &&
		      parses("group,label,score", "x 0 +Infinity",
			     (struct ralm_score_line){0, (double)INFINITY, 1,
						      ralm_user_key("x", 1, 0)}),
	      "weights, groups, infinities, an empty field passed over");
	struct ralm_score_columns columns = columns_of("label,score");
	struct ralm_score_line line = {7, 7, 7, 7};
	struct ralm_error err;
	check(ralm_score_line_parse(&line, &columns, "1 x", 3, &err) == -1 &&
		      line.label == 7 && err.line == 0 && err.file[0] == '\0' &&
		      err.code == RALM_ERROR_DATA,
	      "a bad line: the output untouched, the error without a place");
	columns.probabilities = true;
	check(ralm_score_line_parse(&line, &columns, "1 1", 3, &err) == 0 &&
		      ralm_score_line_parse(&line, &columns, "1 1.01", 6, &err) == -1 &&
		      ralm_score_line_parse(&line, &columns, "1 -1e-9", 7, &err) == -1,
	      "probabilities where they are due");
}

/* Lines like those that are read, and lines that are nearly so: whenever the
 * quick way takes one, the plain way says the same. */
static void test_scan(void)
{
	static const char letters[] = "0101.0123456789e-+ \t\r\n\n x\0";
	struct ralm_score_columns columns = columns_of("label,score");
	struct ralm_rng rng;
	struct ralm_error err;
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
	struct ralm_score_line line;
	columns.plain = false;
	check(ralm_score_line_scan(&line, &columns, common, common + 4) == NULL,
	      "and is not taken for other columns");
}

int main(void)
{
	test_columns();
	test_lines();
	test_scan();
	return check_done();
}
