/* The sets that samples are split into; the last two are held out. */
#ifndef RALM_JOBS_BUILD_BUILD_SET_H
#define RALM_JOBS_BUILD_BUILD_SET_H

enum ralm_build_set {
	RALM_SET_TRAINING,
	RALM_SET_TEST,
	RALM_SET_VALIDATION,
	RALM_SETS,
};

#endif
