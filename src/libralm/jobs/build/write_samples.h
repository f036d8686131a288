/* Writes the samples of a click log as lines: those held out, and those of training. */
#ifndef RALM_JOBS_BUILD_WRITE_SAMPLES_H
#define RALM_JOBS_BUILD_WRITE_SAMPLES_H

#include "formats/lines.h"
#include "jobs/build/draw_seeds.h"
#include "jobs/build/held_out.h"
#include "jobs/build/negatives.h"

/* The click log and what is made of it, step by step, until samples can be drawn. */
struct ralm_build_work {
	const struct ralm_build_options *options;
	struct ralm_click_log log; /* its ids; the clicks go into the table */
	bool busiest_noted; /* a note says that one user has most lines or clicks */
	uint32_t *tastes; /* of planted users (planted_log.h); or NULL */
	struct ralm_click_table table;
	struct ralm_split split;
	struct ralm_seed_sampler seeds;
	struct ralm_negative_sampler negatives;
};

/* Writes the samples of a set that is held out: each click gets a list of its own. No
 * sample at all is an error. Sets report->test or report->validation, and its AUC of
 * activity. */
int ralm_build_put_held_out(struct ralm_build_report *report,
			    struct ralm_writer *writer,
			    struct ralm_build_work *work,
			    enum ralm_build_set set,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* Writes the samples of the training clicks, options->passes times over, and flushes.
 * No sample at all is an error. Sets report->train. */
int ralm_build_write_training(struct ralm_build_report *report,
			      struct ralm_build_work *work,
			      struct ralm_writer *writer,
			      struct ralm_error *err) RALM_MUST_CHECK;

#endif
