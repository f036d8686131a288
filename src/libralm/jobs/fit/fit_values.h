/* Vectors of values (model/values.h): whenever a model is written, they are found from
 * the vectors that its users have then. */
#ifndef RALM_JOBS_FIT_FIT_VALUES_H
#define RALM_JOBS_FIT_FIT_VALUES_H

#include "jobs/fit/fit_state.h"

/* Reads the file of --users, if there is one, when the first sample has come: the program
 * that makes the samples may have written it. It is an error if no value could get a
 * vector, whichever users the samples have. */
int ralm_fit_read_users(struct ralm_fit *fit, const struct ralm_reader *samples,
			struct ralm_error *err) RALM_MUST_CHECK;

/* Checks that the file of --users is the one that the resumed run had. */
int ralm_fit_check_users(const struct ralm_fit *fit,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* After the first epoch, when all users are known, and before the next ones: an error
 * if no value can get a vector. */
int ralm_fit_foresee_values(struct ralm_fit *fit,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* Finds the model's values from its vectors; without a file of users does nothing. */
int ralm_fit_find_values(struct ralm_fit *fit,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
