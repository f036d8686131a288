/* Rows kept: what the network makes of a user as seed, and as target. A row is
 * computed at the user's first use and then read by every thread without a lock; it
 * never moves and never goes away. */
#ifndef RALM_SCORING_KEPT_ROWS_H
#define RALM_SCORING_KEPT_ROWS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "ground/error.h"

enum ralm_kept_side { RALM_AS_SEED, RALM_AS_TARGET };

/* A slot of the index from keys to rows. Not ground/index, which one thread changes
 * and which moves when it grows: here threads add users while others search. So it
 * has room for all users from the start, 32 to 64 bytes of address space each, of
 * which only what is touched takes memory. And key and places come with one wait for
 * memory instead of three. */
struct ralm_kept_user {
	_Atomic uint64_t key1;     /* the key + 1; 0: this slot is empty */
	_Atomic uint32_t place[2]; /* of the row of each side, + 1; 0: none */
};

struct ralm_kept_rows {
	size_t stride; /* floats in a row, a multiple of 16 */
	float *rows;   /* (row_count, stride) */
	size_t row_count;
	_Atomic size_t next; /* the first row that was never given out */
	/* Open addressing, at most half full. */
	struct ralm_kept_user *users;
	size_t user_slots; /* 2^(64 - slot_shift), at least 2 */
	unsigned slot_shift;
};

/* Reserves rows (stride) of both sides of user_count users, or as many as `bytes`
 * allow: address space, of which only what is written to takes memory. */
int ralm_kept_rows_init(struct ralm_kept_rows *kept, size_t user_count,
			size_t stride, uint64_t bytes,
			struct ralm_error *err) RALM_MUST_CHECK;
void ralm_kept_rows_release(struct ralm_kept_rows *kept);

static inline struct ralm_kept_user *
ralm_kept_rows_slot(const struct ralm_kept_rows *kept, uint64_t key)
{
	/* Fibonacci hashing (Knuth, volume 3, 6.4): keys are often consecutive
	 * numbers, and multiples of the golden ratio keep a distance. */
	return &kept->users[key * UINT64_C(0x9e3779b97f4a7c15) >>
			    kept->slot_shift];
}

/* Starts loading what ralm_kept_rows_find will look at. */
static inline void ralm_kept_rows_prefetch(const struct ralm_kept_rows *kept,
					   uint64_t key)
{
	__builtin_prefetch(ralm_kept_rows_slot(kept, key));
}

/* The kept row of a user; NULL: there is none (yet). */
static inline const float *
ralm_kept_rows_find(const struct ralm_kept_rows *kept, enum ralm_kept_side side,
		    uint64_t key)
{
	const struct ralm_kept_user *user = ralm_kept_rows_slot(kept, key);
	const struct ralm_kept_user *end = kept->users + kept->user_slots;
	for (;;) {
		uint64_t key1 = atomic_load_explicit(&user->key1,
						     memory_order_relaxed);
		/* Tested first, so that the largest key, whose key + 1 is 0, finds
		 * nothing. */
		if (key1 == 0)
			return NULL;
		if (key1 == key + 1)
			break;
		if (++user == end)
			user = kept->users;
	}
	uint32_t place = atomic_load_explicit(&user->place[side],
					      memory_order_acquire);
	return place ? kept->rows + (place - 1) * kept->stride : NULL;
}

/* A row to fill and then to put; NULL: none is left. */
float *ralm_kept_rows_claim(struct ralm_kept_rows *kept);

/* Shows a filled row to all threads. If another thread has put a row for the same
 * user meanwhile, that one (with the same floats) is found from now on; this one
 * stays valid. */
void ralm_kept_rows_put(struct ralm_kept_rows *kept, enum ralm_kept_side side,
			uint64_t key, const float *row);

/* Whether row is one of these, which never go away. */
static inline bool ralm_kept_rows_keeps(const struct ralm_kept_rows *kept,
					const float *row)
{
	return (uintptr_t)row - (uintptr_t)kept->rows <
	       kept->row_count * kept->stride * sizeof *row;
}

#endif
