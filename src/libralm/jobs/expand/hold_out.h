/* How good seeds are: each part of them in turn is held out, and its seeds are compared
 * with the rest; so are others, users who are no seeds.
 *
 *	seeds, in random order    [ out |               in                ]
 *	                          [ in  | out |         in                ]  …
 *
 * That tells how well seeds are told from others, how many of them an audience of some
 * share of all users would find, and which of them fit the other seeds least. */
#ifndef RALM_JOBS_EXPAND_HOLD_OUT_H
#define RALM_JOBS_EXPAND_HOLD_OUT_H

#include <stdbool.h>

#include "metrics/delong.h"
#include "metrics/score_set.h"
#include "scoring/list_scores.h"

enum { RALM_FOLDS = 5 }; /* parts; fewer seeds are as many parts */

/* How many seeds are found by an audience of some size. */
struct ralm_found {
	double share; /* of all users that are candidates: the size */
	/* Share of the seeds that are in it while they are held out. The interval
	 * allows for how few seeds there are, and for the others being a sample. */
	struct ralm_interval seeds;
};

struct ralm_hold_out {
	/* What is asked, set by the caller: the rows of seeds (n >= 2), which are put
	 * into random order; of others (other_count >= 2), a sample of `population`
	 * users; shares, ascending, in found. */
	uint32_t *seeds;
	size_t n;
	const uint32_t *others;
	size_t other_count, population;
	struct ralm_found *found;
	size_t found_count;
	uint64_t seeds_num;    /* most seeds of a list that are used; 0: all */
	bool keep_values; /* in `values` */
	bool raw;	  /* they are cosines, not scores */
	/* What is answered: (n) the cosine of each seed while it is held out, and
	 * the share of others with a better one. */
	float *cosine, *better;
	struct ralm_interval auc; /* mean of the parts, with its interval */
	struct ralm_score_set values; /* of all parts, sorted; label 1: seeds */
};

/* Answers what is asked; the rest of h is zero before. The random order of the seeds
 * depends on rng_seed and n. */
int ralm_hold_out_run(struct ralm_hold_out *h, const struct ralm_scorer *scorer,
		      struct ralm_threads *threads, uint64_t rng_seed,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Frees what is answered. */
void ralm_hold_out_release(struct ralm_hold_out *h);

#endif
