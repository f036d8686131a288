/* Which of the next 64 bytes of a text are a newline or a blank, as the bits of a word,
 * the first byte's the lowest: ends of short lines and slots are found at once, where a
 * search for each takes longer than all that is done with what was found. */
#ifndef RALM_FORMATS_BYTE_BITS_H
#define RALM_FORMATS_BYTE_BITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { RALM_BYTE_BITS = 64 };

#ifdef __SSE2__

static inline uint64_t ralm_bits_equal_16(const char *p, char c)
{
	const __m128i x = _mm_loadu_si128((const __m128i *)p);
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8(c)));
}

static inline uint64_t ralm_bits_at_most_16(const char *p, char c)
{
	const __m128i x = _mm_loadu_si128((const __m128i *)p);
	const __m128i least = _mm_min_epu8(x, _mm_set1_epi8(c));
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(least, x));
}

#else

/* The top bits of eight bytes side by side. */
static inline uint64_t ralm_top_bits(uint64_t word)
{
	return (word >> 7 & UINT64_C(0x0101010101010101)) *
		       UINT64_C(0x0102040810204080) >> 56;
}

/* The top bit of each of eight bytes that is at least c (1 to 128), once the bits of
 * flip are turned over in it; the other bits mean nothing. */
static inline uint64_t ralm_bytes_at_least(const char *p, char flip, unsigned c)
{
	const uint64_t each = UINT64_C(0x0101010101010101);
	uint64_t x;
	memcpy(&x, p, sizeof x);
	x ^= each * (unsigned char)flip;
	return ((x & 0x7f * each) + (128 - c) * each) | x;
}

static inline uint64_t ralm_bits_equal_16(const char *p, char c)
{
	return ralm_top_bits(~ralm_bytes_at_least(p, c, 1)) |
	       ralm_top_bits(~ralm_bytes_at_least(p + 8, c, 1)) << 8;
}

static inline uint64_t ralm_bits_at_most_16(const char *p, char c)
{
	const unsigned more = (unsigned)c + 1;
	return ralm_top_bits(~ralm_bytes_at_least(p, 0, more)) |
	       ralm_top_bits(~ralm_bytes_at_least(p + 8, 0, more)) << 8;
}

#endif

/* A bit for each of the 64 bytes at p that is c. */
static inline uint64_t ralm_bits_equal(const char *p, char c)
{
	return ralm_bits_equal_16(p, c) | ralm_bits_equal_16(p + 16, c) << 16 |
	       ralm_bits_equal_16(p + 32, c) << 32 |
	       ralm_bits_equal_16(p + 48, c) << 48;
}

/* A bit for each of the 64 bytes at p that is at most c, an ASCII character. */
static inline uint64_t ralm_bits_at_most(const char *p, char c)
{
	return ralm_bits_at_most_16(p, c) | ralm_bits_at_most_16(p + 16, c) << 16 |
	       ralm_bits_at_most_16(p + 32, c) << 32 |
	       ralm_bits_at_most_16(p + 48, c) << 48;
}

/* The first newline of `size` bytes; NULL: there is none. */
static inline const char *ralm_find_newline(const char *text, size_t size)
{
	for (; size >= RALM_BYTE_BITS; size -= RALM_BYTE_BITS) {
		const uint64_t newlines = ralm_bits_equal(text, '\n');
		if (newlines != 0)
			return text + (unsigned)__builtin_ctzll(newlines);
		text += RALM_BYTE_BITS;
	}
	return memchr(text, '\n', size);
}

#endif
