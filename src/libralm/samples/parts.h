/* A batch cut into parts for several workers far from each other: each part is
 * whole blocks of block_size samples, as they are cut from the batch, and goes on
 * its way as a few numbers.
 *
 *	blocks of the batch   | 0 | 1 | 2 | 3 | 4 |     block_size samples each
 *	parts                 |  0    |    1      |     for two workers
 *
 * Cut again by block_size, a part has the same blocks. */
#ifndef RALM_SAMPLES_PARTS_H
#define RALM_SAMPLES_PARTS_H

#include "ground/ranks.h"
#include "samples/batch.h"

struct ralm_parts {
	size_t K;       /* blocks of the batch */
	size_t *end;    /* (K) the sample where each ends */
	uint32_t *text; /* of the parts but rank 0's, one after the other */
	size_t *size;   /* (ranks) how long the text of each is; of rank 0, 0 */
	size_t *samples; /* (ranks) of each */
	size_t used, end_room, text_room;
};

int ralm_parts_init(struct ralm_parts *parts, unsigned ranks,
		    struct ralm_error *err) RALM_MUST_CHECK;
void ralm_parts_release(struct ralm_parts *parts);

/* Cuts a finished batch into parts for ranks: K r / N to K (r + 1) / N are the
 * blocks of rank r. block_size 0: one block. */
int ralm_parts_cut(struct ralm_parts *parts, const struct ralm_batch *batch,
		   size_t block_size, const struct ralm_ranks *ranks,
		   struct ralm_error *err) RALM_MUST_CHECK;

/* Makes batch the part of a text, whose rows are those of the table; with no
 * samples where the text is empty. batch->whole_choices is the caller's. */
int ralm_part_read(struct ralm_batch *batch, const uint32_t *text, size_t size,
		   struct ralm_error *err) RALM_MUST_CHECK;

/* Makes part that of rank 0, of the batch that was cut. */
int ralm_part_first(struct ralm_batch *part, const struct ralm_batch *batch,
		    const struct ralm_parts *parts, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
