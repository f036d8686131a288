/* Ids of samples that are numbers of few digits, as most are: their keys without a look
 * at each digit. */
#ifndef RALM_FORMATS_SHORT_NUMBERS_H
#define RALM_FORMATS_SHORT_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/blank.h"
#include "ground/digits.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/* ---- an id whose end is known, with the name of its slot in front -------------- */

/* Whether an id may be a short number: one to eight bytes, without a needless zero. */
static inline bool is_short(const char *id, const char *end)
{
	const size_t length = (size_t)(end - id);
	return length - 1 < 8 && (*id != '0' || length == 1);
}

/* The bytes of an id of so many bytes, of eight that end with it. */
static const uint64_t id_bytes[9] = {
	0,
	UINT64_C(0xff00000000000000),
	UINT64_C(0xffff000000000000),
	UINT64_C(0xffffff0000000000),
	UINT64_C(0xffffffff00000000),
	UINT64_C(0xffffffffff000000),
	UINT64_C(0xffffffffffff0000),
	UINT64_C(0xffffffffffffff00),
	UINT64_C(0xffffffffffffffff),
};

/* The number of an id that is_short. False: it is none. */
static inline bool number_before(uint64_t *key, const char *id, const char *end)
{
	/* What is in front of it counts as zeros. */
	const uint64_t digits = ralm_digits_load(end - 8) & id_bytes[end - id];
	*key = ralm_digits_number(digits);
	return ralm_digits_others(digits) == 0;
}

/* The numbers of two ids that are short, the second behind the first. False: one of
 * them is none; keys may have changed. */
static inline bool two_numbers_before(uint64_t keys[2], const char *id[2],
				      const char *end[2])
{
#ifdef __SSE2__
	const uint64_t *mask[2] = {&id_bytes[end[0] - id[0]],
				   &id_bytes[end[1] - id[1]]};
	__m128i x = _mm_unpacklo_epi64(
		_mm_loadl_epi64((const __m128i *)(end[0] - 8)),
		_mm_loadl_epi64((const __m128i *)(end[1] - 8)));
	x = _mm_sub_epi8(x, _mm_set1_epi8('0'));
	x = _mm_and_si128(x, _mm_unpacklo_epi64(
				     _mm_loadl_epi64((const __m128i *)mask[0]),
				     _mm_loadl_epi64((const __m128i *)mask[1])));
	const __m128i over = _mm_subs_epu8(x, _mm_set1_epi8(9));
	const __m128i none = _mm_setzero_si128();
	/* Pairs of digits, then fours, then all eight; the first is the lowest. */
	const __m128i tens = _mm_and_si128(x, _mm_set1_epi16(0xff));
	x = _mm_add_epi16(_mm_mullo_epi16(tens, _mm_set1_epi16(10)),
			  _mm_srli_epi16(x, 8));
	x = _mm_madd_epi16(x, _mm_set1_epi32(1 << 16 | 100));
	x = _mm_packs_epi32(x, x);
	x = _mm_madd_epi16(x, _mm_set1_epi32(1 << 16 | 10000));
	_mm_storeu_si128((__m128i *)keys, _mm_unpacklo_epi32(x, none));
	return _mm_movemask_epi8(_mm_cmpeq_epi8(over, none)) == 0xffff;
#else
	return number_before(&keys[0], id[0], end[0]) &&
	       number_before(&keys[1], id[1], end[1]);
#endif
}

#endif
