/* Scoring with a model that does not change (ralm.h, struct ralm_scorer): each piece
 * of work is done once and kept, within a budget of bytes. Users' rows are computed at
 * their first use, numbers of lists are cached; a sample whose users and list were
 * seen before costs two dot products a seed. */
#ifndef RALM_SCORING_SCORER_H
#define RALM_SCORING_SCORER_H

#include "ralm.h"

struct ralm_model;
struct ralm_newcomers;

/* As ralm_scorer_open, over a model that stays the caller's, outlives the
 * scorer and does not change. */
struct ralm_scorer *ralm_scorer_new(const struct ralm_model *model,
				    uint64_t cache, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Seconds that all workers spent on centroids so far. */
double ralm_scorer_cluster_seconds(const struct ralm_scorer *scorer);

/* How many seeds of a list count, at most (0: all), where options ask for `wanted`: so
 * many, RALM_ALL_SEEDS, or 0 for as many as the model was trained with. */
uint64_t ralm_scorer_seeds_num(const struct ralm_scorer *scorer,
			       uint64_t wanted);

/* The score that ralm_score gives a cosine. */
float ralm_scorer_score(const struct ralm_scorer *scorer, float cosine);

/* Fills err: a number was met that no model may hold. Returns -1. */
int ralm_scorer_not_finite(struct ralm_error *err);

/* NULL: there is no file of users. */
struct ralm_newcomers *ralm_scorer_newcomers(const struct ralm_scorer *scorer);

const struct ralm_model *ralm_scorer_model(const struct ralm_scorer *scorer);

#endif
