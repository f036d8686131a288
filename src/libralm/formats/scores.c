#include "scores.h"

#include "../ground/numbers.h"
#include "user_id.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* ---- columns ----------------------------------------------------------- */

static const struct {
	const char *name;
	enum ralm_score_role role;
} roles[] = {
	{"_", RALM_COLUMN_PASS},      {"label", RALM_COLUMN_LABEL},
	{"score", RALM_COLUMN_SCORE}, {"group", RALM_COLUMN_GROUP},
	{"weight", RALM_COLUMN_WEIGHT},
};

static int find_role(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (strlen(roles[i].name) == length &&
		    memcmp(roles[i].name, name, length) == 0)
			return (int)roles[i].role;
	return -1;
}

static bool has_role(const struct ralm_score_columns *columns, int role)
{
	return memchr(columns->roles, role, (size_t)columns->count) != NULL;
}

int ralm_score_columns_parse(struct ralm_score_columns *columns,
			     const char *text, struct ralm_error *err)
{
	struct ralm_score_columns new = *columns;
	new.count = 0;
	new.exact = false;
	for (const char *name = text;; name++) {
		size_t length = strcspn(name, ",");
		int role = find_role(name, length);
		if (role < 0)
			return ralm_error_set(
				err, RALM_ERROR_CONFIG,
				"--columns: expected label, score, group, weight or _, got '%.*s'",
				(int)length, name);
		if (role != RALM_COLUMN_PASS && has_role(&new, role))
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "--columns: '%.*s' stands twice",
					      (int)length, name);
		if (new.count == RALM_SCORE_COLUMNS_MAX)
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "--columns: more than %d",
					      RALM_SCORE_COLUMNS_MAX);
		new.roles[new.count++] = (char)role;
		name += length;
		if (*name == '\0')
			break;
	}
	while (new.count > 0 && new.roles[new.count - 1] == RALM_COLUMN_PASS)
		new.count--;
	if (!has_role(&new, RALM_COLUMN_LABEL) ||
	    !has_role(&new, RALM_COLUMN_SCORE))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--columns: label and score must be among them");
	new.grouped = has_role(&new, RALM_COLUMN_GROUP);
	new.weighted = has_role(&new, RALM_COLUMN_WEIGHT);
	new.plain = new.count == 2 && new.roles[0] == RALM_COLUMN_LABEL &&
		    !new.signed_labels && !new.probabilities;
	*columns = new;
	return 0;
}

/* ---- fields ------------------------------------------------------------ */

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A field and what follows it: spaces, or one tab with spaces around it, so
 * that two tabs in a row hold an empty field between them. */
static inline const char *take_field(const char **field, size_t *length,
				     const char *p, const char *end)
{
	*field = p;
	while (p < end && !is_blank(*p))
		p++;
	*length = (size_t)(p - *field);
	while (p < end && *p == ' ')
		p++;
	if (p < end && *p == '\t')
		for (p++; p < end && *p == ' '; p++)
			;
	return p;
}

static inline const char *skip_indent(const char *p, const char *end)
{
	while (p < end && *p == ' ')
		p++;
	return p;
}

static int count_fields(const char *line, size_t length)
{
	const char *end = line + length, *p = skip_indent(line, end), *field;
	int count = 0;
	size_t field_length;
	while (p < end && count < INT16_MAX) {
		p = take_field(&field, &field_length, p, end);
		count++;
	}
	return count;
}

static int missing_field(const struct ralm_score_columns *columns, int found,
			 struct ralm_error *err)
{
	if (found == 1)
		return ralm_error_set(
			err, RALM_ERROR_DATA,
			"expected a label and a score, got one field: a score without a label cannot be judged");
	return ralm_error_set(err, RALM_ERROR_DATA,
			      columns->exact
				      ? "expected %d fields, got %d"
				      : "expected at least %d fields, got %d",
			      columns->count, found);
}

bool ralm_score_line_is_blank(const char *line, size_t length)
{
	size_t i = 0;
	while (i < length && is_blank(line[i]))
		i++;
	return i == length;
}

int ralm_score_columns_guess(struct ralm_score_columns *columns,
			     const char *line, size_t length,
			     struct ralm_error *err)
{
	int fields = count_fields(line, length);
	if (fields == 1)
		return missing_field(columns, fields, err);
	if (fields > 3)
		return ralm_error_set(
			err, RALM_ERROR_DATA,
			"expected LABEL SCORE [GROUP], got %d fields; name them (--columns)",
			fields);
	if (ralm_score_columns_parse(
		    columns, fields == 3 ? "label,score,group" : "label,score",
		    err) != 0)
		return -1;
	columns->exact = true;
	return 0;
}

/* ---- lines ------------------------------------------------------------- */

enum { QUOTED_MAX = 60 };

