#include "jobs/expand/audience.h"

#include "ground/memory.h"
#include "ground/radix_sort.h"

#include <stdlib.h>

/* ---- entries ------------------------------------------------------------- */

static int compare_ids(const struct ralm_user_names *names, uint32_t a,
		       uint32_t b)
{
	char a_digits[RALM_USER_ID_DIGITS], b_digits[RALM_USER_ID_DIGITS];
	const char *a_id, *b_id;
	size_t a_length, b_length;
	/* That an id is missing is an error when the audience is written. */
	if (ralm_user_names_get(&a_id, &a_length, a_digits, names, a, NULL) != 0 ||
	    ralm_user_names_get(&b_id, &b_length, b_digits, names, b, NULL) != 0)
		return a < b ? -1 : a > b;
	int order = memcmp(a_id, b_id, a_length < b_length ? a_length : b_length);
	if (order != 0)
		return order;
	return a_length < b_length ? -1 : a_length > b_length;
}

static bool is_worse(const struct ralm_audience *audience, uint64_t a,
		     uint64_t b)
{
	if (a >> 32 != b >> 32)
		return a > b;
	return compare_ids(audience->names, (uint32_t)a, (uint32_t)b) > 0;
}

/* ---- the heap ------------------------------------------------------------ */

/* Makes entries [0, count) a heap again when the i-th may be too good for its
 * place. */
static void sift(const struct ralm_audience *audience, uint64_t *entry,
		 size_t i, size_t count)
{
	const uint64_t moved = entry[i];
	for (size_t child; (child = 2 * i + 1) < count; i = child) {
		if (child + 1 < count &&
		    is_worse(audience, entry[child + 1], entry[child]))
			child++;
		if (!is_worse(audience, entry[child], moved))
			break;
		entry[i] = entry[child];
	}
	entry[i] = moved;
}

static void make_heap(const struct ralm_audience *audience, uint64_t *entry,
		      size_t count)
{
	for (size_t i = count / 2; i-- > 0;)
		sift(audience, entry, i, count);
}

static int add(struct ralm_audience *audience, uint64_t entry,
	       struct ralm_error *err)
{
	if (audience->count == audience->most) {
		if (!is_worse(audience, audience->entry[0], entry))
			return 0;
		audience->entry[0] = entry;
		sift(audience, audience->entry, 0, audience->count);
	} else {
		if (RALM_RESERVE(audience->entry, audience->room,
				 audience->count + 1, err) != 0)
			return -1;
		audience->entry[audience->count++] = entry;
		if (audience->count < audience->most)
			return 0;
		make_heap(audience, audience->entry, audience->count);
	}
	audience->limit = audience->entry[0] | UINT32_MAX;
	return 0;
}

int ralm_audience_add(struct ralm_audience *audience, const uint32_t *row,
		      const float *cosine, size_t count, struct ralm_error *err)
{
	const uint64_t limit = atomic_load_explicit(&audience->limit,
						    memory_order_relaxed);
	/* The cosine of the worst of the best; NaN while there are fewer than are
	 * kept, so that no cosine is below it. */
	const float worst = ralm_rank_cosine((uint32_t)(limit >> 32),
					     audience->reverse);
	bool locked = false;
	int result = 0;
	for (size_t i = 0; i < count && result == 0; i++) {
		if (audience->reverse ? cosine[i] > worst : cosine[i] < worst)
			continue;
		const uint64_t entry =
			(uint64_t)ralm_cosine_rank(cosine[i],
						   audience->reverse) << 32 |
			row[i];
		if (entry > limit)
			continue;
		if (!locked)
			pthread_mutex_lock(&audience->lock);
		locked = true;
		result = add(audience, entry, err);
	}
	if (locked)
		pthread_mutex_unlock(&audience->lock);
	return result;
}

void ralm_audience_sort(struct ralm_audience *audience,
			struct ralm_threads *threads)
{
	uint64_t *entry = audience->entry;
	const size_t count = audience->count;
	ralm_words_sort(entry, count, 1, threads);
	/* Entries of one cosine are in the order of rows so far; they get that of
	 * ids. */
	for (size_t begin = 0, end; begin < count; begin = end) {
		for (end = begin + 1; end < count &&
				      entry[end] >> 32 == entry[begin] >> 32;)
			end++;
		make_heap(audience, entry + begin, end - begin);
		for (size_t n = end - begin; n > 1;) {
			const uint64_t worst = entry[begin];
			entry[begin] = entry[begin + --n];
			entry[begin + n] = worst;
			sift(audience, entry + begin, 0, n);
		}
	}
}

/* ---- life ---------------------------------------------------------------- */

void ralm_audience_init(struct ralm_audience *audience,
			const struct ralm_user_names *names, size_t most,
			bool reverse)
{
	memset(audience, 0, sizeof *audience);
	audience->names = names;
	audience->most = most;
	audience->reverse = reverse;
	audience->limit = UINT64_MAX;
	pthread_mutex_init(&audience->lock, NULL);
}

void ralm_audience_release(struct ralm_audience *audience)
{
	free(audience->entry);
	pthread_mutex_destroy(&audience->lock);
	memset(audience, 0, sizeof *audience);
}
