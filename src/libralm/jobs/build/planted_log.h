/* A click log with planted tastes: each user has one to three tastes, each
 * item appeals to one or two, and users click items of their tastes, but for
 * some noise. Items differ in popularity; popularity alone tells nothing of
 * who clicks what. */
#ifndef RALM_JOBS_BUILD_PLANTED_LOG_H
#define RALM_JOBS_BUILD_PLANTED_LOG_H

#include "formats/click_log.h"
#include "formats/lines.h"

enum { RALM_PLANTED_TASTES = 3 }; /* of a user, at most */

/* Fills a log that was initialised: user ids 1 to users, item ids 1 to items, times 0,
 * 1, 2, ... tastes: NULL, or (users, RALM_PLANTED_TASTES) numbers that are set to the
 * tastes of each user, below options->tastes, and UINT32_MAX behind the last one. */
int ralm_planted_log(struct ralm_click_log *log, uint32_t *tastes,
		     const struct ralm_planted_options *options,
		     uint64_t rng_seed, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Writes a line about each user (ralm-users(5)) with options->fields fields: words
 * trait1, trait3, ... and numbers trait2, trait4, ... Each tells one of the user's
 * tastes, or with the probability options->noise any taste; of a number the whole part
 * does. Returns how many values were told. */
uint64_t ralm_planted_fields(struct ralm_writer *writer, const uint32_t *tastes,
			     const struct ralm_planted_options *options,
			     uint64_t rng_seed);

#endif
