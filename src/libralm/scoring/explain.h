/* Which seeds of a list weigh most in a sample, by the network's own measure
 * (`shares` in networks/network_scoring.h). Scores do not depend on it: the explainer
 * makes the rows of the list again, without centroids. The caller holds the newcomers
 * (newcomers.h) in all calls. */
#ifndef RALM_SCORING_EXPLAIN_H
#define RALM_SCORING_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

#include "ground/error.h"

struct ralm_scorer;
struct ralm_explainer; /* used by one thread */

struct ralm_seed_share {
	uint64_t key; /* of the seed */
	float share;
};

/* most: how many seeds to name for a sample, at least one. */
struct ralm_explainer *ralm_explainer_new(const struct ralm_scorer *scorer,
					  size_t most, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_explainer_free(struct ralm_explainer *explainer);

/* Begins a list, of the samples to come; keys (count), in order. */
int ralm_explainer_list(struct ralm_explainer *explainer, const uint64_t *keys,
			size_t count, struct ralm_error *err) RALM_MUST_CHECK;

/* Sets *top to the seeds (*count) of greatest share in the sample of that list and a
 * target: greatest first, equal ones in the order of the list; none if the target or
 * all seeds are unknown. *top is valid until the next call. */
int ralm_explainer_sample(const struct ralm_seed_share **top, size_t *count,
			  struct ralm_explainer *explainer, uint64_t target_key,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* The id of a known seed, valid until the next call. -1: the model holds none that
 * fits the key. */
int ralm_explainer_name(const char **id, size_t *length,
			struct ralm_explainer *explainer, uint64_t key,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
