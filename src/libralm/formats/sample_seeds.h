/* Fast paths of sample_text.c: seeds one after the other with one space between, and the
 * line that most lines of training samples are. */
#ifndef RALM_FORMATS_SAMPLE_SEEDS_H
#define RALM_FORMATS_SAMPLE_SEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "formats/byte_bits.h"
#include "formats/sample_text.h"
#include "formats/short_numbers.h"
#include "formats/user_id.h"

enum { SEEDS_PREFIX = sizeof "user_seeds:" - 1 };

/* Whether p begins with "user_seeds:", by two overlapping words. */
static inline bool are_seeds(const char *p)
{
	uint64_t name, tail, a, b;
	memcpy(&name, "user_see", 8);
	memcpy(&tail, "r_seeds:", 8);
	memcpy(&a, p, 8);
	memcpy(&b, p + SEEDS_PREFIX - 8, 8);
	return a == name && b == tail;
}

/* ---- many seeds ------------------------------------------------------------ */

/* The spaces of a text of RALM_BYTE_BITS bytes and more. Where a seed begins is known
 * before the one in front of it is read: looking for one end after the other takes
 * longer than all that is done with them. */
struct spaces {
	const char *next, *end; /* what was not looked at */
	unsigned count;
	const char *at[32 + RALM_BYTE_BITS];
};

/* Finds the next spaces, some dozens; with names, none behind a tab or the like, which
 * no id holds. */
static inline void find_spaces(struct spaces *spaces, const bool names)
{
	spaces->count = 0;
	while (spaces->next < spaces->end && spaces->count < 32) {
		/* The last window overlaps the one before. */
		const char *last = spaces->end - RALM_BYTE_BITS;
		const char *window = spaces->next < last ? spaces->next : last;
		const uint64_t unseen = ~UINT64_C(0) << (spaces->next - window);
		uint64_t left = ralm_bits_equal(window, ' ') & unseen;
		spaces->next = window + RALM_BYTE_BITS;
		if (names) {
			uint64_t low = ralm_bits_at_most(window, ' ') & unseen;
			uint64_t other = low ^ left;
			left &= (other & -other) - 1;
			if (other != 0)
				spaces->next = spaces->end;
		}
		for (; left != 0; left &= left - 1)
			spaces->at[spaces->count++] =
				window + (unsigned)__builtin_ctzll(left);
	}
}

/* The id of a seed with a space behind it; NULL: it is no seed, or empty. */
static inline const char *seed_id(const char *seed, const char *space)
{
	const char *id = seed + SEEDS_PREFIX;
	return space > id && are_seeds(seed) ? id : NULL;
}

/* Reads seeds with one space behind each, up to anything else, all of them or (names
 * is false) short numbers only. Returns the end of their keys; *p: behind the last
 * one's space. */
static inline uint64_t *many_seeds(uint64_t *key, const char **p,
				   const char *end, uint64_t hash_seed,
				   const bool names)
{
	struct spaces spaces;
	const char *seed = *p, *id[2];
	spaces.next = seed;
	spaces.end = end - seed < RALM_BYTE_BITS ? seed : end;
	do {
		const char **space = spaces.at, **last;
		find_spaces(&spaces, names);
		last = space + spaces.count;
		while (space < last && (id[0] = seed_id(seed, *space)) != NULL) {
			const bool number = is_short(id[0], *space);
			if (number && space + 1 < last &&
			    (id[1] = seed_id(*space + 1, space[1])) != NULL &&
			    is_short(id[1], space[1]) &&
			    two_numbers_before(key, id, space)) {
				key += 2;
				space += 2;
			} else if (number && number_before(key, id[0], *space)) {
				key++;
				space++;
			} else if (names) {
				*key++ = ralm_user_key(
					id[0], (size_t)(*space - id[0]), hash_seed);
				space++;
			} else {
				break;
			}
			seed = space[-1] + 1;
		}
		if (space < last)
			break;
	} while (spaces.next < spaces.end);
	*p = seed;
	return key;
}

/* ---- a whole line ------------------------------------------------------------ */

/* Gives a line that says seeds:same the item that goes with them. */
static inline void inherit_item(struct ralm_sample_line *sample,
				const struct ralm_sample_parser *parser)
{
	if (!sample->says_same || sample->item != NULL ||
	    parser->item_length == 0)
		return;
	sample->item = parser->item;
	sample->item_length = parser->item_length;
	sample->inherits_item = true;
}

/* "seeds:same target_user:NUMBER label:0" or 1, as eight lines of nine that
 * ralm-build-data writes are. False: it is another line, or seeds:same is an error
 * there. */
static inline bool short_line(struct ralm_sample_line *sample,
			      struct ralm_sample_parser *parser,
			      const char *line, size_t length)
{
	static const char head[] = "seeds:same target_user:", tail[] = " label:";
	enum { HEAD = sizeof head - 1, TAIL = sizeof tail - 1 };
	const char *id = line + HEAD, *end = line + length;
	uint64_t key;
	if (length < HEAD + 1 + TAIL + 1 || !parser->has_list ||
	    memcmp(line, head, HEAD) != 0)
		return false;
	const size_t digits = short_number(&key, id, end);
	if (digits == 0 || end - (id + digits) != TAIL + 1 ||
	    memcmp(id + digits, tail, TAIL) != 0 ||
	    (end[-1] != '0' && end[-1] != '1'))
		return false;
	*sample = (struct ralm_sample_line){
		.seed_keys = parser->keys,
		.seed_count = parser->key_count,
		.same_seeds = parser->list_is_last,
		.says_same = true,
		.has_target = true,
		.target_key = key,
		.target = id,
		.target_length = digits,
		.label = end[-1] - '0',
	};
	parser->list_is_last = true;
	inherit_item(sample, parser);
	return true;
}

#endif
