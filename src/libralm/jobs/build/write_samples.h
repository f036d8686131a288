/* The samples of a prepared log, written as lines: first those held out, then the
 * training's. Used by build.c alone. */
#ifndef RALM_JOBS_BUILD_WRITE_SAMPLES_H
#define RALM_JOBS_BUILD_WRITE_SAMPLES_H

#include "formats/lines.h"
#include "jobs/build/draw_seeds.h"
#include "jobs/build/held_out.h"
#include "jobs/build/negatives.h"

/* Everything that lives while samples are written. */
struct ralm_build_work {
	const struct ralm_build_options *options;
	struct ralm_click_log log; /* its ids; the clicks go into the table */
	bool busiest_noted;        /* one user has most of it, and a note says so */
	uint32_t *tastes; /* of planted users (planted_log.h); or NULL */
	struct ralm_click_table table;
	struct ralm_split split;
	struct ralm_seed_sampler seeds;
	struct ralm_negative_sampler negatives;
};

/* Each click of a set that is held out, with a list of its own; no sample at all is
 * an error. Sets report->test, or report->validation, and its AUC of activity. */
int ralm_build_put_held_out(struct ralm_build_report *report,
			    struct ralm_writer *writer,
			    struct ralm_build_work *work,
			    enum ralm_build_set set,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* The training clicks, options->passes times over, and flushes. Sets
 * report->train. */
int ralm_build_write_training(struct ralm_build_report *report,
			      struct ralm_build_work *work,
			      struct ralm_writer *writer,
			      struct ralm_error *err) RALM_MUST_CHECK;

#endif
