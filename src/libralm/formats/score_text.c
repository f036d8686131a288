#include "formats/score_text.h"

#include "ground/c_locale.h"
#include "ground/numbers.h"
#include "formats/score_fields.h"
#include "formats/user_id.h"

#include <math.h>
#include <strings.h>

/* ---- too few fields ---------------------------------------------------- */

int ralm_score_fields_count(const struct ralm_score_columns *columns,
			    char *line, size_t length)
{
	struct ralm_fields fields;
	struct ralm_field field;
	int count = 0;
	ralm_score_fields_start(&fields, columns, line, length);
	while (fields.more && count < INT16_MAX &&
	       ralm_score_fields_next(&field, &fields, NULL) == 0)
		count++;
	return count;
}

char ralm_score_other_delimiter(const struct ralm_score_columns *columns,
				const char *text, size_t length)
{
	static const char candidates[] = ",;|:";
	if (columns->format.delimiter != NULL)
		return '\0';
	for (size_t i = 0; i < length; i++)
		if (memchr(candidates, text[i], sizeof candidates - 1) != NULL)
			return text[i];
	return '\0';
}

int ralm_score_fields_missing(const struct ralm_score_columns *columns,
			      int found, const char *line, size_t length,
			      struct ralm_error *err)
{
	const bool delimited = columns->format.delimiter != NULL;
	const char other = ralm_score_other_delimiter(columns, line, length);
	if (found == 1 && other != '\0')
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "expected a label and a score, got one field with "
				      "'%c' in it (--delimiter='%c')",
				      other, other);
	if (found == 1 && !delimited)
		return ralm_error_set(
			err, RALM_ERROR_DATA,
			"expected a label and a score, got one field: a score without a "
			"label cannot be judged");
	return ralm_error_set(err, RALM_ERROR_DATA,
			      columns->exact
				      ? "expected %d fields, got %d%s"
				      : "expected at least %d fields, got %d%s",
			      columns->count, found,
			      found == 1 ? " (--delimiter)" : "");
}

/* ---- lines ------------------------------------------------------------- */

enum { QUOTED_MAX = 60 }; /* bytes of a field in a message */

static int quoted(size_t length)
{
	return length > QUOTED_MAX ? QUOTED_MAX : (int)length;
}

static int bad_field(struct ralm_error *err, const char *expected,
		     const char *field, size_t length)
{
	return ralm_error_set(err, RALM_ERROR_DATA, "%s, got '%.*s'%s", expected,
			      quoted(length), field,
			      length > QUOTED_MAX ? "..." : "");
}

/* The error of a field that is no label: perhaps the line is a header, or has
 * another delimiter. */
static int bad_label(const struct ralm_score_columns *columns,
		     const char *field, size_t length, struct ralm_error *err)
{
	const bool is_signed = columns->format.signed_labels;
	const char *expected = is_signed ? "label: expected -1 or 1"
					 : "label: expected 0 or 1";
	const char other = ralm_score_other_delimiter(columns, field, length);
	if (other != '\0')
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%s, got '%.*s' (--delimiter='%c')",
				      expected, quoted(length), field, other);
	if (columns->may_be_header && length > 0 &&
	    (unsigned char)*field > '9')
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%s, got '%.*s' on the first line (--header)",
				      expected, quoted(length), field);
	return bad_field(err, expected, field, length);
}

/* Whether what follows the digit of a label is nothing, or a point and zeros. */
static bool is_whole(const char *p, size_t length)
{
	if (length == 0)
		return true;
	size_t i = 1;
	while (i < length && p[i] == '0')
		i++;
	return *p == '.' && i == length && length > 1;
}

static int parse_label(int *label, const struct ralm_score_columns *columns,
		       const char *field, size_t length, struct ralm_error *err)
{
	const bool is_signed = columns->format.signed_labels;
	const size_t sign = is_signed && length > 0 &&
			    (*field == '-' || *field == '+');
	const char digit = length > sign ? field[sign] : '\0';
	if ((digit == '1' || (digit == '0' && !is_signed)) &&
	    is_whole(field + sign + 1, length - sign - 1))
		*label = digit == '1' && *field != '-';
	else if (!is_signed && ralm_is_word("true", field, length))
		*label = 1;
	else if (!is_signed && ralm_is_word("false", field, length))
		*label = 0;
	else
		return bad_label(columns, field, length, err);
	return 0;
}

