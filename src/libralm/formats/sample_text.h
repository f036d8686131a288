/* Sample lines (ralm-samples(5)): slots NAME:VALUE between blanks (spaces and
 * tabs), in any order: user_seeds (one or more), target_user (one), label (0
 * or 1, one; optional for scoring), item (optional). seeds:same stands for the
 * seeds of the last line that spells its seeds, and for its item where the line has
 * none of its own; where that line is bad it is an error.
 *
 * Consecutive lines often carry the same seeds. Where the seeds of a line stand
 * together the parser remembers their bytes; a line whose seeds are the same
 * bytes is known to have the same list without looking at them one by one. */
#ifndef RALM_FORMATS_SAMPLE_TEXT_H
#define RALM_FORMATS_SAMPLE_TEXT_H

#include <stdbool.h>

#include "ground/error.h"

enum { RALM_LABEL_NONE = -1 };

struct ralm_sample_line {
	/* Owned by the parser, valid until its next line. NULL and 0 when the
	 * line names its list by item only (allow_no_seeds). */
	const uint64_t *seed_keys;
	size_t seed_count;
	/* The list is that of the last good line, by seeds:same or since the bytes
	 * are the same; false proves nothing. */
	bool same_seeds;
	bool says_same; /* seeds:same: alone the line does not tell its seeds */
	bool has_target; /* false only where allow_no_target lets it be */
	uint64_t target_key;
	const char *target; /* its id, into the line */
	size_t target_length;
	int label; /* 0, 1 or RALM_LABEL_NONE */
	/* NULL: none. Into the line; or, inherits_item, that of the line which spells
	 * the seeds, owned as they are. */
	const char *item;
	size_t item_length;
	bool inherits_item;
};

/* How many seeds of a list count where at most `most` do, 0: all. They are the
 * first. */
static inline size_t ralm_seeds_used(size_t count, uint64_t most)
{
	return most != 0 && count > most ? (size_t)most : count;
}

struct ralm_sample_parser {
	uint64_t hash_seed;
	bool require_label;  /* training */
	bool allow_no_seeds;  /* scoring with named lists: item: stands for them */
	bool allow_no_target; /* a file of named lists */
	/* The seeds of the last line that spells them. has_list: seeds:same may
	 * refer to them; list_is_last: they are the list of the last good
	 * line. */
	uint64_t *keys;
	size_t key_count, key_capacity;
	bool has_list, list_is_last;
	/* The bytes from the first to the last seed of the last line, whose
	 * keys are in `keys`; length 0: unknown, or other slots were
	 * between. */
	char *last;
	size_t last_length, last_capacity;
	/* The item of the last line that spells its seeds; length 0: it has none. */
	char *item;
	size_t item_length, item_capacity;
};

void ralm_sample_parser_init(struct ralm_sample_parser *parser,
			     uint64_t hash_seed);
void ralm_sample_parser_release(struct ralm_sample_parser *parser);

/* Parses one line without its newline. Returns 1, 0 for a blank line, or -1
 * with a message such as "label: expected 0 or 1, got '2'" and no place (see
 * ralm_error_at). A blank line leaves the parser as it was. After an error, and
 * after a line without seeds, the parser is ready for the next line, whose
 * same_seeds is false unless it says so. Sample is written only where 1 is
 * returned. */
int ralm_sample_parse(struct ralm_sample_line *sample,
		      struct ralm_sample_parser *parser, const char *line,
		      size_t length, struct ralm_error *err) RALM_MUST_CHECK;

/* A line was left out that the parser did not see, perhaps too long a one:
 * seeds:same is an error up to the next line that spells its seeds. */
static inline void ralm_sample_parser_lost(struct ralm_sample_parser *parser)
{
	parser->has_list = false;
}

/* Lines that the parser did not see come before the next one. spelled (length): the
 * last of them that spells its seeds, which seeds:same then refers to; NULL: there is
 * none, or it cannot be read. */
void ralm_sample_parser_behind(struct ralm_sample_parser *parser,
			       const char *spelled, size_t length);

#endif
