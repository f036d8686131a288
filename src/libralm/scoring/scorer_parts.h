/* What the workers of a scorer share. For this folder, and for jobs that look into
 * a scorer. */
#ifndef RALM_SCORING_SCORER_PARTS_H
#define RALM_SCORING_SCORER_PARTS_H

#include "model/model.h"
#include "scoring/kept_lists.h"
#include "scoring/kept_rows.h"
#include "scoring/newcomers.h"

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
};

#endif
