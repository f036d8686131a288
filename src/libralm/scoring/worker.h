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

/* A list that can be scored with: see scoring.h for the arrays. */
struct ralm_score_list {
	const float **SA;
	float *w;
	size_t n; /* seeds that the model knows */
	size_t unknown_seeds;
};

/* A request of the block on its way. */
struct ralm_score_step {
	bool new_list; /* not that of the step before */
	bool has_w;    /* found in the cache */
	uint64_t hash; /* of the keys */
	struct ralm_score_list list;
	const float *tq; /* NULL: unknown */
	const float **wanted_end; /* of its parts in the worker's wanted */
};

/* Rows of one side that are to be computed together. */
struct ralm_score_pending {
	size_t count;
	uint64_t key[RALM_SCORE_PENDING];
	const float *x[RALM_SCORE_PENDING];
	float *out[RALM_SCORE_PENDING];
};

struct ralm_score_worker {
	struct ralm_scorer *scorer;
	struct ralm_score_step step[RALM_SCORE_BLOCK];
	size_t prefetched; /* requests behind this block whose users are */
	struct ralm_scoring_ahead ahead; /* of wanted */
	struct ralm_score_pending pending[2];
	float *nowhere; /* (2 H') where rows go that nobody wants */
	float *zeros;   /* (2 H') the row behind a list's last */
	float *X;       /* scratch (RALM_SCORING_TOGETHER, H') */
	/* Rows that are not kept; they live as long as the block. */
	struct ralm_arena unkept;
	/* What the block's lists have, list after list: (block_room) */
	size_t block_room;
	const float **SA;
	float *w;
	/* The parts of its rows, step after step: (wanted_room) */
	size_t wanted_room;
	const float **wanted;
	/* Scratch for the longest list: (list_room, RALM_SCORING_TARGETS) and
	 * (list_room, RALM_SCORING_COLUMNS) */
	size_t list_room;
	float *p, *P;
	/* The list of the request before, and where it lies while no block
	 * does: (held_room), held_S (held_room, H') for rows not kept. */
	struct ralm_score_list current, held;
	size_t held_room, held_S_room;
	float *held_S;
};

/* n' of scoring.h. */
static inline size_t ralm_score_padded(size_t n)
{
	return (n + RALM_SCORING_ROWS - 1) / RALM_SCORING_ROWS *
	       RALM_SCORING_ROWS;
}

/* Are all rows of a list among those that never go away? */
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
