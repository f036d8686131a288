/* What is known of the users of a log, as lines (ralm-users(5)): the items that
 * each one clicked. Used by build.c alone. */
#ifndef RALM_JOBS_BUILD_USERS_FILE_H
#define RALM_JOBS_BUILD_USERS_FILE_H

#include "jobs/build/write_samples.h"

/* A line for each user, with read:ITEM for each click that is not held out; none
 * for a user of whom nothing is told. Sets report->users_told and values_told. */
int ralm_build_write_users(struct ralm_build_report *report,
			   const struct ralm_build_work *work, int fd,
			   struct ralm_error *err) RALM_MUST_CHECK;

#endif
