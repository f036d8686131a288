#include "formats/user_lines.h"

#include "formats/slots.h"
#include "ground/memory.h"
#include "ground/numbers.h"

#include <stdlib.h>
#include <string.h>

/* A line on its way through the parser. */
struct scan {
	struct ralm_user_parser *parser;
	struct ralm_user_line line;
};

/* A slot, and the sign that ends its name. */
struct slot {
	const char *begin, *sign, *end;
};

static size_t name_length(const struct slot *slot)
{
	return (size_t)(slot->sign - slot->begin);
}

static size_t value_length(const struct slot *slot)
{
	return (size_t)(slot->end - slot->sign - 1);
}

static bool has_nul(const char *text, size_t length)
{
	return memchr(text, '\0', length) != NULL;
}

/* The slot that begins at p. */
static int cut_slot(struct slot *slot, const char *p, const char *end,
		    struct ralm_error *err)
{
	char text[RALM_SLOT_QUOTE];
	slot->begin = p;
	while (p < end && *p != ':' && *p != '=' && !ralm_is_blank(*p))
		p++;
	slot->sign = p;
	slot->end = ralm_slot_end(p, end);
	if (p == slot->end || p == slot->begin)
		return ralm_error_set(
			err, RALM_ERROR_DATA,
			"expected FIELD:VALUE or FIELD=NUMBER, got '%s'",
			ralm_slot_quote(text, slot->begin,
					(size_t)(slot->end - slot->begin)));
	if (has_nul(slot->begin, name_length(slot)))
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "NUL byte in the name of a field");
	return 0;
}

static int take_user(struct scan *scan, const struct slot *slot,
		     struct ralm_error *err)
{
	if (*slot->sign == '=')
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "'user' is no field: expected user:ID");
	if (scan->line.user != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA, "two user slots");
	scan->line.user = slot->sign + 1;
	scan->line.user_length = value_length(slot);
	if (scan->line.user_length == 0)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "user: empty user id");
	if (has_nul(scan->line.user, scan->line.user_length))
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "user: NUL byte in a user id");
	return 0;
}

/* Whether the slot has the field of the value before it: so a field that repeats needs
 * no search. */
static bool is_field_before(const struct scan *scan, const struct slot *slot)
{
	if (scan->line.count == 0)
		return false;
	const struct ralm_user_value *before =
		&scan->parser->values[scan->line.count - 1];
	const size_t n = name_length(slot) + 1;
	return before->text == before->slot + n &&
	       memcmp(before->slot, slot->begin, n) == 0;
}

static int find_field(struct ralm_user_value *value, struct scan *scan,
		      const struct slot *slot, struct ralm_error *err)
{
	if (is_field_before(scan, slot)) {
		value->field = scan->parser->values[scan->line.count - 1].field;
		return 0;
	}
	const int got = ralm_user_fields_add(&value->field,
					     &scan->parser->fields, slot->begin,
					     name_length(slot),
					     *slot->sign == ':'
						     ? RALM_FIELD_WORDS
						     : RALM_FIELD_NUMBERS,
					     err);
	value->first = got == 1;
	return got < 0 ? -1 : 0;
}

static int bad_number(const struct slot *slot, struct ralm_error *err)
{
	char name[RALM_SLOT_QUOTE], text[RALM_SLOT_QUOTE];
	ralm_slot_quote(name, slot->begin, name_length(slot));
	ralm_slot_quote(text, slot->sign + 1, value_length(slot));
	if (ralm_has_decimal_comma(slot->sign + 1, value_length(slot)))
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%s: '%s' has a decimal comma: a point is needed",
				      name, text);
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "%s: expected a number, got '%s'", name, text);
}

static int check_text(const struct slot *slot, struct ralm_error *err)
{
	char name[RALM_SLOT_QUOTE];
	ralm_slot_quote(name, slot->begin, name_length(slot));
	if (value_length(slot) == 0)
		return ralm_error_set(err, RALM_ERROR_DATA, "%s: empty value",
				      name);
	if (has_nul(slot->sign + 1, value_length(slot)))
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%s: NUL byte in a value", name);
	return 0;
}

