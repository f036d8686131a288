#include "formats/sample_text.h"

#include "ground/memory.h"
#include "formats/sample_seeds.h"
#include "formats/seed_slots.h"
#include "formats/slots.h"
#include "formats/user_id.h"

#include <stdlib.h>
#include <string.h>

/* The state of parsing one line. */
struct scan {
	const char *p, *end; /* not parsed yet */
	struct ralm_sample_line sample;
	bool has_seeds;
	/* The seeds stand together in [run, run_end); NULL: they do not. */
	const char *run, *run_end;
};

static inline void skip_blanks(struct scan *scan)
{
	while (scan->p < scan->end && ralm_is_blank(*scan->p))
		scan->p++;
}

/* Does the rest of the line start with a slot's name and colon? */
#define starts_with(scan, name) \
	((size_t)((scan)->end - (scan)->p) >= sizeof(name) - 1 && \
	 memcmp((scan)->p, name, sizeof(name) - 1) == 0)

/* ---- user ids ---------------------------------------------------------- */

static int long_id(uint64_t *key, struct scan *scan, const char *slot,
		   uint64_t hash_seed, struct ralm_error *err)
{
	const char *end = ralm_slot_end(scan->p, scan->end);
	size_t length = (size_t)(end - scan->p);
	if (length == 0)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%s: empty user id", slot);
	if (memchr(scan->p, '\0', length) != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%s: NUL byte in a user id", slot);
	*key = ralm_user_key(scan->p, length, hash_seed);
	scan->p = end;
	return 0;
}

/* The id after a slot's colon, up to a blank or the end of the line. */
static inline int user_id(uint64_t *key, struct scan *scan, const char *slot,
			  uint64_t hash_seed, struct ralm_error *err)
{
	size_t length = short_number(key, scan->p, scan->end);
	if (length == 0)
		return long_id(key, scan, slot, hash_seed, err);
	scan->p += length;
	return 0;
}

/* ---- slots ------------------------------------------------------------- */

static inline bool at_seeds(const struct scan *scan)
{
	return scan->end - scan->p >= SEEDS_PREFIX && are_seeds(scan->p);
}

/* Skips the seeds of the last line where this line repeats them. */
static bool skip_repeated(struct scan *scan,
			  const struct ralm_sample_parser *parser)
{
	size_t length = parser->last_length;
	if (length == 0 || (size_t)(scan->end - scan->p) < length ||
	    memcmp(scan->p, parser->last, length) != 0)
		return false;
	const char *after = scan->p + length;
	if (after < scan->end && !ralm_is_blank(*after))
		return false;
	scan->p = after;
	return true;
}

static int both_seeds(struct ralm_error *err)
{
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "user_seeds beside seeds:same");
}

/* Parses all consecutive user_seeds slots. */
static int parse_seeds(struct scan *scan, struct ralm_sample_parser *parser,
		       struct ralm_error *err)
{
	if (scan->sample.says_same)
		return both_seeds(err);
	scan->run = scan->has_seeds ? NULL : scan->p;
	if (!scan->has_seeds && skip_repeated(scan, parser)) {
		scan->sample.same_seeds = true;
		scan->run_end = scan->p;
		skip_blanks(scan);
	} else if (!scan->has_seeds) {
		parser->key_count = 0;
	}
	scan->has_seeds = true;
	if (!at_seeds(scan))
		return 0;
	/* More than the repeated bytes: another list, which begins with it. */
	scan->sample.same_seeds = false;
	/* Each key takes at least "user_seeds:1" and a blank. */
	size_t most = parser->key_count +
		      (size_t)(scan->end - scan->p) / (SEEDS_PREFIX + 2) + 1;
	if (RALM_RESERVE(parser->keys, parser->key_capacity, most, err) != 0)
		return -1;
	uint64_t *key = parser->keys + parser->key_count;
	const char *first = scan->p;
	/* Lists of numbers alone have a faster loop; from the first name on
	 * this one. */
	key = many_seeds(key, &scan->p, scan->end, parser->hash_seed, false);
	if (at_seeds(scan))
		key = many_seeds(key, &scan->p, scan->end, parser->hash_seed,
				 true);
	if (scan->p != first)
		scan->run_end = scan->p - 1;
	for (skip_blanks(scan); at_seeds(scan); skip_blanks(scan)) {
		scan->p += SEEDS_PREFIX;
		if (user_id(key, scan, "user_seeds", parser->hash_seed, err) !=
		    0)
			return -1;
		key++;
		scan->run_end = scan->p;
	}
	parser->key_count = (size_t)(key - parser->keys);
	return 0;
}

