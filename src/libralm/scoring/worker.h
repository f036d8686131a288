/* A thread's own part of scoring. Requests are worked on in blocks, in two
 * passes, so that memory is asked for well before it is used, and evenly: users
 * a block ahead, their rows, the largest part, from the moment they are found.
 * What shares a list and stands together is scored together. Results depend on
 * neither. Internal to score_worker.c, score_find.c and score_take.c. */
#ifndef RALM_JOBS_SCORE_WORK_H
#define RALM_JOBS_SCORE_WORK_H

#include "ground/memory.h"
#include "scoring/scorer.h"
#include "scoring/scorer_parts.h"

enum {
	RALM_SCORE_BLOCK = 32,   /* requests in a block, at most */
	RALM_SCORE_PENDING = 16, /* a multiple of RALM_SCORING_USERS */
};

/* A request of the block on its way. */
struct ralm_score_step {
	bool new_list;	 /* not that of the step before */
	bool list_known; /* from the cache */
	uint64_t hash; /* of the keys */
	struct ralm_score_list list;
	const float *target; /* its row; NULL: unknown */
	const float **wanted_end; /* of its parts in the worker's wanted */
};

/* Rows of one side that are to be computed together. */
struct ralm_score_pending {
	size_t count;
	uint64_t key[RALM_SCORE_PENDING];
	const float *x[RALM_SCORE_PENDING];
	float *out[RALM_SCORE_PENDING];
};

/* Memory that grows; 64-byte aligned. */
struct ralm_room {
	void *at;
	size_t bytes;
};

struct ralm_score_worker {
	struct ralm_scorer *scorer;
	struct ralm_score_step step[RALM_SCORE_BLOCK];
	size_t prefetched; /* requests behind this block whose users are */
	struct ralm_scoring_ahead ahead; /* of wanted */
	struct ralm_score_pending pending[2];
	float *unwanted; /* (scorer->row) where rows go that nobody reads */
	float *zeros;	 /* (scorer->row) the row behind a list's last */
	/* Rows that are not kept; they live as long as the block. */
	struct ralm_arena unkept;
	/* What the block's lists have, list after list. */
	struct ralm_room rows, numbers;
	/* The parts of rows that its steps read, step after step. */
	struct ralm_room wanted;
	struct ralm_room scratch; /* for the longest list */
	/* The list of the request before, and where it lies while no block
	 * does; held_seeds: the front of those of its rows that are not kept. */
	struct ralm_score_list current;
	struct ralm_room held_rows, held_numbers, held_seeds;
};

/* Are all rows that a list is scored with among those that never go away? */
bool ralm_score_all_kept(const struct ralm_scorer *scorer,
			 const struct ralm_score_list *list);

/* Starts loading what the first pass looks at. */
void ralm_score_prefetch_users(const struct ralm_score_rows *rows,
			       const struct ralm_score_request *requests,
			       size_t count);

/* The first pass: the steps of all requests, whose rows exist then. There is
 * room for them. */
int ralm_score_find(struct ralm_score_worker *worker,
		    const struct ralm_score_request *requests, size_t count,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* The second pass: scores the i-th of `count` steps and those behind it that
 * share its list, as far as they are worked on together; how many, or -1. */
int ralm_score_take(struct ralm_score_result *results,
		    struct ralm_score_worker *worker,
		    const struct ralm_score_request *requests, size_t i,
		    size_t count, struct ralm_error *err) RALM_MUST_CHECK;

#endif