static int take_value(struct scan *scan, const struct slot *slot,
		      struct ralm_error *err)
{
	struct ralm_user_value value = {
		.slot = slot->begin,
		.slot_length = (size_t)(slot->end - slot->begin),
		.text = slot->sign + 1,
		.length = value_length(slot),
	};
	if (check_text(slot, err) != 0)
		return -1;
	if (*slot->sign == '=' &&
	    !ralm_parse_double(&value.number, value.text, value.length))
		return bad_number(slot, err);
	if (RALM_RESERVE(scan->parser->values, scan->parser->capacity,
			 scan->line.count + 1, err) != 0 ||
	    find_field(&value, scan, slot, err) != 0)
		return -1;
	scan->parser->values[scan->line.count++] = value;
	return 0;
}

/* Takes back what a bad line told of fields that no line had before. */
static void forget(const struct scan *scan)
{
	for (size_t i = 0; i < scan->line.count; i++) {
		const struct ralm_user_value *value = &scan->parser->values[i];
		if (value->first)
			scan->parser->fields.kinds[value->field] =
				RALM_FIELD_UNTOLD;
	}
}

static int take_slots(struct scan *scan, const char *p, const char *end,
		      struct ralm_error *err)
{
	struct slot slot;
	while ((p += ralm_blanks(p, (size_t)(end - p))) < end) {
		if (cut_slot(&slot, p, end, err) != 0)
			return -1;
		const bool is_user = name_length(&slot) == 4 &&
				     memcmp(slot.begin, "user", 4) == 0;
		if ((is_user ? take_user(scan, &slot, err)
			     : take_value(scan, &slot, err)) != 0)
			return -1;
		p = slot.end;
	}
	if (scan->line.user == NULL)
		return ralm_error_set(err, RALM_ERROR_DATA, "no user slot");
	return 0;
}

int ralm_user_parse(struct ralm_user_line *user,
		    struct ralm_user_parser *parser, const char *line,
		    size_t length, struct ralm_error *err)
{
	struct scan scan = {.parser = parser};
	if (ralm_line_is_blank(line, length))
		return 0;
	if (take_slots(&scan, line, line + length, err) != 0) {
		forget(&scan);
		return -1;
	}
	scan.line.values = parser->values;
	*user = scan.line;
	return 1;
}

void ralm_user_parser_release(struct ralm_user_parser *parser)
{
	ralm_user_fields_release(&parser->fields);
	free(parser->values);
	memset(parser, 0, sizeof *parser);
}

int ralm_user_lines_open(struct ralm_user_lines *lines, const char *const *paths,
			 size_t path_count, struct ralm_error *err)
{
	memset(lines, 0, sizeof *lines);
	return ralm_reader_open(&lines->reader, paths, path_count, err);
}

void ralm_user_lines_release(struct ralm_user_lines *lines)
{
	ralm_user_parser_release(&lines->parser);
	ralm_reader_release(&lines->reader);
}

int ralm_user_lines_next(struct ralm_user_line *user,
			 struct ralm_user_lines *lines, struct ralm_error *err)
{
	struct ralm_reader *reader = &lines->reader;
	struct ralm_error own;
	char *line;
	size_t length;
	int got;
	err = ralm_error_or(err, &own);
	lines->bad_line = false;
	while ((got = ralm_reader_next(reader, &line, &length, err)) == 1) {
		got = ralm_user_parse(user, &lines->parser, line, length, err);
		if (got == 0)
			continue;
		lines->bad_line = got < 0 && err->code == RALM_ERROR_DATA;
		if (got < 0)
			return ralm_error_at(err, reader->name, reader->line, 0);
		lines->count++;
		return 1;
	}
	lines->bad_line = got < 0 && reader->long_line;
	if (got == 0 && lines->count == 0)
		return ralm_input_empty(reader->paths, reader->path_count, err,
					"no users");
	return got;
}
