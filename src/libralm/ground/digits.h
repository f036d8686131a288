/* Decimal digits of a text, eight at a time, as the bytes of a word. The first one is the
 * lowest byte: configure refuses big-endian machines. */
#ifndef RALM_GROUND_DIGITS_H
#define RALM_GROUND_DIGITS_H

#include <stdint.h>
#include <string.h>

/* Eight bytes of a text, in which digits have their values. */
static inline uint64_t ralm_digits_load(const char *text)
{
	uint64_t word;
	memcpy(&word, text, sizeof word);
	return word ^ UINT64_C(0x3030303030303030);
}

/* The top bit of every byte that is no digit. A carry out of such a byte spoils
 * bytes behind it only, and the first one counts. */
static inline uint64_t ralm_digits_others(uint64_t digits)
{
	return (digits | (digits + UINT64_C(0x7676767676767676))) &
	       UINT64_C(0x8080808080808080);
}

/* The number of eight digits: pairs, then fours, then all. */
static inline uint64_t ralm_digits_number(uint64_t digits)
{
	digits = digits * 10 + (digits >> 8);
	return ((digits & UINT64_C(0x000000ff000000ff)) *
			(100 + (UINT64_C(1000000) << 32)) +
		(digits >> 16 & UINT64_C(0x000000ff000000ff)) *
			(1 + (UINT64_C(10000) << 32))) >> 32;
}

#endif
