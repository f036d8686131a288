/* Seeds that are held out: a part of them is compared with the rest, as others are
 * who are no seeds, and so each part.
 *
 *	seeds, in random order    [ out |               in                ]
 *	                          [ in  | out |         in                ]  …
 *
 * What comes of it is how well the seeds are told from others, how many of them an
 * audience of some share of all would find, and which of them fit the others
 * least. */
#ifndef RALM_JOBS_EXPAND_HOLD_OUT_H
#define RALM_JOBS_EXPAND_HOLD_OUT_H

#include <stdbool.h>

#include "metrics/delong.h"
#include "metrics/score_set.h"
#include "scoring/list_scores.h"

enum { RALM_FOLDS = 5 };

/* The seeds that the best of all would have among them. */
struct ralm_found {
	double share; /* of all that are the best */
	/* Of the seeds; its interval has both in it, that there are so few of
	 * them, and that the others are a sample. */
	struct ralm_interval seeds;
};

struct ralm_hold_out {
	/* What is asked: seeds (n >= 2) by row, put into random order; others who
	 * stand for `population` of them; shares, ascending, in found. */
	uint32_t *seeds;
	size_t n;
	const uint32_t *others;
	size_t other_count, population;
	struct ralm_found *found;
	size_t found_count;
	uint64_t seeds_num;    /* most seeds of a list that are used; 0: all */
	bool keep_values, raw; /* values below; cosines, not scores */
	/* What is answered: each seed's cosine with the rest (n), and the share
	 * of others whose is better (n). */
	float *cosine, *better;
	struct ralm_interval auc; /* mean of the parts; wide enough for chance */
	struct ralm_score_set values; /* of all parts, sorted: 1 the seeds */
};

/* What is asked is set, the rest is zero; rng_seed settles the order. */
int ralm_hold_out_run(struct ralm_hold_out *h, const struct ralm_scorer *scorer,
		      struct ralm_threads *threads, uint64_t rng_seed,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Frees what is answered. */
void ralm_hold_out_release(struct ralm_hold_out *h);

#endif