static int bad_number(struct ralm_error *err, const char *field, size_t length)
{
	if (ralm_has_decimal_comma(field, length))
		return bad_field(err, "score: expected a decimal point", field,
				 length);
	if (ralm_is_beyond_double(field, length))
		return bad_field(err, "score: beyond the range of a double", field,
				 length);
	return bad_field(err, "score: expected a number", field, length);
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
	if (ralm_is_word("inf", word, rest) || ralm_is_word("infinity", word, rest)) {
		*score = *field == '-' ? -(double)INFINITY : (double)INFINITY;
		return 0;
	}
	if (ralm_is_word("nan", word, rest))
		return bad_field(err, "score: NaN has no place in an order",
				 field, length);
	return bad_number(err, field, length);
}

static int parse_score(struct ralm_score_line *line,
		       const struct ralm_score_format *format,
		       const char *field, size_t length, struct ralm_error *err)
{
	double *score = &line->score;
	if (length == 0 && format->skip_blank) {
		line->blank = true;
		return 0;
	}
	if (length == 0)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "score: empty, as ralm-score --unknown=blank "
				      "writes for a target it does not know "
				      "(--skip-blank)");
	if (!ralm_parse_double(score, field, length) &&
	    parse_special_score(score, field, length, err) != 0)
		return -1;
	if (format->probabilities && !(*score >= 0 && *score <= 1))
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

static int parse_group(uint64_t *group, struct ralm_field *field,
		       struct ralm_error *err)
{
	if (field->length == 0)
		return ralm_error_set(err, RALM_ERROR_DATA, "group: empty");
	ralm_field_unquote(field);
	*group = ralm_user_key(field->text, field->length, 0);
	return 0;
}

static int parse_field(struct ralm_score_line *line,
		       const struct ralm_score_columns *columns, char role,
		       struct ralm_field *field, struct ralm_error *err)
{
	switch (role) {
	case RALM_COLUMN_LABEL:
		return parse_label(&line->label, columns, field->text,
				   field->length, err);
	case RALM_COLUMN_SCORE:
		return parse_score(line, &columns->format, field->text,
				   field->length, err);
	case RALM_COLUMN_WEIGHT:
		return parse_weight(&line->weight, field->text, field->length,
				    err);
	case RALM_COLUMN_GROUP:
		return parse_group(&line->group, field, err);
	default:
		return 0;
	}
}

/* Checks what follows the columns that are used. */
static int check_rest(const struct ralm_score_columns *columns,
		      struct ralm_fields *fields, struct ralm_error *err)
{
	struct ralm_field field;
	int count = columns->count;
	if (!columns->exact)
		return ralm_fields_check_rest(fields, (size_t)count,
					      columns->header_fields, err);
	if (!fields->more || ralm_fields_done(fields))
		return 0;
	for (; fields->more; count++)
		if (ralm_score_fields_next(&field, fields, err) != 0)
			return -1;
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "expected %d fields, got %d", columns->count,
			      count);
}

int ralm_score_line_parse(struct ralm_score_line *out,
			  const struct ralm_score_columns *columns, char *line,
			  size_t length, struct ralm_error *err)
{
	struct ralm_score_line new = {.weight = 1};
	struct ralm_fields fields;
	struct ralm_field field;
	ralm_score_fields_start(&fields, columns, line, length);
	for (int i = 0; i < columns->count; i++) {
		if (!fields.more)
			return ralm_score_fields_missing(columns, i, line,
							 length, err);
		if (ralm_score_fields_next(&field, &fields, err) != 0)
			return -1;
		if (parse_field(&new, columns, columns->roles[i], &field,
				err) == 0)
			continue;
		/* A missing column explains the other faults. */
		int count = ralm_score_fields_count(columns, line, length);
		return count < columns->count && field.length > 0
			       ? ralm_score_fields_missing(columns, count, line,
							   length, err)
			       : -1;
	}
	if (check_rest(columns, &fields, err) != 0)
		return -1;
	*out = new;
	return 0;
}

const char *ralm_score_line_scan(struct ralm_score_line *out,
				 const struct ralm_score_columns *columns,
				 const char *text, const char *end)
{
	const bool group = columns->plain_group;
	if (!(columns->plain || group) || end - text < 4 ||
	    (text[0] != '0' && text[0] != '1') ||
	    (text[1] != columns->gap[1] && (group || text[1] != columns->gap[0])))
		return NULL;
	double score;
	const char *p = ralm_scan_double(&score, text + 2, end);
	if (p == NULL || p == end)
		return NULL;
	*out = (struct ralm_score_line){
		.label = text[0] == '1', .score = score, .weight = 1};
	if (group) {
		const char *name = p + 1;
		if (*p != '\t')
			return NULL;
		for (p = name; p < end && (unsigned char)*p > ' '; p++)
			;
		if (p == name || p == end)
			return NULL;
		out->group = ralm_user_key(name, (size_t)(p - name), 0);
	}
	return *p == '\n' ? p + 1 : NULL;
}
