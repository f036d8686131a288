/* Which seeds of a list weigh most in a sample: what a network says of each
 * (networks/network_scoring.h, shares). It stands beside the scores, which do not
 * depend on it: rows of the list at hand are made once more, and no centroids. Where
 * there are newcomers, who explains holds them. */
#ifndef RALM_SCORING_EXPLAIN_H
#define RALM_SCORING_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

#include "ground/error.h"

struct ralm_scorer;
struct ralm_explainer; /* of one thread */

struct ralm_seed_share {
	uint64_t key; /* of the seed */
	float share;
};

/* For the `most` seeds of greatest share, most > 0. */
struct ralm_explainer *ralm_explainer_new(const struct ralm_scorer *scorer,
					  size_t most, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_explainer_free(struct ralm_explainer *explainer);

/* The list of the samples to come, count seeds in their order. */
int ralm_explainer_list(struct ralm_explainer *explainer, const uint64_t *keys,
			size_t count, struct ralm_error *err) RALM_MUST_CHECK;

/* Sets *top to the seeds (*count) of greatest share in the sample of a target, the
 * greatest first, those of one share in the order of the list; none where nobody
 * knows the target, or any seed. Valid until the next call. */
int ralm_explainer_sample(const struct ralm_seed_share **top, size_t *count,
			  struct ralm_explainer *explainer, uint64_t target_key,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* What a seed of the list is called, valid until the next call. -1: the model holds
 * something else there, or nothing. */
int ralm_explainer_name(const char **id, size_t *length,
			struct ralm_explainer *explainer, uint64_t key,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
