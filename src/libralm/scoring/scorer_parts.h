/* What the workers of a scorer share. Internal to the score_ files. */
#ifndef RALM_JOBS_SCORE_SCORER_H
#define RALM_JOBS_SCORE_SCORER_H

#include "model/model.h"
#include "kernels/scoring.h"
#include "scoring/kept_lists.h"
#include "scoring/kept_rows.h"

enum ralm_score_weight {
	RALM_WEIGHT_SEEDS,  /* seeds_transform (D,H') */
	RALM_WEIGHT_GLOBAL, /* global_attention (H',H') */
	RALM_WEIGHT_TARGET, /* target_transform (D,H') */
	RALM_WEIGHT_LOCAL,  /* local_attention, transposed (H',H') */
	RALM_WEIGHTS
};

struct ralm_scorer {
	const struct ralm_model *model;
	struct ralm_model *owned; /* NULL: the model is the caller's */
	const struct ralm_scoring *kernels;
	size_t D, width; /* width: H', H padded (scoring.h) */
	float *weights[RALM_WEIGHTS];
	double scale, bias;
	/* (2 H') S and A of a seed; t / |t| and q of a target. */
	struct ralm_score_rows rows;
	struct ralm_score_lists *lists;
};

#endif
