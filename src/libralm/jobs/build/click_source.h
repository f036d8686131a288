/* Reading or inventing the click log that samples are built from, and notes on
 * it. */
#ifndef RALM_JOBS_BUILD_CLICK_SOURCE_H
#define RALM_JOBS_BUILD_CLICK_SOURCE_H

#include "jobs/build/write_samples.h"

/* Reads or invents the log of work->options; a log without a click is an error.
 * Its counts and notes go into the report, also on failure. */
int ralm_build_get_log(struct ralm_build_report *report,
		       struct ralm_build_work *work, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Adds a note where one user has more than a fifth of the clicks in the table
 * and more than twice an even share: perhaps the id stands for many users. There is
 * none where ralm_build_get_log noted a user. */
void ralm_build_note_busiest(struct ralm_build_report *report,
			     struct ralm_build_work *work);

#endif
