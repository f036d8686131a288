/* A thread's own part of scoring. Requests are worked on in blocks, in two passes:
 *
 *	find    users and lists of each request, and rows that are not kept yet
 *	take    lists that are new, and cosines
 *
 * so that memory is prefetched well before it is used, and evenly: slots of users a
 * block ahead, their rows, which are most of it, from when they are found. Requests in
 * a row with one list are scored together. Results depend on none of this. Internal
 * to this folder, and to jobs/score/score_lines.c, which holds and lets go. */
#ifndef RALM_SCORING_SCORING_WORKER_H
#define RALM_SCORING_SCORING_WORKER_H

#include "ground/memory.h"
#include "scoring/scorer.h"

enum {
	RALM_SCORING_BLOCK = 32, /* requests in a block, at most */
	RALM_PENDING_ROWS = 16,	 /* a multiple of RALM_USERS_TOGETHER */
};

/* A request of the block between the passes. */
struct ralm_scoring_step {
	bool new_list;	 /* not that of the step before */
	bool list_known; /* its numbers came from the cache */
	uint64_t hash; /* of its keys */
	struct ralm_prepared_list list; /* where new_list */
	const float *target; /* its row; NULL: unknown */
	bool new_target;     /* the target is a newcomer */
	const float **wanted_end; /* in the worker's `wanted`: behind its parts */
};

/* Rows of one side that will be computed together. */
struct ralm_pending_rows {
	size_t count;
	uint64_t key[RALM_PENDING_ROWS];
	const float *x[RALM_PENDING_ROWS];
	float *out[RALM_PENDING_ROWS];
};

/* Memory that grows; 64-byte aligned. */
struct ralm_room {
	void *at;
	size_t bytes;
};

/* Makes room for count elements of `size` bytes and one more. The content is lost if it
 * has to grow. */
int ralm_room_make(struct ralm_room *room, size_t count, size_t size,
		   struct ralm_error *err) RALM_MUST_CHECK;

struct ralm_scoring_worker {
	struct ralm_scorer *scorer;
	bool holds; /* between ralm_scoring_worker_hold and _let_go */
	struct ralm_scoring_step step[RALM_SCORING_BLOCK];
	size_t prefetched; /* how many requests after this block have been */
	struct ralm_soon soon; /* what of `wanted` is not prefetched yet */
	struct ralm_pending_rows pending[2];
	float *unwanted; /* (scorer->row) for rows that nobody reads */
	float *zeros;	 /* (scorer->row) for places after a list's last row */
	/* Rows that are not kept, and centroids: for one block. */
	struct ralm_arena unkept;
	/* The rows and numbers of the block's lists, list after list. */
	struct ralm_room rows, numbers;
	/* The parts of rows that the steps will read, step after step. */
	struct ralm_room wanted;
	struct ralm_room scratch; /* for the longest list */
	/* The list of the request before. Between blocks it lies in what is held;
	 * held_seeds: the fronts of those of its rows that are not kept. */
	struct ralm_prepared_list current;
	struct ralm_room held_rows, held_numbers, held_seeds, held_m;
};

/* Between the two all scores see one version of the newcomers; without them those of
 * one call do. */
void ralm_scoring_worker_hold(struct ralm_scoring_worker *worker);
void ralm_scoring_worker_let_go(struct ralm_scoring_worker *worker);

/* Whether all rows that a list's cosines read are kept ones. */
bool ralm_scorer_keeps_all(const struct ralm_scorer *scorer,
			   const struct ralm_prepared_list *list);

/* Starts loading what the first pass will look at. */
void ralm_scoring_worker_prefetch(const struct ralm_kept_rows *rows,
				  const struct ralm_score_request *requests,
				  size_t count);

/* The first pass: sets the worker's steps for requests (count) and makes all rows that
 * they need. The worker has room for them. */
int ralm_scoring_worker_find(struct ralm_scoring_worker *worker,
			     const struct ralm_score_request *requests,
			     size_t count,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* The second pass: scores step i of `count`, together with steps after it that share its
 * list. Returns how many steps, or -1. */
int ralm_scoring_worker_take(struct ralm_score_result *results,
			     struct ralm_scoring_worker *worker,
			     const struct ralm_score_request *requests,
			     size_t i, size_t count,
			     struct ralm_error *err) RALM_MUST_CHECK;

#endif
