/* A thread's own part of scoring. Requests are worked on in blocks, in two
 * passes, so that memory is asked for well before it is used, and evenly: users
 * a block ahead, their rows, the largest part, from the moment they are found.
 * What shares a list and stands together is scored together. Results depend on
 * neither. Internal to scoring_worker*.c. */
#ifndef RALM_SCORING_SCORING_WORKER_H
#define RALM_SCORING_SCORING_WORKER_H

#include "ground/memory.h"
#include "scoring/scorer.h"
#include "scoring/scorer_parts.h"

enum {
	RALM_SCORING_BLOCK = 32, /* requests in a block, at most */
	RALM_PENDING_ROWS = 16,	 /* a multiple of RALM_USERS_TOGETHER */
};

/* A request of the block on its way. */
struct ralm_scoring_step {
	bool new_list;	 /* not that of the step before */
	bool list_known; /* from the cache */
	uint64_t hash; /* of the keys */
	struct ralm_prepared_list list;
	const float *target; /* its row; NULL: unknown */
	bool new_target;
	const float **wanted_end; /* of its parts in the worker's wanted */
};

/* Rows of one side that are to be computed together. */
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

/* Room for count elements of `size` bytes and one more; what was in it is gone when
 * it has to grow. */
int ralm_room_make(struct ralm_room *room, size_t count, size_t size,
		   struct ralm_error *err) RALM_MUST_CHECK;

struct ralm_scoring_worker {
	struct ralm_scorer *scorer;
	bool holds; /* the newcomers, over several calls */
	struct ralm_scoring_step step[RALM_SCORING_BLOCK];
	size_t prefetched; /* requests behind this block whose users are */
	struct ralm_soon soon; /* of wanted */
	struct ralm_pending_rows pending[2];
	float *unwanted; /* (scorer->row) where rows go that nobody reads */
	float *zeros;	 /* (scorer->row) the row behind a list's last */
	/* Rows that are not kept, centroids; they live as long as the block. */
	struct ralm_arena unkept;
	/* What the block's lists have, list after list. */
	struct ralm_room rows, numbers;
	/* The parts of rows that its steps read, step after step. */
	struct ralm_room wanted;
	struct ralm_room scratch; /* for the longest list */
	/* The list of the request before, and where it lies while no block
	 * does; held_seeds: the front of those of its rows that are not kept. */
	struct ralm_prepared_list current;
	struct ralm_room held_rows, held_numbers, held_seeds, held_m;
};

/* Between the two, scores are by one version of what is told of newcomers; else
 * those of each call are. */
void ralm_scoring_worker_hold(struct ralm_scoring_worker *worker);
void ralm_scoring_worker_let_go(struct ralm_scoring_worker *worker);

/* Are all rows that a list is scored with among those that never go away? */
bool ralm_scorer_keeps_all(const struct ralm_scorer *scorer,
			   const struct ralm_prepared_list *list);

/* Starts loading what the first pass looks at. */
void ralm_scoring_worker_prefetch(const struct ralm_kept_rows *rows,
				  const struct ralm_score_request *requests,
				  size_t count);

/* The first pass: the steps of all requests, whose rows exist then. There is
 * room for them. */
int ralm_scoring_worker_find(struct ralm_scoring_worker *worker,
			     const struct ralm_score_request *requests,
			     size_t count,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* The second pass: scores the i-th of `count` steps and those behind it that
 * share its list, as far as they are worked on together; how many, or -1. */
int ralm_scoring_worker_take(struct ralm_score_result *results,
			     struct ralm_scoring_worker *worker,
			     const struct ralm_score_request *requests,
			     size_t i, size_t count,
			     struct ralm_error *err) RALM_MUST_CHECK;

#endif
