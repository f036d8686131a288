/* AUC of the model in training on a file of samples: the one that ralm-score and ralm-auc
 * would find. */
#ifndef RALM_JOBS_FIT_VALIDATE_H
#define RALM_JOBS_FIT_VALIDATE_H

#include <signal.h>

#include "ground/threads.h"
#include "model/model.h"

/* The file, and what is known of its lines once it was checked. */
struct ralm_validation_file {
	const char *path;
	bool skip_bad;     /* leave bad lines out and count them */
	uint64_t digest;   /* a hash of all lines; 0: not checked */
	uint64_t samples, bad_lines;
	struct ralm_error first_bad; /* where bad_lines > 0 */
};

/* Reads the file from the start; other lines than when it was checked are an error.
 * Unknown users are treated as by ralm-score: seeds are left
 * out, and the cosine is 0 if the target or all seeds are unknown. *auc is NaN if all
 * labels are the same. Returns 0; 1: *stop (may be NULL) was set meanwhile, and there is
 * no AUC; or -1. */
int ralm_validate(double *auc, const struct ralm_model *model,
		  struct ralm_threads *threads,
		  const struct ralm_validation_file *file,
		  const volatile sig_atomic_t *stop, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Checks, before the work, every line of the file, whose path and skip_bad are set, and
 * sets the others. */
int ralm_validate_check(struct ralm_validation_file *file,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