static int two_slots(const char *slot, struct ralm_error *err)
{
	return ralm_error_set(err, RALM_ERROR_DATA, "two %s slots", slot);
}

/* Whether a value ends here. */
static inline bool ends_at(const struct scan *scan, const char *p)
{
	return p == scan->end || ralm_is_blank(*p);
}

/* The value that begins here, for a message. Returns text. */
static const char *quote_value(char *text, const struct scan *scan)
{
	const char *end = ralm_slot_end(scan->p, scan->end);
	return ralm_slot_quote(text, scan->p, (size_t)(end - scan->p));
}

/* seeds:same: the seeds of the line before. */
static int parse_same(struct scan *scan,
		      const struct ralm_sample_parser *parser,
		      struct ralm_error *err)
{
	char text[RALM_SLOT_QUOTE];
	scan->p += sizeof "seeds:" - 1;
	if (!starts_with(scan, "same") || !ends_at(scan, scan->p + 4))
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "seeds: expected same, got '%s'",
				      quote_value(text, scan));
	if (scan->sample.says_same)
		return two_slots("seeds", err);
	if (scan->has_seeds)
		return both_seeds(err);
	if (!parser->has_list)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "seeds:same, but no good line with seeds before");
	scan->has_seeds = true;
	scan->sample.says_same = true;
	scan->sample.same_seeds = parser->list_is_last;
	scan->p += 4;
	return 0;
}

static int parse_target(struct scan *scan,
			const struct ralm_sample_parser *parser,
			struct ralm_error *err)
{
	if (scan->sample.has_target)
		return two_slots("target_user", err);
	scan->sample.has_target = true;
	scan->p += sizeof "target_user:" - 1;
	scan->sample.target = scan->p;
	if (user_id(&scan->sample.target_key, scan, "target_user",
		    parser->hash_seed, err) != 0)
		return -1;
	scan->sample.target_length = (size_t)(scan->p - scan->sample.target);
	return 0;
}

static int parse_label(struct scan *scan, struct ralm_error *err)
{
	if (scan->sample.label != RALM_LABEL_NONE)
		return two_slots("label", err);
	char text[RALM_SLOT_QUOTE];
	scan->p += sizeof "label:" - 1;
	if ((!starts_with(scan, "0") && !starts_with(scan, "1")) ||
	    !ends_at(scan, scan->p + 1))
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "label: expected 0 or 1, got '%s'",
				      quote_value(text, scan));
	scan->sample.label = *scan->p++ - '0';
	return 0;
}

static int parse_item(struct scan *scan, struct ralm_error *err)
{
	if (scan->sample.item != NULL)
		return two_slots("item", err);
	const char *value = scan->p + sizeof "item:" - 1;
	const char *end = ralm_slot_end(value, scan->end);
	size_t length = (size_t)(end - value);
	if (length == 0)
		return ralm_error_set(err, RALM_ERROR_DATA, "item: empty id");
	if (memchr(value, '\0', length) != NULL)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "item: NUL byte in an id");
	scan->sample.item = value;
	scan->sample.item_length = length;
	scan->p = end;
	return 0;
}

static int unknown_slot(const struct scan *scan, struct ralm_error *err)
{
	char text[RALM_SLOT_QUOTE];
	size_t length = (size_t)(ralm_slot_end(scan->p, scan->end) - scan->p);
	const char *colon = memchr(scan->p, ':', length);
	if (colon == NULL)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "expected SLOT:VALUE, got '%s'",
				      ralm_slot_quote(text, scan->p, length));
	return ralm_error_set(err, RALM_ERROR_DATA, "unknown slot '%s'",
			      ralm_slot_quote(text, scan->p,
					      (size_t)(colon - scan->p)));
}

/* ---- lines ------------------------------------------------------------- */

static int parse_slots(struct scan *scan, struct ralm_sample_parser *parser,
		       struct ralm_error *err)
{
	int result = 0;
	while (result == 0) {
		skip_blanks(scan);
		if (scan->p == scan->end)
			break;
		if (at_seeds(scan))
			result = parse_seeds(scan, parser, err);
		else if (starts_with(scan, "seeds:"))
			result = parse_same(scan, parser, err);
		else if (starts_with(scan, "target_user:"))
			result = parse_target(scan, parser, err);
		else if (starts_with(scan, "label:"))
			result = parse_label(scan, err);
		else if (starts_with(scan, "item:"))
			result = parse_item(scan, err);
		else
			result = unknown_slot(scan, err);
	}
	return result;
}

