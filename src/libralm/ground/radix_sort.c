#include "ground/radix_sort.h"

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
	TOGETHER = 32,        /* parts that a thread takes at a time */
	LARGE = 8             /* all threads sort a part of 1/8 of the records */
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

/* Records in parts by the value of their digit; that of value v ends at
 * end[v]. */
struct parts {
	uint64_t *records;
	const size_t *end;
	size_t values, large; /* parts; records from which a part is large */
	int words;
};

static size_t part_begin(const struct parts *parts, size_t v)
{
	return v > 0 ? parts->end[v - 1] : 0;
}

static inline void sort_value(const struct parts *parts, size_t v,
			      struct ralm_threads *threads)
{
	size_t begin = part_begin(parts, v), count = parts->end[v] - begin;
	if (count > 1)
		ralm_words_sort(parts->records + begin * (size_t)parts->words,
				count, parts->words, threads);
}

/* Sorts TOGETHER parts, but for the large ones. */
static void sort_values(void *context, size_t i, unsigned thread)
{
	const struct parts *parts = context;
	size_t end = (i + 1) * TOGETHER;
	(void)thread;
	for (size_t v = i * TOGETHER; v < end && v < parts->values; v++)
		if (parts->end[v] - part_begin(parts, v) < parts->large)
			sort_value(parts, v, NULL);
}

/* Threads sort one part each; then all of them each of the large ones. */
static void share_values(struct parts *parts, size_t count,
			 struct ralm_threads *threads)
{
	parts->large = count / LARGE;
	ralm_threads_each(threads, (parts->values + TOGETHER - 1) / TOGETHER,
			  sort_values, parts);
	for (size_t v = 0; v < parts->values; v++)
		if (parts->end[v] - part_begin(parts, v) >= parts->large)
			sort_value(parts, v, threads);
}

static inline __attribute__((always_inline)) void
sort(uint64_t *records, size_t count, int words, struct ralm_threads *threads)
{
	if (count <= SMALL) {
		insertion_sort(records, count, words);
		return;
	}
	struct digit digit = find_digit(records, count, words);
	if (digit.word == words)
		return;

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

	struct parts parts = {records, end, values, 0, words};
	if (count >= SHARED && threads != NULL)
		share_values(&parts, count, threads);
	else
		for (size_t v = 0; v < values; v++)
			sort_value(&parts, v, NULL);
}

/* With `words` a constant each case is its own, tight code. */
void ralm_words_sort(uint64_t *records, size_t count, int words,
		     struct ralm_threads *threads)
{
	if (words == 1)
		sort(records, count, 1, threads);
	else if (words == 2)
		sort(records, count, 2, threads);
	else
		sort(records, count, 3, threads);
}
