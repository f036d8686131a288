/* AUC of a model, as it stands in training, on a file of samples: what ralm-score
 * would write of it, and ralm-auc measure. */
#ifndef RALM_JOBS_FIT_VALIDATE_H
#define RALM_JOBS_FIT_VALIDATE_H

#include <signal.h>

#include "ground/threads.h"
#include "model/model.h"

/* Reads path from the start. Users that the model does not know are treated as
 * ralm-score does: seeds are left out, a target (or a list of none but unknown
 * seeds) has the cosine 0. *auc is NaN when the labels are all the same. Returns
 * 0, 1 when *stop (may be NULL) was set meanwhile and there is no AUC, or -1. */
int ralm_validate(double *auc, const struct ralm_model *model,
		  struct ralm_threads *threads, const char *path,
		  const volatile sig_atomic_t *stop, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Before the work: whether path can serve, every line of it; *digest is a number
 * that tells its lines from others, never 0. */
int ralm_validate_check(uint64_t *digest, const char *path,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
