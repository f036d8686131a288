/* Any bytes as lines about users. A line is read as a plain reading of it says;
 * slots that are put together again read the same; a parser with bad lines
 * behind it says what one says that never saw them. */
#include "fuzz.h"

#include "libralm/formats/user_lines.h"

#include <string.h>

/* The slots of a good line, in order, with one space between. */
static size_t print(char *text, const struct ralm_user_line *line)
{
	size_t n = (size_t)sprintf(text, "user:%.*s", (int)line->user_length,
				   line->user);
	for (size_t i = 0; i < line->count; i++) {
		const struct ralm_user_value *value = &line->values[i];
		must(value->text + value->length ==
			     value->slot + value->slot_length &&
		     value->length > 0);
		n += (size_t)sprintf(text + n, " %.*s",
				     (int)value->slot_length, value->slot);
	}
	return n;
}

/* Is every field what its values say, and first where it was untold? */
static void check_fields(const struct ralm_user_line *line,
			 const struct ralm_user_fields *fields)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct ralm_user_value *value = &line->values[i];
		must(value->field < fields->names.count);
		size_t length;
		const char *name = ralm_names_text(&fields->names, value->field,
						   &length);
		const bool words =
			fields->kinds[value->field] == RALM_FIELD_WORDS;
		must(memcmp(name, value->slot, length) == 0 &&
		     value->text == value->slot + length + 1 &&
		     value->text[-1] == (words ? ':' : '='));
	}
}

static bool equal(const struct ralm_user_line *a, const struct ralm_user_line *b)
{
	if (a->user_length != b->user_length || a->count != b->count ||
	    memcmp(a->user, b->user, a->user_length) != 0)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct ralm_user_value *x = &a->values[i],
					     *y = &b->values[i];
		if (x->slot_length != y->slot_length || x->number != y->number ||
		    memcmp(x->slot, y->slot, x->slot_length) != 0)
			return false;
	}
	return true;
}

/* The same line from memory of its exact size, where a byte that is read past
 * the end is noticed. good: a parser that sees good lines alone. */
static void check_line(struct ralm_user_parser *parser,
		       struct ralm_user_parser *good, const char *line,
		       size_t length)
{
	struct ralm_user_line got, again;
	struct ralm_error err = {0}, good_err = {0};
	char *copy = malloc(length ? length : 1);
	char *text = malloc(2 * length + 16);
	must(copy != NULL && text != NULL);
	memcpy(copy, line, length);
	const int result = ralm_user_parse(&got, parser, copy, length, &err);
	must(result == 0 || result == 1 ||
	     (result == -1 && err.code == RALM_ERROR_DATA && err.message[0]));
	if (result == 1) {
		check_fields(&got, &parser->fields);
		const size_t n = print(text, &got);
		must(ralm_user_parse(&again, good, text, n, &good_err) == 1 &&
		     equal(&got, &again));
		for (size_t i = 0; i < got.count; i++)
			must(got.values[i].first == again.values[i].first);
	}
	free(copy);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ralm_user_parser parser = {0}, good = {0};
	const char *line = (const char *)data, *end = line + size;
	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *line_end = newline ? newline : end;
		check_line(&parser, &good, line, (size_t)(line_end - line));
		line = line_end + 1;
	}
	ralm_user_parser_release(&parser);
	ralm_user_parser_release(&good);
	return 0;
}
