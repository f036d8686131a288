/* Vectors for the values that users have (model/values.h): found from the users'
 * vectors whenever a model is written, for what that model holds. */
#ifndef RALM_JOBS_FIT_FIT_VALUES_H
#define RALM_JOBS_FIT_FIT_VALUES_H

#include "jobs/fit/fit_state.h"

/* Reads the file of users, where one is wanted, when the first sample has come:
 * what makes the samples may have made it. A file that gives no value a vector,
 * whoever the samples are of, is an error. */
int ralm_fit_read_users(struct ralm_fit *fit, const struct ralm_reader *samples,
			struct ralm_error *err) RALM_MUST_CHECK;

/* A run that is resumed is told the same of its users. */
int ralm_fit_check_users(const struct ralm_fit *fit,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* All users are known, and there is more to train: that no value gets a vector is
 * an error now. */
int ralm_fit_foresee_values(struct ralm_fit *fit,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* The model's values, anew from its vectors; nothing where no file is wanted. */
int ralm_fit_find_values(struct ralm_fit *fit,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
