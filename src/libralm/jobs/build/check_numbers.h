/* The ranges of the numbers and enumerators in struct ralm_build_options. */
#ifndef RALM_JOBS_BUILD_CHECK_NUMBERS_H
#define RALM_JOBS_BUILD_CHECK_NUMBERS_H

#include "ground/error.h"
#include "ralm.h"

#include <stdbool.h>

/* RALM_ERROR_CONFIG where a number that counts is out of its range: those of `plant`
 * count where a log is planted, those of samples where some are written, those of the
 * test where there is one. */
int ralm_build_check_numbers(const struct ralm_build_options *options,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* RALM_ERROR_CONFIG where a ratio is no share; with a validation, also where the two are
 * more than 1 together. valid is ignored without one. */
int ralm_check_ratios(double test, double valid, bool validation,
		      struct ralm_error *err) RALM_MUST_CHECK;

#endif
