#include "score_rows.h"

#include "../ground/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Bytes of a block: a huge page, where the system has them, saves most of the
 * address translation of a random access. */
enum { BLOCK = 2 << 20 };

int ralm_score_rows_init(struct ralm_score_rows *kept, size_t rows,
			 size_t stride, struct ralm_score_budget *budget,
			 struct ralm_error *err)
{
	memset(kept, 0, sizeof *kept);
	size_t bytes = stride * sizeof(float);
	kept->stride = stride;
	kept->budget = budget;
	kept->block_places = bytes < BLOCK ? BLOCK / bytes : 1;
	if (kept->block_places > rows)
		kept->block_places = rows ? rows : 1;
	/* Threads that race for one row may each take a place for it. */
	size_t places = 2 * rows;
	kept->block_count = places / kept->block_places + 1;
	/* calloc: what is never touched takes no memory. */
	kept->place = calloc(rows ? rows : 1, sizeof *kept->place);
	kept->blocks = calloc(kept->block_count, sizeof *kept->blocks);
	if (kept->place == NULL || kept->blocks == NULL) {
		free(kept->place);
		free(kept->blocks);
		memset(kept, 0, sizeof *kept);
		return ralm_error_memory(err, rows * sizeof *kept->place);
	}
	pthread_mutex_init(&kept->lock, NULL);
	return 0;
}

void ralm_score_rows_release(struct ralm_score_rows *kept)
{
	if (kept->place == NULL)
		return;
	for (size_t b = 0; b < kept->block_count; b++)
		free(kept->blocks[b]);
	free(kept->blocks);
	free(kept->place);
	pthread_mutex_destroy(&kept->lock);
	memset(kept, 0, sizeof *kept);
}

/* Takes bytes from the budget; false when it has not so many. */
static bool take(struct ralm_score_budget *budget, uint64_t bytes)
{
	uint64_t left = atomic_load(&budget->left);
	while (left >= bytes)
		if (atomic_compare_exchange_weak(&budget->left, &left,
						 left - bytes))
			return true;
	return false;
}

static float *block_new(struct ralm_score_rows *kept)
{
	size_t bytes = kept->block_places * kept->stride * sizeof(float);
	size_t alignment = bytes > BLOCK / 2 ? (size_t)BLOCK : RALM_ALIGNMENT;
	size_t rounded = (bytes + alignment - 1) / alignment * alignment;
	if (!take(kept->budget, rounded))
		return NULL;
	float *block = aligned_alloc(alignment, rounded);
#ifdef MADV_HUGEPAGE
	if (block != NULL && alignment == BLOCK)
		madvise(block, rounded, MADV_HUGEPAGE);
#endif
	return block;
}

float *ralm_score_rows_claim(uint32_t *place, struct ralm_score_rows *kept)
{
	if (atomic_load_explicit(&kept->full, memory_order_relaxed))
		return NULL;
	uint32_t mine = atomic_fetch_add(&kept->next, 1);
	size_t b = mine / kept->block_places;
	if (b >= kept->block_count) {
		atomic_store(&kept->full, true);
		return NULL;
	}
	float *block = atomic_load_explicit(&kept->blocks[b],
					    memory_order_acquire);
	if (block == NULL) {
		pthread_mutex_lock(&kept->lock);
		block = atomic_load(&kept->blocks[b]);
		if (block == NULL) {
			block = block_new(kept);
			atomic_store(&kept->blocks[b], block);
		}
		pthread_mutex_unlock(&kept->lock);
		if (block == NULL) {
			atomic_store(&kept->full, true);
			return NULL;
		}
	}
	*place = mine;
	return block + mine % kept->block_places * kept->stride;
}

void ralm_score_rows_put(struct ralm_score_rows *kept, size_t row,
			 uint32_t place)
{
	uint32_t none = 0;
	atomic_compare_exchange_strong_explicit(&kept->place[row], &none,
						place + 1,
						memory_order_release,
						memory_order_relaxed);
}
