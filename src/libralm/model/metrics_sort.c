#include "metrics_sort.h"

/* A radix sort from the most significant digit ("American flag", McIlroy,
 * Bostic and McIlroy 1993): count the digit's values, then carry each record
 * to its part by swaps, then sort the parts. The digit starts at the highest
 * bit in which the records differ, so that scores between 0 and 1, which
 * share most of their sign and exponent, cost no empty passes. */

enum {
	DIGIT_BITS = 11, /* at most; the counters fill half of a 32 KB cache */
	DIGIT_VALUES = 1 << DIGIT_BITS,
	PART_BITS = 2,       /* a digit wide enough for parts of about 2^2 */
	SMALL = 32,          /* up to here insertion is faster */
	TASK_COUNT = 1 << 15 /* a part this large is worth a task */
};

static inline void copy(uint64_t *to, const uint64_t *from, int words)
{
	for (int w = 0; w < words; w++)
		to[w] = from[w];
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

/* Where the digit lies: word, shift, and the mask behind the shift. */
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

static void sort_part(uint64_t *records, size_t count, int words);

static inline __attribute__((always_inline)) void
sort(uint64_t *records, size_t count, int words)
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
	for (size_t v = 0; v < values; v++)
		while (begin[v] < end[v]) {
			uint64_t moved[3];
			uint64_t *home = records + begin[v]++ * words;
			copy(moved, home, words);
			size_t to = value(moved, digit);
			while (to != v) {
				uint64_t displaced[3];
				uint64_t *place = records + begin[to]++ * words;
				copy(displaced, place, words);
				copy(place, moved, words);
				copy(moved, displaced, words);
				to = value(moved, digit);
			}
			copy(home, moved, words);
		}

	size_t first = 0;
	for (size_t v = 0; v < values; v++) {
		uint64_t *part = records + first * words;
		size_t part_count = end[v] - first;
		first = end[v];
		if (part_count < 2)
			continue;
		if (part_count < TASK_COUNT) {
			sort_part(part, part_count, words);
			continue;
		}
#pragma omp task firstprivate(part, part_count)
		sort_part(part, part_count, words);
	}
}

/* With `words` a constant each case is its own, tight code. */
static void sort_part(uint64_t *records, size_t count, int words)
{
	if (words == 1)
		sort(records, count, 1);
	else if (words == 2)
		sort(records, count, 2);
	else
		sort(records, count, 3);
}

void ralm_words_sort(uint64_t *records, size_t count, int words)
{
	if (count < 2 * TASK_COUNT) {
		sort_part(records, count, words);
		return;
	}
#pragma omp parallel
#pragma omp single
	sort_part(records, count, words);
}
