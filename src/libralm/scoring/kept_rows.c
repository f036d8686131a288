#include "scoring/kept_rows.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

enum {
	/* Threads that meet a user at the same time each take a row. */
	SPARE_ROWS = 1024,
	/* From row POPULATE_FROM on, every POPULATE_EVERY-th row makes one more
	 * piece of the index resident: a process that answers a few lines needs
	 * little of it. */
	POPULATE_FROM = 64,
	POPULATE_EVERY = 16,
};

/* Puts the rows into huge pages, except the first megabyte (some 60 lists of 20): a
 * process that answers once does not wait until a huge page is cleared. */
static void advise(float *rows, size_t bytes)
{
	const size_t small = 1 << 20;
	if (bytes > 8 * small)
		ralm_memory_huge((char *)rows + small, bytes - small);
}

/* Address space for *row_count rows, or for fewer if the system gives no more. */
static float *reserve(size_t *row_count, size_t row)
{
	for (; *row_count > 0; *row_count /= 2) {
		void *rows = mmap(NULL, *row_count * row,
				  PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1,
				  0);
		if (rows != MAP_FAILED)
			return rows;
	}
	return NULL;
}

int ralm_kept_rows_init(struct ralm_kept_rows *kept, size_t user_count,
			size_t stride, uint64_t bytes, struct ralm_error *err)
{
	memset(kept, 0, sizeof *kept);
	const size_t row = stride * sizeof(float);
	/* Two to four slots for each row. */
	uint64_t fit = bytes / (row + 4 * sizeof *kept->users);
	uint64_t want = 2 * (uint64_t)user_count + SPARE_ROWS;
	kept->stride = stride;
	kept->row_count = fit < want ? fit : want;
	kept->rows = reserve(&kept->row_count, row);
	advise(kept->rows, kept->row_count * row);

	size_t users = kept->row_count < user_count ? kept->row_count
						    : user_count;
	kept->user_slots = 2;
	kept->slot_shift = 63;
	for (; kept->user_slots < 2 * users; kept->slot_shift--)
		kept->user_slots *= 2;
	/* calloc: what is never touched takes no memory. */
	kept->users = calloc(kept->user_slots, sizeof *kept->users);
	if (kept->users != NULL)
		return 0;
	ralm_error_memory(err, kept->user_slots * sizeof *kept->users);
	ralm_kept_rows_release(kept);
	return -1;
}

void ralm_kept_rows_release(struct ralm_kept_rows *kept)
{
	if (kept->rows != NULL)
		munmap(kept->rows,
		       kept->row_count * kept->stride * sizeof *kept->rows);
	free(kept->users);
	memset(kept, 0, sizeof *kept);
}

float *ralm_kept_rows_claim(struct ralm_kept_rows *kept)
{
	/* Read first, so that `next` does not count on for ever. */
	if (atomic_load_explicit(&kept->next, memory_order_relaxed) >=
	    kept->row_count)
		return NULL;
	size_t mine = atomic_fetch_add(&kept->next, 1);
	if (mine >= POPULATE_FROM && mine % POPULATE_EVERY == 0)
		ralm_memory_populate(kept->users,
				     kept->user_slots * sizeof *kept->users,
				     (mine - POPULATE_FROM) / POPULATE_EVERY);
	return mine < kept->row_count ? kept->rows + mine * kept->stride : NULL;
}

void ralm_kept_rows_put(struct ralm_kept_rows *kept, enum ralm_kept_side side,
			uint64_t key, const float *row)
{
	struct ralm_kept_user *user = ralm_kept_rows_slot(kept, key);
	if (key + 1 == 0)
		return;
	for (;;) {
		uint64_t key1 = 0;
		if (atomic_compare_exchange_strong(&user->key1, &key1,
						   key + 1) ||
		    key1 == key + 1)
			break;
		if (++user == kept->users + kept->user_slots)
			user = kept->users;
	}
	uint32_t none = 0;
	size_t place = (size_t)(row - kept->rows) / kept->stride;
	atomic_compare_exchange_strong_explicit(&user->place[side], &none,
						(uint32_t)place + 1,
						memory_order_release,
						memory_order_relaxed);
}
