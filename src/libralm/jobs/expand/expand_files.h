/* The files that tell more of one list of seeds than its audience: the curve, the
 * seeds' scores, the report. */
#ifndef RALM_JOBS_EXPAND_EXPAND_FILES_H
#define RALM_JOBS_EXPAND_EXPAND_FILES_H

#include "formats/output_files.h"
#include "jobs/expand/seed_check.h"

enum { RALM_EXPAND_CURVE, RALM_EXPAND_SEED_SCORES, RALM_EXPAND_REPORT };

/* The paths of those that are asked for. */
struct ralm_output_files
ralm_expand_files(const struct ralm_expand_options *options);

/* What they are written from. */
struct ralm_expand_results {
	const struct ralm_expand_check *check;
	const struct ralm_size_curve *curve;
	const struct ralm_seed_trial *trial;
	const struct ralm_user_names *names;
	const struct ralm_scorer *scorer;
	const char *title, *command; /* of the report, or NULL */
	bool raw;
};

/* Puts a file's text (ralm_output_files_write); context: struct
 * ralm_expand_results. */
int ralm_expand_files_put(struct ralm_writer *writer, int file, void *context,
			  struct ralm_error *err) RALM_MUST_CHECK;

#endif
