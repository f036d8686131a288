/* A batch cut into parts for ranks (ground/ranks.h): each part is whole blocks of
 * block_size samples, as they are cut from the batch, and is sent as an array of
 * numbers.
 *
 *	blocks of the batch   | 0 | 1 | 2 | 3 | 4 |     block_size samples each
 *	parts                 |  0    |    1      |     for two ranks
 *
 * Cut again by block_size, a part has the same blocks. */
#ifndef RALM_SAMPLES_PARTS_H
#define RALM_SAMPLES_PARTS_H

#include "ground/ranks.h"
#include "samples/batch.h"

struct ralm_parts {
	size_t K;       /* blocks of the batch */
	size_t *end;    /* (K) the sample where each ends */
	uint32_t *numbers; /* (used) the parts but rank 0's, one after the other */
	size_t *size;      /* (ranks) how many numbers each part is; rank 0: 0 */
	size_t *samples;   /* (ranks) how many samples each part has */
	size_t used, end_room, numbers_room;
};

int ralm_parts_init(struct ralm_parts *parts, unsigned ranks,
		    struct ralm_error *err) RALM_MUST_CHECK;
void ralm_parts_release(struct ralm_parts *parts);

/* Cuts a finished batch into parts for ranks: K r / N to K (r + 1) / N are the
 * blocks of rank r. block_size 0: one block. */
int ralm_parts_cut(struct ralm_parts *parts, const struct ralm_batch *batch,
		   size_t block_size, const struct ralm_ranks *ranks,
		   struct ralm_error *err) RALM_MUST_CHECK;

/* Makes batch the part that was sent as these numbers, with rows of the table; without
 * samples if size is 0. batch->whole_choices is the caller's. */
int ralm_part_read(struct ralm_batch *batch, const uint32_t *numbers, size_t size,
		   struct ralm_error *err) RALM_MUST_CHECK;

/* Makes `part` the part of rank 0, with rows of the table, of the batch that was cut. */
int ralm_part_first(struct ralm_batch *part, const struct ralm_batch *batch,
		    const struct ralm_parts *parts, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
