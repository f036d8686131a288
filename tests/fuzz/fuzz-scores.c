/* Any bytes as lines to be judged, in columns that the first byte chooses. What
 * the quick way takes the plain way takes, too, with the same result; a line
 * that was read is in its range; a word is a number where strtod says so, and
 * that one. */
#include "fuzz.h"

#include "libralm/formats/blank.h"
#include "libralm/formats/score_text.h"
#include "libralm/ground/numbers.h"

#include <math.h>
#include <string.h>

static void check_line(const struct ralm_score_columns *columns,
		       const char *text, size_t length, bool newline)
{
	struct ralm_score_line line, quick;
	struct ralm_error err;
	/* Memory of the exact size: a byte read past the end is noticed. */
	char *copy = malloc(length + 1);
	must(copy != NULL);
	memcpy(copy, text, length);
	copy[length] = '\n';
	const char *end = copy + length + newline;
	const char *next = ralm_score_line_scan(&quick, columns, copy, end);
	int result = ralm_score_line_parse(&line, columns, copy, length, &err);
	if (next != NULL)
		must(next == end && newline && result == 0 &&
		     quick.label == line.label && quick.score == line.score &&
		     quick.weight == line.weight && quick.group == line.group);
	if (result == 0)
		must((line.label == 0 || line.label == 1) && !isnan(line.score) &&
		     (!line.blank || columns->format.skip_blank) &&
		     line.weight >= 0 && isfinite(line.weight) &&
		     (!columns->format.probabilities ||
		      (line.score >= 0 && line.score <= 1)));
	else
		must(err.message[0] != '\0' && err.code == RALM_ERROR_DATA);
	free(copy);
}

static void check_number(const char *text, size_t length)
{
	char copy[RALM_NUMBER_MAX + 1], *end;
	double mine;
	bool taken = ralm_parse_double(&mine, text, length);
	must(!taken || length <= RALM_NUMBER_MAX);
	if (length == 0 || length > RALM_NUMBER_MAX)
		return;
	memcpy(copy, text, length);
	copy[length] = '\0';
	double theirs = strtod(copy, &end);
	/* strtod takes other forms as well. */
	bool number = end == copy + length && isfinite(theirs) &&
		      strspn(copy, "0123456789+-.eE") == length;
	must(taken == number &&
	     (!number || memcmp(&mine, &theirs, sizeof mine) == 0));
}

static void check_words(const char *line, size_t length)
{
	size_t begin = 0;
	for (size_t i = 0; i <= length; i++)
		if (i == length || line[i] == ' ' || line[i] == '\t') {
			check_number(line + begin, i - begin);
			begin = i + 1;
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const lists[] = {
		NULL, "label,score", "label,score,group", "score,_,label,weight",
		"group,weight,label,score"};
	if (size == 0)
		return 0;
	static const char *const delimiters[] = {NULL, NULL, ",", "blanks", "::"};
	struct ralm_score_columns columns;
	struct ralm_error err;
	const struct ralm_score_format format = {
		.columns = lists[(data[0] & 63) % 5],
		.delimiter = delimiters[(data[0] & 63) / 5 % 5],
		.signed_labels = data[0] & 64,
		.probabilities = data[0] & 128,
		.header = (data[0] & 63) >= 50,
		.skip_blank = (data[0] & 63) >= 25,
	};
	if (ralm_score_columns_init(&columns, &format, &err) != 0)
		abort();
	char *text = malloc(size);
	must(text != NULL);
	memcpy(text, data, size);
	char *line = text + 1, *end = text + size;
	bool header = format.header;
	while (line < end) {
		char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t length = (size_t)((newline ? newline : end) - line);
		check_words(line, length);
		if (header) {
			header = false;
			if (ralm_score_columns_header(&columns, line, length,
						      &err) != 0)
				break;
		} else if (!ralm_line_is_blank(line, length) &&
		    (columns.count > 0 ||
		     ralm_score_columns_guess(&columns, line, length, &err) == 0))
			check_line(&columns, line, length, newline != NULL);
		line += length + 1;
	}
	free(text);
	return 0;
}
