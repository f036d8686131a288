/* Any bytes as lines of samples. What was parsed, printed and parsed again is
 * the same; a list said to be that of the line before is, and so is its item; a
 * parser with a past
 * says what a fresh one says; and tabs mean what spaces mean. */
#include "fuzz.h"

#include "libralm/formats/blank.h"
#include "libralm/formats/sample_text.h"
#include "libralm/formats/seed_slots.h"

#include <inttypes.h>
#include <string.h>

/* The sample as a line of keys: what it means, without its spelling. A hashed
 * key is printed as a key below 2^63, so that it stays one when read. */
static char *print(const struct ralm_sample_line *s)
{
	size_t room = (s->seed_count + 2) * 40 + s->item_length + 40, n = 0;
	char *text = malloc(room);
	must(text != NULL);
	for (size_t i = 0; i < s->seed_count; i++)
		n += (size_t)sprintf(text + n, "user_seeds:%" PRIu64 " ",
				     s->seed_keys[i] & INT64_MAX);
	n += (size_t)sprintf(text + n, "target_user:%" PRIu64,
			     s->target_key & INT64_MAX);
	if (s->label != RALM_LABEL_NONE)
		n += (size_t)sprintf(text + n, " label:%d", s->label);
	if (s->item != NULL)
		sprintf(text + n, " item:%.*s", (int)s->item_length, s->item);
	return text;
}

static bool equal(const struct ralm_sample_line *a,
		  const struct ralm_sample_line *b)
{
	if (a->seed_count != b->seed_count || a->label != b->label ||
	    (a->target_key & INT64_MAX) != (b->target_key & INT64_MAX) ||
	    a->item_length != b->item_length ||
	    (a->item == NULL) != (b->item == NULL))
		return false;
	for (size_t i = 0; i < a->seed_count; i++)
		if ((a->seed_keys[i] & INT64_MAX) != (b->seed_keys[i] & INT64_MAX))
			return false;
	return a->item == NULL || memcmp(a->item, b->item, a->item_length) == 0;
}

/* A line with tabs for its spaces means the same, and is read seed by seed. */
static void check_tabs(const struct ralm_sample_line *sample, int result,
		       const struct ralm_error *err,
		       const struct ralm_sample_parser *like, const char *line,
		       size_t length)
{
	struct ralm_sample_parser parser;
	struct ralm_sample_line tabbed;
	struct ralm_error tabbed_err;
	char *copy = malloc(length ? length : 1);
	must(copy != NULL);
	for (size_t i = 0; i < length; i++)
		copy[i] = line[i] == ' ' ? '\t' : line[i];
	ralm_sample_parser_init(&parser, like->hash_seed);
	parser.require_label = like->require_label;
	parser.allow_no_seeds = like->allow_no_seeds;
	must(ralm_sample_parse(&tabbed, &parser, copy, length, &tabbed_err) ==
	     result);
	if (result < 0)
		must(strcmp(err->message, tabbed_err.message) == 0);
	if (result == 1)
		must(equal(&tabbed, sample) &&
		     tabbed.target_key == sample->target_key &&
		     (sample->seed_count == 0 ||
		      memcmp(tabbed.seed_keys, sample->seed_keys,
			     sample->seed_count *
				     sizeof *sample->seed_keys) == 0));
	ralm_sample_parser_release(&parser);
	free(copy);
}

/* Is a slot of the line seeds:same? */
static bool says_same(const char *line, size_t length)
{
	for (size_t i = 0; i + 10 <= length; i++)
		if (memcmp(line + i, "seeds:same", 10) == 0 &&
		    (i == 0 || ralm_is_blank(line[i - 1])) &&
		    (i + 10 == length || ralm_is_blank(line[i + 10])))
			return true;
	return false;
}

/* The last line that spells its seeds; count 0: there is none, or it is bad. */
struct last {
	uint64_t *keys;
	size_t count;
	char *item;
	size_t item_length;
};

static void *copy_bytes(void *to, const void *from, size_t bytes)
{
	to = realloc(to, bytes ? bytes : 1);
	must(to != NULL);
	if (bytes > 0)
		memcpy(to, from, bytes);
	return to;
}

