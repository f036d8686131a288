/* A click log with planted tastes: each user has one to three tastes, each
 * item appeals to one or two, and users click items of their tastes, but for
 * some noise. Items differ in popularity; popularity alone tells nothing of
 * who clicks what. */
#ifndef RALM_JOBS_BUILD_SYNTHETIC_H
#define RALM_JOBS_BUILD_SYNTHETIC_H

#include "formats/click_log.h"

struct ralm_synthetic_options {
	uint64_t users, items, tastes;
	uint64_t clicks_per_user; /* on the average; half to one and a half */
	double noise; /* share of clicks on any item, whatever the tastes */
};

/* Fills a log that was initialised: user ids 1 to users, item ids 1 to items,
 * times 0, 1, 2, ... */
int ralm_synthetic_log(struct ralm_click_log *log,
		       const struct ralm_synthetic_options *options,
		       uint64_t rng_seed, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
