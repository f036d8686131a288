#include "ground/radix_sort.h"

#include <stdbool.h>

/* A radix sort from the most significant digit ("American flag", McIlroy,
 * Bostic and McIlroy 1993): count the digit's values, then bring each record
 * to its part by exchanges, then sort the parts. The digit starts at the
 * highest bit in which the records differ, so that scores between 0 and 1,
 * which share most of their sign and exponent, cost no empty passes. */

enum {
	DIGIT_BITS = 11, /* at most; the counters fill half of a 32 KB cache */
	DIGIT_VALUES = 1 << DIGIT_BITS,
	PART_BITS = 2,        /* a digit makes parts of about 2^2 records */
	SMALL = 32,           /* records: up to here insertion is faster */
	SHARED = 1 << 15,     /* records: from here on threads share the parts */
	RANGES = 64,          /* of parts: a thread takes one at a time */
	LARGE = 8             /* all threads sort a range of 1/8 of the records */
};

static inline void copy(uint64_t *to, const uint64_t *from, int words)
{
	for (int w = 0; w < words; w++)
		to[w] = from[w];
}

static inline void exchange(uint64_t *a, uint64_t *b, int words)
{
	for (int w = 0; w < words; w++) {
		uint64_t word = a[w];
		a[w] = b[w];
		b[w] = word;
	}
}

static inline int before(const uint64_t *a, const uint64_t *b, int words)
{
	for (int w = 0; w < words; w++)
		if (a[w] != b[w])
			return a[w] < b[w];
	return 0;
}

static inline void insertion_sort(uint64_t *records, size_t count, int words)
{
	for (size_t i = 1; i < count; i++) {
		uint64_t moved[3];
		size_t j = i;
		copy(moved, records + i * words, words);
		for (; j > 0 && before(moved, records + (j - 1) * words, words);
		     j--)
			copy(records + j * words, records + (j - 1) * words,
			     words);
		copy(records + j * words, moved, words);
	}
}

/* Where a digit lies: word, shift, and the mask after the shift. */
struct digit {
	int word, shift;
	uint64_t mask;
};

/* The highest bits in which the records differ; word == words: in none. */
static inline struct digit find_digit(const uint64_t *records, size_t count,
				      int words)
{
	struct digit digit = {0, 0, 0};
	for (; digit.word < words; digit.word++) {
		const uint64_t *column = records + digit.word;
		uint64_t differ = 0;
		for (size_t i = 1; i < count; i++)
			differ |= column[i * words] ^ column[0];
		if (differ == 0)
			continue;
		int bits = 64 - __builtin_clzll(differ);
		int width = 63 - __builtin_clzll(count) - PART_BITS;
		width = width < DIGIT_BITS ? width : DIGIT_BITS;
		width = width < bits ? width : bits;
		digit.shift = bits - width;
		digit.mask = (UINT64_C(1) << width) - 1;
		break;
	}
	return digit;
}

static inline size_t value(const uint64_t *record, struct digit digit)
{
	return record[digit.word] >> digit.shift & digit.mask;
}

/* Brings the records of each value of the digit together, in the order of the
 * values, and sorts the small ones of these parts. Returns whether there are others. */
static inline __attribute__((always_inline)) bool
distribute(uint64_t *records, size_t count, int words, struct digit digit)
{
	/* begin[v]: the next place of value v to fill; end[v]: its end. */
	size_t begin[DIGIT_VALUES], end[DIGIT_VALUES];
	size_t values = digit.mask + 1;
	memset(end, 0, values * sizeof *end);
	for (size_t i = 0; i < count; i++)
		end[value(records + i * words, digit)]++;
	size_t sum = 0;
	for (size_t v = 0; v < values; v++) {
		begin[v] = sum;
		sum += end[v];
		end[v] = sum;
	}
	/* Each round exchanges records with places of their parts. What comes
	 * back may belong elsewhere, so rounds repeat until every part is full;
	 * each one places at least half of what was left. No exchange waits for
	 * the one before. */
	for (size_t left = count; left > 0;) {
		left = 0;
		for (size_t v = 0; v < values; v++) {
			for (size_t i = begin[v]; i < end[v]; i++) {
				uint64_t *here = records + i * words;
				size_t to = value(here, digit);
				exchange(here, records + begin[to]++ * words,
					 words);
			}
			left += end[v] - begin[v];
		}
	}
	bool others = false;
	for (size_t v = 0, first = 0; v < values; first = end[v++]) {
		if (end[v] - first <= SMALL)
			insertion_sort(records + first * words, end[v] - first,
				       words);
		else
			others = true;
	}
	return others;
}

