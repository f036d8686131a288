/* Any bytes as a file of named lists, the first byte telling how much of the
 * rest is the file that takes its place. A file that is read has the lists of
 * its lines and no others, as a plain reading of them says; one that cannot be
 * read leaves the lists that were there; who took lists keeps them. */
#include "fuzz.h"

#include "libralm/formats/sample_text.h"
#include "libralm/formats/text_kind.h"
#include "libralm/ground/memory.h"
#include "libralm/jobs/score/named_lists.h"

#include <string.h>

enum { HASH_SEED = 1 };

struct text {
	const char *bytes;
	size_t size;
};

/* Cuts the next line off, as a reader of lines would; false: there is none. */
static bool next_line(struct text *line, struct text *rest)
{
	if (rest->size == 0)
		return false;
	const char *newline = memchr(rest->bytes, '\n', rest->size);
	size_t taken = newline ? (size_t)(newline + 1 - rest->bytes)
			       : rest->size;
	*line = (struct text){rest->bytes, taken - (newline != NULL)};
	if (line->size > 0 && line->bytes[line->size - 1] == '\r')
		line->size--;
	rest->bytes += taken;
	rest->size -= taken;
	return true;
}

/* Whether the item has a list in the lines of `text`. */
static bool has_list(struct text text, const char *item, size_t length)
{
	struct ralm_sample_parser parser;
	struct ralm_sample_line sample;
	struct ralm_error err;
	struct text line;
	bool found = false;
	ralm_sample_parser_init(&parser, HASH_SEED);
	parser.allow_no_target = true;
	while (!found && next_line(&line, &text))
		found = ralm_sample_parse(&sample, &parser, line.bytes,
					  line.size, &err) == 1 &&
			sample.item_length == length &&
			memcmp(sample.item, item, length) == 0;
	ralm_sample_parser_release(&parser);
	return found;
}

/* The set holds the lists of this text; each name once. */
static void check_set(const struct ralm_list_set *set, struct text text)
{
	struct ralm_sample_parser parser;
	struct ralm_sample_line sample;
	struct ralm_error err;
	struct text line, rest = text;
	ralm_sample_parser_init(&parser, HASH_SEED);
	parser.allow_no_target = true;
	while (next_line(&line, &rest)) {
		const uint64_t *keys;
		size_t count;
		int got = ralm_sample_parse(&sample, &parser, line.bytes,
					    line.size, &err);
		if (got == 0)
			continue;
		must(got == 1 && sample.item != NULL && !sample.has_target &&
		     sample.label == RALM_LABEL_NONE &&
		     !has_list(rest, sample.item, sample.item_length));
		must(ralm_list_set_find(&keys, &count, set, sample.item,
					sample.item_length) &&
		     count == sample.seed_count &&
		     memcmp(keys, sample.seed_keys, count * sizeof *keys) == 0);
		/* A name that is longer than another is another. */
		if (sample.item_length > 1 &&
		    !has_list(text, sample.item, sample.item_length - 1))
			must(!ralm_list_set_find(&keys, &count, set,
						 sample.item,
						 sample.item_length - 1));
	}
	ralm_sample_parser_release(&parser);
}

/* Whether it is text, whose byte order mark is passed over. Of a long first line a
 * reader looks at the beginning. */
static bool is_text(struct text *text)
{
	enum { LOOKED_AT = RALM_BUFFER_SIZE(256 << 10) };
	const char *newline = memchr(text->bytes, '\n', text->size);
	size_t mark, length = newline ? (size_t)(newline - text->bytes)
				      : text->size;
	struct ralm_error err;
	if (length > LOOKED_AT)
		length = LOOKED_AT;
	if (length > 0 && text->bytes[length - 1] == '\r')
		length--;
	if (ralm_text_begin(&mark, text->bytes, length, "lists", false, &err) != 0)
		return false;
	text->bytes += mark;
	text->size -= mark;
	return true;
}

/* Whether every line is blank. */
static bool is_empty(struct text text)
{
	struct text line;
	while (next_line(&line, &text))
		for (size_t i = 0; i < line.size; i++)
			if (line.bytes[i] != ' ' && line.bytes[i] != '\t')
				return false;
	return true;
}

/* The error of a text has the line, unless all of it is the error. */
static void check_error(const struct ralm_error *err, struct text text)
{
	must(err->code == RALM_ERROR_DATA && err->message[0] != '\0' &&
	     (err->line > 0) == (is_text(&text) && !is_empty(text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The plain reading takes the square of the lines. */
	if (size == 0 || size > 4096)
		return 0;
	char path[32];
	struct ralm_error err;
	const char *bytes = (const char *)data + 1;
	size_t cut = --size * data[0] / 255;
	struct text first = {bytes, size - cut};
	struct text second = {bytes + first.size, cut};
	snprintf(path, sizeof path, "/dev/fd/%d",
		 file_of(first.bytes, first.size));
	struct ralm_named_lists *lists =
		ralm_named_lists_new(path, HASH_SEED, &err);
	if (lists == NULL) {
		check_error(&err, first);
		return 0;
	}
	must(is_text(&first) && !is_empty(first));
	struct ralm_list_set *old = ralm_named_lists_take(lists);
	check_set(old, first);
	file_of(second.bytes, second.size);
	int got = ralm_named_lists_refresh(lists, true, &err);
	must(got == 1 || got == -1);
	if (got == -1)
		check_error(&err, second);
	else
		must(is_text(&second) && !is_empty(second));
	struct ralm_list_set *new = ralm_named_lists_take(lists);
	must((new == old) == (got == -1));
	check_set(new, got == -1 ? first : second);
	ralm_named_lists_free(lists);
	ralm_list_set_give_back(new);
	check_set(old, first);
	ralm_list_set_give_back(old);
	return 0;
}
