/* AUC of the model in training on a file of samples: the one that ralm-score and ralm-auc
 * would find. */
#ifndef RALM_JOBS_FIT_VALIDATE_H
#define RALM_JOBS_FIT_VALIDATE_H

#include <signal.h>

#include "ground/threads.h"
#include "model/model.h"

/* Reads path from the start. Unknown users are treated as by ralm-score: seeds are left
 * out, and the cosine is 0 if the target or all seeds are unknown. *auc is NaN if all
 * labels are the same. Returns 0; 1: *stop (may be NULL) was set meanwhile, and there is
 * no AUC; or -1. */
int ralm_validate(double *auc, const struct ralm_model *model,
		  struct ralm_threads *threads, const char *path,
		  const volatile sig_atomic_t *stop, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Checks, before the work, every line of path, and sets *digest to a hash of them,
 * which is not 0. */
int ralm_validate_check(uint64_t *digest, const char *path,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