static int bad_field(struct ralm_error *err, const char *expected,
		     const char *field, size_t length)
{
	return ralm_error_set(err, RALM_ERROR_DATA, "%s, got '%.*s'%s", expected,
			      length > QUOTED_MAX ? QUOTED_MAX : (int)length,
			      field, length > QUOTED_MAX ? "..." : "");
}

static int parse_label(int *label, bool signed_labels, const char *field,
		       size_t length, struct ralm_error *err)
{
	if (length == 1 && field[0] == '1') {
		*label = 1;
	} else if (length == 1 && field[0] == '0' && !signed_labels) {
		*label = 0;
	} else if (length == 2 && field[1] == '1' && field[0] == '-' &&
		   signed_labels) {
		*label = 0;
	} else if (length == 2 && field[1] == '1' && field[0] == '+' &&
		   signed_labels) {
		*label = 1;
	} else {
		return bad_field(err,
				 signed_labels ? "label: expected -1 or 1"
					       : "label: expected 0 or 1",
				 field, length);
	}
	return 0;
}

static bool is_word(const char *word, const char *field, size_t length)
{
	return strlen(word) == length && strncasecmp(word, field, length) == 0;
}

static int parse_special_score(double *score, const char *field, size_t length,
			       struct ralm_error *err)
{
	const char *word = field;
	size_t rest = length;
	if (rest > 0 && (*word == '-' || *word == '+')) {
		word++;
		rest--;
	}
	if (is_word("inf", word, rest) || is_word("infinity", word, rest)) {
		*score = *field == '-' ? -(double)INFINITY : (double)INFINITY;
		return 0;
	}
	if (is_word("nan", word, rest))
		return bad_field(err, "score: NaN has no place in an order",
				 field, length);
	return bad_field(err, "score: expected a number", field, length);
}

static int parse_score(double *score, bool probabilities, const char *field,
		       size_t length, struct ralm_error *err)
{
	if (!ralm_parse_double(score, field, length) &&
	    parse_special_score(score, field, length, err) != 0)
		return -1;
	if (probabilities && !(*score >= 0 && *score <= 1))
		return bad_field(err, "score: expected a probability", field,
				 length);
	return 0;
}

static int parse_weight(double *weight, const char *field, size_t length,
			struct ralm_error *err)
{
	if (!ralm_parse_double(weight, field, length) || *weight < 0)
		return bad_field(err, "weight: expected a number >= 0", field,
				 length);
	*weight += 0.0; /* -0 */
	return 0;
}

static int parse_group(uint64_t *group, const char *field, size_t length,
		       struct ralm_error *err)
{
	if (length == 0)
		return ralm_error_set(err, RALM_ERROR_DATA, "group: empty");
	*group = ralm_user_key(field, length, 0);
	return 0;
}

int ralm_score_line_parse(struct ralm_score_line *out,
			  const struct ralm_score_columns *columns,
			  const char *line, size_t length,
			  struct ralm_error *err)
{
	struct ralm_score_line new = {.weight = 1};
	const char *end = line + length, *p = skip_indent(line, end), *field;
	size_t size;
	int failed = 0;
	for (int i = 0; i < columns->count; i++) {
		if (p == end)
			return missing_field(columns, i, err);
		p = take_field(&field, &size, p, end);
		switch (columns->roles[i]) {
		case RALM_COLUMN_LABEL:
			failed = parse_label(&new.label, columns->signed_labels,
					     field, size, err);
			break;
		case RALM_COLUMN_SCORE:
			failed = parse_score(&new.score, columns->probabilities,
					     field, size, err);
			break;
		case RALM_COLUMN_WEIGHT:
			failed = parse_weight(&new.weight, field, size, err);
			break;
		case RALM_COLUMN_GROUP:
			failed = parse_group(&new.group, field, size, err);
			break;
		default:
			break;
		}
		if (failed) {
			/* A column that is not there explains the others. */
			int fields = count_fields(line, length);
			return fields < columns->count
				       ? missing_field(columns, fields, err)
				       : -1;
		}
	}
	if (columns->exact && p < end)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "expected %d fields, got %d",
				      columns->count,
				      count_fields(line, length));
	*out = new;
	return 0;
}

const char *ralm_score_line_scan(struct ralm_score_line *out,
				 const struct ralm_score_columns *columns,
				 const char *text, const char *end)
{
	if (!columns->plain || end - text < 4 ||
	    (text[0] != '0' && text[0] != '1') || !is_blank(text[1]))
		return NULL;
	double score;
	const char *p = ralm_scan_double(&score, text + 2, end);
	if (p == NULL || p == end || *p != '\n')
		return NULL;
	*out = (struct ralm_score_line){text[0] == '1', score, 1, 0};
	return p + 1;
}
