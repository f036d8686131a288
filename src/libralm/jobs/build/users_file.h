/* What is known of users, as lines (ralm-users(5)): the items that each one
 * clicked, the columns of a table, planted fields. Used by build.c alone. */
#ifndef RALM_JOBS_BUILD_USERS_FILE_H
#define RALM_JOBS_BUILD_USERS_FILE_H

#include "formats/user_table.h"
#include "jobs/build/write_samples.h"

/* Writes a line for each user, with read:ITEM for each click that is not held out; a
 * user without such a click has no line. Behind them follow a line for each row of
 * table (NULL: there is none), and one for each user with planted fields. A table
 * without rows is an error. Counts into the report. */
int ralm_build_put_users(struct ralm_build_report *report,
			 struct ralm_writer *writer,
			 const struct ralm_build_work *work,
			 struct ralm_user_table *table,
			 struct ralm_error *err) RALM_MUST_CHECK;

#endif
