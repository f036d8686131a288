/* Scoring with a model that does not change (ralm.h, struct ralm_scorer): each piece
 * of work is done once and kept, within a budget of bytes. Users' rows are computed at
 * their first use, numbers of lists are cached; a sample whose users and list were
 * seen before costs two dot products a seed. */
#ifndef RALM_SCORING_SCORER_H
#define RALM_SCORING_SCORER_H

#include "ground/used_files.h"
#include "model/model.h"
#include "scoring/kept_lists.h"
#include "scoring/kept_rows.h"
#include "scoring/newcomers.h"

/* What the workers of a scorer share. */
struct ralm_scorer {
	const struct ralm_model *model;
	struct ralm_model *owned; /* NULL: the model is the caller's */
	const struct ralm_network_scoring *scoring; /* of the model's network */
	struct ralm_prepared network;
	double scale, bias;
	size_t row; /* floats of a seed's or a target's row, whichever is longer */
	uint64_t clusters, clusters_above; /* ralm_scorer_cluster */
	_Atomic uint64_t cluster_time;	   /* nanoseconds so far */
	struct ralm_kept_rows rows;
	struct ralm_kept_lists *lists;
	struct ralm_newcomers *newcomers; /* NULL: none */
	struct ralm_device_scores *devices; /* NULL: none */
	struct ralm_file_version file; /* of the model; zeroed: it is not from one */
};

/* As ralm_scorer_open, over a model that stays the caller's, outlives the
 * scorer and does not change. */
struct ralm_scorer *ralm_scorer_new(const struct ralm_model *model,
				    uint64_t cache, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Notes the files that it reads: the model's, and that of users who come later. */
void ralm_scorer_use_files(struct ralm_used_files *used,
			   const struct ralm_scorer *scorer);

/* How many seeds of a list count, at most (0: all), where options ask for `wanted`: so
 * many, RALM_ALL_SEEDS, or 0 for as many as the model was trained with. */
uint64_t ralm_scorer_seeds_num(const struct ralm_scorer *scorer,
			       uint64_t wanted);

/* The score that ralm_score gives a cosine. */
float ralm_scorer_score(const struct ralm_scorer *scorer, float cosine);

/* Fills err: a number was met that no model may hold. Returns -1. */
int ralm_scorer_not_finite(struct ralm_error *err);

#endif
