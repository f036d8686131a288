/* Fast paths of sample_text.c: ids that are numbers of few digits, seeds one after the
 * other with one space between, and the line that most lines of training samples are. */
#ifndef RALM_FORMATS_SAMPLE_SEEDS_H
#define RALM_FORMATS_SAMPLE_SEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "formats/blank.h"
#include "formats/sample_text.h"
#include "formats/user_id.h"
#include "ground/digits.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/* ---- one number ---------------------------------------------------------------- */

/* The common id, one to seven digits and then a blank. Returns its length, or
 * 0: it is something else, or too near the end. */
static inline size_t short_number(uint64_t *key, const char *p, const char *end)
{
	if (end - p < 8)
		return 0;
	const uint64_t digits = ralm_digits_load(p);
	const uint64_t other = ralm_digits_others(digits);
	if (other == 0)
		return 0;
	unsigned length = (unsigned)__builtin_ctzll(other) / 8;
	if (length == 0 || !ralm_is_blank(p[length]) || (length > 1 && *p == '0'))
		return 0;
	/* Zeros in front make it eight digits. */
	*key = ralm_digits_number(digits << (64 - 8 * length));
	return length;
}

/* ---- many seeds ------------------------------------------------------------ */

#ifdef __SSE2__

enum { WINDOW = 64 };

/* A bit for each byte of a window that is a space, or is no more than one. */
static inline uint64_t spaces(const char *p, const bool or_less)
{
	const __m128i space = _mm_set1_epi8(' ');
	uint64_t bits = 0;
	for (int i = 0; i < WINDOW; i += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(p + i));
		__m128i like = or_less ? _mm_min_epu8(x, space) : space;
		int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(x, like));
		bits |= (uint64_t)(unsigned)mask << i;
	}
	return bits;
}

/* The number of one to eight digits between id and space, with a slot's name in
 * front. False: it is something else. */
static inline bool number_before(uint64_t *key, const char *id,
				 const char *space)
{
	const size_t length = (size_t)(space - id);
	if (length > 8 || (*id == '0' && length > 1))
		return false;
	/* What is in front of it counts as zeros. */
	uint64_t digits = ralm_digits_load(space - 8) & ~UINT64_C(0)
						   << 8 * (8 - length);
	*key = ralm_digits_number(digits);
	return ralm_digits_others(digits) == 0;
}

/* Reads seeds with one space behind each, up to anything else or near the end,
 * all of them or short numbers only. Returns the end of their keys; *p: behind
 * the last one's space.
 *
 * Where a seed begins is known before the one in front of it is read: looking
 * for one end after the other takes longer than all that is done with them. */
static inline uint64_t *many_seeds(uint64_t *key, const char **p,
				   const char *end, uint64_t hash_seed,
				   const bool all)
{
	const char *seed = *p, *window;
	do {
		window = seed;
		if (end - window < WINDOW)
			break;
		uint64_t left = spaces(window, false);
		if (all) { /* up to a tab or the like: no id holds one */
			uint64_t less = spaces(window, true) ^ left;
			left &= (less & -less) - 1;
		}
		for (; left != 0; left &= left - 1) {
			const char *space = window + __builtin_ctzll(left);
			const char *id = seed + SEEDS_PREFIX;
			if (space <= id || !are_seeds(seed))
				goto end;
			if (!number_before(key, id, space)) {
				if (!all)
					goto end;
				*key = ralm_user_key(id, (size_t)(space - id),
						     hash_seed);
			}
			key++;
			seed = space + 1;
		}
	} while (seed != window);
end:
	*p = seed;
	return key;
}

#else

/* None are read at once. */
static inline uint64_t *many_seeds(uint64_t *key, const char **p,
				   const char *end, uint64_t hash_seed,
				   const bool all)
{
	(void)p;
	(void)end;
	(void)hash_seed;
	(void)all;
	return key;
}

#endif

/* ---- a whole line ------------------------------------------------------------ */

/* "seeds:same target_user:NUMBER label:0" or 1, as eight lines of nine that
 * ralm-build-data writes are. False: it is another line, or seeds:same is an error
 * there. */
static inline bool short_line(struct ralm_sample_line *sample,
			      const struct ralm_sample_parser *parser,
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
	return true;
}

#endif
