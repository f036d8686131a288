/* A few seed lists against many targets: what a list needs is made once and read
 * by every thread; targets come by their rows, a block at a time, and nothing is
 * kept of them. A cosine has the bits that ralm_score (ralm.h) would give it.
 *
 *	list    rows of its seeds, numbers      once, all threads read them
 *	block   rows of up to 256 targets       a thread's own, again and again
 *	        cosines of all of them with one list after the other */
#ifndef RALM_SCORING_LIST_SCORES_H
#define RALM_SCORING_LIST_SCORES_H

#include <stddef.h>
#include <stdint.h>

#include "scoring/scorer.h"

struct ralm_threads;

/* A list that is ready; a zeroed struct is none. */
struct ralm_ready_list {
	size_t n;	   /* seeds, or their centroids */
	const float **row; /* (n') the front of each one's row */
	float *m;	   /* (n') seeds a centroid stands for; NULL: no centroids */
	float *fronts, *zeros, *numbers;
	double lost; /* by centroids (scoring/centroids.h), */
	uint64_t time; /* which took so many nanoseconds */
};

/* rows (n): the seeds' rows in the model, n >= 1. */
int ralm_ready_list_init(struct ralm_ready_list *list,
			 const struct ralm_scorer *scorer, const uint32_t *rows,
			 size_t n, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_ready_list_release(struct ralm_ready_list *list);

enum { RALM_TARGET_BLOCK = 256 };

struct ralm_target_block {
	const struct ralm_scorer *scorer;
	size_t count;
	float *row[RALM_TARGET_BLOCK];
	float *rows, *zeros, *scratch;
	size_t together; /* targets compared at once */
};

/* For lists of up to `longest` seeds. */
int ralm_target_block_init(struct ralm_target_block *block,
			   const struct ralm_scorer *scorer, size_t longest,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_target_block_release(struct ralm_target_block *block);

/* Fills the block with the targets of these rows, 1 to RALM_TARGET_BLOCK. */
void ralm_target_block_fill(struct ralm_target_block *block,
			    const uint32_t *rows, size_t count);

/* The cosine (count) of each target of the block with the list. Fails where the
 * model holds numbers that are not finite. */
int ralm_target_block_cosines(float *cosine, struct ralm_target_block *block,
			      const struct ralm_ready_list *list,
			      struct ralm_error *err) RALM_MUST_CHECK;

/* work(context, i, block, err) for i from 0 to count - 1 by threads, each of which
 * has a block and an error of its own; after a failure no more are begun. */
typedef int ralm_target_work(void *context, size_t i,
			     struct ralm_target_block *block,
			     struct ralm_error *err);
int ralm_target_blocks_each(struct ralm_threads *threads, size_t count,
			    ralm_target_work *work, void *context,
			    const struct ralm_scorer *scorer, size_t longest,
			    struct ralm_error *err) RALM_MUST_CHECK;

#endif
