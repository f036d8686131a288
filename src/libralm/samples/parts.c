#include "samples/parts.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

/* A part as numbers: for each list how many seeds and how many samples it has, the rows
 * of its seeds, and for each sample the row of its target * 2 + its label. */

int ralm_parts_init(struct ralm_parts *parts, unsigned ranks,
		    struct ralm_error *err)
{
	memset(parts, 0, sizeof *parts);
	parts->size = ralm_aligned_new(ranks, sizeof *parts->size, err);
	parts->samples = ralm_aligned_new(ranks, sizeof *parts->samples, err);
	if (parts->size != NULL && parts->samples != NULL)
		return 0;
	ralm_parts_release(parts);
	return -1;
}

void ralm_parts_release(struct ralm_parts *parts)
{
	free(parts->end);
	free(parts->numbers);
	free(parts->size);
	free(parts->samples);
	memset(parts, 0, sizeof *parts);
}

/* ---- writing ------------------------------------------------------------- */

static int find_blocks(struct ralm_parts *parts, const struct ralm_batch *batch,
		       size_t block_size, struct ralm_error *err)
{
	const size_t size = block_size == 0 ? batch->B : block_size;
	size_t end = 0;
	for (parts->K = 0; end < batch->B; parts->K++) {
		if (RALM_RESERVE(parts->end, parts->end_room, parts->K + 1,
				 err) != 0)
			return -1;
		end = ralm_batch_part_end(batch, end, size);
		parts->end[parts->K] = end;
	}
	return 0;
}

/* A list and its samples from `first` to `end`. */
static int write_list(struct ralm_parts *parts, const struct ralm_batch *batch,
		      size_t l, size_t first, size_t end, struct ralm_error *err)
{
	const size_t start = batch->list_start[l];
	const size_t n = batch->list_start[l + 1] - start;
	if (RALM_RESERVE(parts->numbers, parts->numbers_room,
			 parts->used + 2 + n + (end - first), err) != 0)
		return -1;
	uint32_t *to = parts->numbers + parts->used;
	*to++ = (uint32_t)n;
	*to++ = (uint32_t)(end - first);
	for (size_t i = 0; i < n; i++)
		*to++ = batch->row[batch->list_user[start + i]];
	for (size_t s = first; s < end; s++)
		*to++ = batch->row[batch->target[s]] * 2 + batch->label[s];
	parts->used = (size_t)(to - parts->numbers);
	return 0;
}

int ralm_parts_cut(struct ralm_parts *parts, const struct ralm_batch *batch,
		   size_t block_size, const struct ralm_ranks *ranks,
		   struct ralm_error *err)
{
	size_t first = 0, l = 0;
	if (find_blocks(parts, batch, block_size, err) != 0)
		return -1;
	parts->used = 0;
	for (unsigned r = 0; r < ranks->size; r++) {
		const size_t blocks = ralm_share_begin(ranks, parts->K, r + 1);
		const size_t end = blocks > 0 ? parts->end[blocks - 1] : 0;
		const size_t begin = parts->used;
		parts->samples[r] = end - first;
		while (first < end) {
			const size_t list_end = batch->sample_start[l + 1];
			const size_t stop = list_end < end ? list_end : end;
			if (r > 0 &&
			    write_list(parts, batch, l, first, stop, err) != 0)
				return -1;
			l += stop == list_end;
			first = stop;
		}
		parts->size[r] = parts->used - begin;
	}
	return 0;
}

/* ---- reading ------------------------------------------------------------- */

int ralm_part_read(struct ralm_batch *batch, const uint32_t *numbers, size_t size,
		   struct ralm_error *err)
{
	ralm_batch_clear(batch);
	for (size_t at = 0; at < size;) {
		const size_t n = numbers[at], samples = numbers[at + 1];
		const uint32_t *sample = numbers + at + 2 + n;
		if (ralm_batch_add_list(batch, numbers + at + 2, n, err) != 0)
			return -1;
		for (size_t s = 0; s < samples; s++)
			if (ralm_batch_add_sample(batch, sample[s] >> 1,
						  sample[s] & 1, err) != 0)
				return -1;
		at += 2 + n + samples;
	}
	return batch->B > 0 ? ralm_batch_finish(batch, err) : 0;
}

int ralm_part_first(struct ralm_batch *part, const struct ralm_batch *batch,
		    const struct ralm_parts *parts, struct ralm_error *err)
{
	ralm_batch_clear(part);
	if (parts->samples[0] == 0)
		return 0;
	if (ralm_batch_cut(part, batch, 0, parts->samples[0], err) != 0)
		return -1;
	for (size_t u = 0; u < part->U; u++)
		part->row[u] = batch->row[part->row[u]];
	return 0;
}