static void keep(struct last *last, const struct ralm_sample_line *sample)
{
	last->count = sample->seed_count;
	last->keys = copy_bytes(last->keys, sample->seed_keys,
				sample->seed_count * sizeof *last->keys);
	last->item_length = sample->item_length;
	last->item = copy_bytes(last->item, sample->item, sample->item_length);
}

/* What a parser without the lines before cannot know: seeds and, where the line has
 * none, the item are those of the last line that spells its seeds. With tabs for its
 * spaces the line is read slot by slot. */
static void check_same(struct ralm_sample_parser *parser, const char *line,
		       size_t length, struct last *last)
{
	struct ralm_sample_line sample, again;
	struct ralm_error err;
	char *tabbed = copy_bytes(NULL, line, length);
	if (ralm_sample_parse(&sample, parser, line, length, &err) != 1) {
		if (ralm_spells_seeds(line, length))
			last->count = 0;
		free(tabbed);
		return;
	}
	must(sample.says_same && last->count > 0 &&
	     sample.seed_count == last->count &&
	     memcmp(last->keys, sample.seed_keys,
		    last->count * sizeof *last->keys) == 0);
	for (size_t i = 0; i < length; i++)
		tabbed[i] = line[i] == ' ' ? '\t' : line[i];
	must(ralm_sample_parse(&again, parser, tabbed, length, &err) == 1 &&
	     equal(&sample, &again) && again.same_seeds && again.says_same &&
	     again.inherits_item == sample.inherits_item);
	free(tabbed);
	const bool own = sample.item >= line && sample.item < line + length;
	must(own || (sample.item_length == last->item_length &&
		     sample.inherits_item == (sample.item != NULL) &&
		     (sample.item == NULL ||
		      memcmp(sample.item, last->item, last->item_length) == 0)));
}

static void check_line(struct ralm_sample_parser *parser, const char *line,
		       size_t length, struct last *last)
{
	struct ralm_sample_parser fresh;
	struct ralm_sample_line sample, again;
	struct ralm_error err, fresh_err;
	/* Memory of the exact size: a byte read past the end is noticed. */
	char *copy = malloc(length ? length : 1);
	must(copy != NULL);
	memcpy(copy, line, length);
	if (says_same(copy, length)) {
		check_same(parser, copy, length, last);
		free(copy);
		return;
	}
	ralm_sample_parser_init(&fresh, parser->hash_seed);
	fresh.require_label = parser->require_label;
	fresh.allow_no_seeds = parser->allow_no_seeds;
	int result = ralm_sample_parse(&sample, parser, copy, length, &err);
	int fresh_result =
		ralm_sample_parse(&again, &fresh, copy, length, &fresh_err);
	must(result == fresh_result);
	if (result < 0) {
		must(strcmp(err.message, fresh_err.message) == 0);
		if (ralm_spells_seeds(copy, length))
			last->count = 0;
	}
	check_tabs(&again, fresh_result, &fresh_err, &fresh, copy, length);
	if (result == 1) {
		must(equal(&sample, &again) && !again.same_seeds &&
		     !sample.inherits_item);
		if (sample.same_seeds)
			must(last->count == sample.seed_count &&
			     memcmp(last->keys, sample.seed_keys,
				    last->count * sizeof *last->keys) == 0);
		if (sample.seed_count > 0)
			keep(last, &sample);
		char *text = print(&sample);
		must(ralm_sample_parse(&again, &fresh, text, strlen(text),
				       &err) == 1 &&
		     equal(&sample, &again));
		free(text);
	}
	ralm_sample_parser_release(&fresh);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct ralm_sample_parser parser;
	ralm_sample_parser_init(&parser, 1);
	parser.require_label = data[0] & 1;
	parser.allow_no_seeds = data[0] & 2;
	struct last last = {0};
	const char *line = (const char *)data + 1, *end = (const char *)data + size;
	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *line_end = newline ? newline : end;
		check_line(&parser, line, (size_t)(line_end - line), &last);
		line = line_end + 1;
	}
	free(last.keys);
	free(last.item);
	ralm_sample_parser_release(&parser);
	return 0;
}
