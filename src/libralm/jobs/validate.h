/* AUC of a model, as it stands in training, on a file of samples. */
#ifndef RALM_JOBS_VALIDATE_H
#define RALM_JOBS_VALIDATE_H

#include "../model/model.h"
#include "../model/network.h"

/* Reads path from the start. Users that the model does not know are treated as
 * ralm-score does: seeds are left out, a target (or a list of none but unknown
 * seeds) has the cosine 0. *auc is NaN when the labels are all the same. */
int ralm_validate(double *auc, const struct ralm_model *model,
		  struct ralm_network *network, const char *path,
		  struct ralm_error *err) RALM_MUST_CHECK;

/* A number that tells the lines of path from others, never 0. */
int ralm_validate_digest(uint64_t *digest, const char *path,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
