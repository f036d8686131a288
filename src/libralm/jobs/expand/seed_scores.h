/* How well each seed fits the others: USER<TAB>SCORE<TAB>BETTER, its score when it is
 * held out and the share of other users who have a better one; those who fit least
 * come first. */
#ifndef RALM_JOBS_EXPAND_SEED_SCORES_H
#define RALM_JOBS_EXPAND_SEED_SCORES_H

#include "formats/lines.h"
#include "jobs/expand/hold_out.h"
#include "jobs/expand/user_names.h"

/* held ran; names knows every seed. raw: cosines in place of scores. */
int ralm_seed_scores_put(struct ralm_writer *writer,
			 const struct ralm_hold_out *held,
			 const struct ralm_user_names *names,
			 const struct ralm_scorer *scorer, bool raw,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
