/* A click log with planted tastes: each user has one to three tastes, each
 * item appeals to one or two, and users click items of their tastes, but for
 * some noise. Items differ in popularity; popularity alone tells nothing of
 * who clicks what. */
#ifndef RALM_JOBS_BUILD_PLANTED_LOG_H
#define RALM_JOBS_BUILD_PLANTED_LOG_H

#include "formats/click_log.h"

/* Fills a log that was initialised: user ids 1 to users, item ids 1 to items,
 * times 0, 1, 2, ... */
int ralm_planted_log(struct ralm_click_log *log,
		     const struct ralm_planted_options *options,
		     uint64_t rng_seed, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