static int check_complete(const struct scan *scan,
			  const struct ralm_sample_parser *parser,
			  struct ralm_error *err)
{
	const char *missing = NULL;
	if (!scan->has_seeds && !parser->allow_no_seeds)
		missing = "no user_seeds slot";
	else if (!scan->has_seeds && scan->sample.item == NULL)
		missing = "neither user_seeds nor item slot";
	else if (!scan->sample.has_target && !parser->allow_no_target)
		missing = "no target_user slot";
	else if (scan->sample.label == RALM_LABEL_NONE && parser->require_label)
		missing = "no label slot";
	if (missing == NULL)
		return 0;
	return ralm_error_set(err, RALM_ERROR_DATA, "%s", missing);
}

/* Keeps the item of a line that spells its seeds. */
static int remember_item(const struct scan *scan,
			 struct ralm_sample_parser *parser,
			 struct ralm_error *err)
{
	const size_t length = scan->sample.item_length;
	if (!scan->has_seeds || scan->sample.says_same)
		return 0;
	if (RALM_RESERVE(parser->item, parser->item_capacity, length, err) != 0)
		return -1;
	if (length > 0)
		memcpy(parser->item, scan->sample.item, length);
	parser->item_length = length;
	return 0;
}

/* Keeps the bytes of this line's seeds for the next line. */
static int remember_seeds(const struct scan *scan,
			  struct ralm_sample_parser *parser,
			  struct ralm_error *err)
{
	if (scan->sample.says_same ||
	    (scan->sample.same_seeds && scan->run != NULL))
		return 0;
	parser->last_length = 0;
	if (scan->run == NULL)
		return 0;
	size_t length = (size_t)(scan->run_end - scan->run);
	if (RALM_RESERVE(parser->last, parser->last_capacity, length, err) != 0)
		return -1;
	memcpy(parser->last, scan->run, length);
	parser->last_length = length;
	return 0;
}

/* Any line that short_line does not read. */
static int parse_line(struct ralm_sample_line *sample,
		      struct ralm_sample_parser *parser, const char *line,
		      size_t length, struct ralm_error *err)
{
	/* Copied: compilers clear that much by an instruction that takes a tenth of
	 * a line's time. */
	static const struct ralm_sample_line no_slots = {
		.label = RALM_LABEL_NONE};
	struct scan scan;
	scan.p = line;
	scan.end = line + length;
	scan.sample = no_slots;
	scan.has_seeds = false;
	scan.run = scan.run_end = NULL;
	skip_blanks(&scan);
	if (scan.p == scan.end)
		return 0;
	if (parse_slots(&scan, parser, err) != 0 ||
	    check_complete(&scan, parser, err) != 0 ||
	    remember_seeds(&scan, parser, err) != 0 ||
	    remember_item(&scan, parser, err) != 0) {
		parser->last_length = 0;
		if (ralm_spells_seeds(line, length))
			parser->has_list = false;
		return -1;
	}
	parser->has_list |= scan.has_seeds;
	parser->list_is_last = scan.has_seeds;
	if (scan.has_seeds) {
		scan.sample.seed_keys = parser->keys;
		scan.sample.seed_count = parser->key_count;
	}
	inherit_item(&scan.sample, parser);
	*sample = scan.sample;
	return 1;
}

int ralm_sample_parse(struct ralm_sample_line *sample,
		      struct ralm_sample_parser *parser, const char *line,
		      size_t length, struct ralm_error *err)
{
	if (short_line(sample, parser, line, length))
		return 1;
	return parse_line(sample, parser, line, length, err);
}

void ralm_sample_parser_init(struct ralm_sample_parser *parser,
			     uint64_t hash_seed)
{
	memset(parser, 0, sizeof *parser);
	parser->hash_seed = hash_seed;
}

void ralm_sample_parser_behind(struct ralm_sample_parser *parser,
			       const char *spelled, size_t length)
{
	struct ralm_sample_line sample;
	struct ralm_error err;
	parser->has_list = false;
	/* A bad line counts as one without a list. */
	if (spelled != NULL &&
	    ralm_sample_parse(&sample, parser, spelled, length, &err) < 0)
		parser->has_list = false;
	parser->list_is_last = false;
	parser->last_length = 0;
}

void ralm_sample_parser_release(struct ralm_sample_parser *parser)
{
	free(parser->keys);
	free(parser->last);
	free(parser->item);
	ralm_sample_parser_init(parser, parser->hash_seed);
}
