/* A few seed lists against many targets. Of a list everything is made once, for all
 * threads to read. Targets, given by their rows in the model, come in blocks of which
 * nothing is kept. A cosine has the same bits as that of ralm_score (ralm.h).
 *
 *	list    rows of its seeds, numbers      made once, read by all threads
 *	block   rows of up to 256 targets       each thread fills its own again and
 *	                                        again, and takes the cosines of all
 *	                                        of it with one list after the other */
#ifndef RALM_SCORING_LIST_SCORES_H
#define RALM_SCORING_LIST_SCORES_H

#include <stddef.h>
#include <stdint.h>

#include "scoring/scorer.h"

struct ralm_threads;

/* A list that is ready to be compared; a zeroed struct can be released. */
struct ralm_ready_list {
	size_t n;	   /* seeds, or their centroids */
	const float **row; /* (n') the front of each one's row */
	float *m;	   /* (n') of centroids, how often each counts; else NULL */
	float *fronts, *zeros, *numbers;
	double lost;   /* as centroids lose it (scoring/centroids.h); else 0 */
	uint64_t time; /* nanoseconds that finding centroids took */
};

/* users (n): the rows that the list's seeds have in the model's table, n >= 1. */
int ralm_ready_list_init(struct ralm_ready_list *list,
			 const struct ralm_scorer *scorer, const uint32_t *users,
			 size_t n, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_ready_list_release(struct ralm_ready_list *list);

enum { RALM_TARGET_BLOCK = 256 };

struct ralm_target_block {
	const struct ralm_scorer *scorer;
	size_t count;
	float *row[RALM_TARGET_BLOCK]; /* (count) as the network makes them */
	float *rows, *zeros, *scratch;
	size_t together; /* targets that are compared at a time */
};

/* For lists of up to `longest` seeds. */
int ralm_target_block_init(struct ralm_target_block *block,
			   const struct ralm_scorer *scorer, size_t longest,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_target_block_release(struct ralm_target_block *block);

/* Makes the rows that the network has of targets (count, 1 to RALM_TARGET_BLOCK). users:
 * their rows in the model's table. row (count): where to; up to RALM_USERS_TOGETHER - 1
 * places behind these are written to, too. */
void ralm_target_rows(float *const *row, const uint32_t *users, size_t count,
		      const struct ralm_scorer *scorer);

/* Fills the block with targets, 1 to RALM_TARGET_BLOCK. users: as above. */
void ralm_target_block_fill(struct ralm_target_block *block,
			    const uint32_t *users, size_t count);

/* The cosine (count) of each target of the block with the list. Fails where the
 * model holds numbers that are not finite. */
int ralm_target_block_cosines(float *cosine, struct ralm_target_block *block,
			      const struct ralm_ready_list *list,
			      struct ralm_error *err) RALM_MUST_CHECK;

/* Calls work(context, i, block, err) for i from 0 to count - 1 in several threads, each
 * with a block and an error of its own. After a failure no more calls are begun. */
typedef int ralm_target_work(void *context, size_t i,
			     struct ralm_target_block *block,
			     struct ralm_error *err);
int ralm_target_blocks_each(struct ralm_threads *threads, size_t count,
			    ralm_target_work *work, void *context,
			    const struct ralm_scorer *scorer, size_t longest,
			    struct ralm_error *err) RALM_MUST_CHECK;

#endif