static inline __attribute__((always_inline)) bool
divide_words(struct digit *digit, uint64_t *records, size_t count, int words)
{
	if (count <= SMALL) {
		insertion_sort(records, count, words);
		return false;
	}
	*digit = find_digit(records, count, words);
	return digit->word < words && distribute(records, count, words, *digit);
}

/* One level: brings records into the order of their first digit, and sorts what is
 * small. Returns whether parts are left to be sorted. A call of its own: its 32 KB of
 * counters are off the stack before the next level begins. With `words` a constant each
 * case is its own, tight code. */
static __attribute__((noinline)) bool
divide(struct digit *digit, uint64_t *records, size_t count, int words)
{
	return words == 1   ? divide_words(digit, records, count, 1)
	       : words == 2 ? divide_words(digit, records, count, 2)
			    : divide_words(digit, records, count, 3);
}

/* The end of the part that the record before `end` belongs to: of records that have the
 * same digit. */
static inline size_t part_end(const uint64_t *records, size_t count, int words,
			      struct digit digit, size_t end)
{
	const size_t own = value(records + (end - 1) * (size_t)words, digit);
	while (end < count &&
	       value(records + end * (size_t)words, digit) == own)
		end++;
	return end;
}

/* Sorts the parts that are not small. */
static void sort_parts(uint64_t *records, size_t count, int words,
		       struct digit digit, struct ralm_threads *threads)
{
	for (size_t begin = 0, end; begin < count; begin = end) {
		end = part_end(records, count, words, digit, begin + 1);
		if (end - begin > SMALL)
			ralm_words_sort(records + begin * (size_t)words,
					end - begin, words, threads);
	}
}

/* What threads share: ranges of whole parts, the i-th of them from end[i - 1] to
 * end[i]. */
struct ranges {
	uint64_t *records;
	size_t end[RANGES], large; /* records from which a range is large */
	int words;
	struct digit digit;
};

static void sort_range(const struct ranges *ranges, size_t i, bool large,
		       struct ralm_threads *threads)
{
	const size_t begin = i > 0 ? ranges->end[i - 1] : 0;
	const size_t count = ranges->end[i] - begin;
	if ((count >= ranges->large) == large)
		sort_parts(ranges->records + begin * (size_t)ranges->words, count,
			   ranges->words, ranges->digit, threads);
}

static void sort_small_range(void *context, size_t i, unsigned thread)
{
	(void)thread;
	sort_range(context, i, false, NULL);
}

/* Threads sort one range each; then all of them each part of the large ones. */
static void share_parts(uint64_t *records, size_t count, int words,
			struct digit digit, struct ralm_threads *threads)
{
	struct ranges ranges = {.records = records, .large = count / LARGE,
				.words = words, .digit = digit};
	size_t end = 0;
	for (size_t i = 0; i < RANGES; i++) {
		const size_t least = (i + 1) * (count / RANGES);
		end = end < least ? least : end;
		end = part_end(records, count, words, digit, end);
		ranges.end[i] = i + 1 < RANGES ? end : count;
	}
	ralm_threads_each(threads, RANGES, sort_small_range, &ranges);
	for (size_t i = 0; i < RANGES; i++)
		sort_range(&ranges, i, true, threads);
}

void ralm_words_sort(uint64_t *records, size_t count, int words,
		     struct ralm_threads *threads)
{
	struct digit digit;
	if (!divide(&digit, records, count, words))
		return;
	if (count >= SHARED && threads != NULL)
		share_parts(records, count, words, digit, threads);
	else
		sort_parts(records, count, words, digit, NULL);
}
