/* The page of a run (options->page): what is recorded for it during the run, and when it
 * is written. Without options->page the calls do nothing. */
#ifndef RALM_JOBS_FIT_FIT_PAGE_H
#define RALM_JOBS_FIT_FIT_PAGE_H

#include "formats/safetensors.h"
#include "ground/atomic_file.h"
#include "jobs/fit/fit_record.h"

struct ralm_fit;

struct ralm_fit_page {
	struct ralm_atomic_file file; /* path NULL: none */
	struct ralm_fit_curve steps, epochs;
	double last_seconds;		  /* of the last step */
	struct ralm_fit_point last_epoch; /* if the curve did not keep it */
	uint64_t first_step; /* the model's steps before this run */
	double loss;         /* sum over the samples of this run */
	bool early;          /* --patience ended it */
	/* Of the model that is put in place at the end, and of the one that
	 * save_every has put there last; "": none. */
	char digest[RALM_DIGEST_SIZE], saved_digest[RALM_DIGEST_SIZE];
};

/* Opens the file, before the work, so that an error shows at once. */
int ralm_fit_page_open(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

/* After each step that this run trained; loss: the sum over its samples. After each
 * epoch. */
void ralm_fit_page_step(struct ralm_fit *fit, double loss);
void ralm_fit_page_epoch(struct ralm_fit *fit, double validation_auc);

/* Writes the page, at the end of a run that did not fail but may have been stopped. */
int ralm_fit_page_write(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

/* When the first step began, in seconds since the run did; in between a resumed run
 * passes over samples. */
double ralm_fit_page_begun(const struct ralm_fit *fit);

/* fit_page_html.c, fit_page_plots.c: put the page, and its plots, to a writer that the
 * caller flushes. */
struct ralm_writer;
void ralm_fit_page_put(struct ralm_writer *writer, const struct ralm_fit *fit);
void ralm_fit_page_put_plots(struct ralm_writer *writer,
			     const struct ralm_fit *fit);

#endif
