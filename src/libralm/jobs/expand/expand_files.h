/* The files that tell more of one list of seeds than its audience: the curve, the
 * seeds' scores, the report. */
#ifndef RALM_JOBS_EXPAND_EXPAND_FILES_H
#define RALM_JOBS_EXPAND_EXPAND_FILES_H

#include "ground/atomic_file.h"
#include "jobs/expand/seed_check.h"

enum {
	RALM_EXPAND_CURVE,
	RALM_EXPAND_SEED_SCORES,
	RALM_EXPAND_REPORT,
	RALM_EXPAND_FILES
};

struct ralm_expand_files {
	const char *path[RALM_EXPAND_FILES]; /* NULL: not asked for */
	struct ralm_atomic_file file[RALM_EXPAND_FILES];
};

/* Before the work, so that a place that cannot be written is told at once. To be
 * closed, also on failure. */
int ralm_expand_files_open(struct ralm_expand_files *files,
			   const struct ralm_expand_options *options,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* What they are written of. */
struct ralm_expand_results {
	const struct ralm_expand_check *check;
	const struct ralm_size_curve *curve;
	const struct ralm_seed_trial *trial;
	const struct ralm_user_names *names;
	const struct ralm_scorer *scorer;
	const char *title, *command; /* of the report, or NULL */
	bool raw;
};

int ralm_expand_files_write(struct ralm_expand_files *files,
			    const struct ralm_expand_results *results,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* What was not written whole is gone. */
void ralm_expand_files_close(struct ralm_expand_files *files);

#endif
