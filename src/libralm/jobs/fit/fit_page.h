/* The page of a run: what is recorded for it on the way, and when it is written.
 * Without options->page nothing is. */
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
	struct ralm_fit_point last_epoch; /* if it was not kept */
	uint64_t first_step; /* the model's steps before this run trained */
	double loss;         /* sum over the samples of this run */
	bool early;          /* --patience ended it */
	/* Of the model that the end puts in place; of the one that save_every put
	 * there last. "": there is none. */
	char digest[RALM_DIGEST_SIZE], saved_digest[RALM_DIGEST_SIZE];
};

/* Before the work, so that a place that cannot be written is told at once. */
int ralm_fit_page_open(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Behind each step that this run has trained, whose loss (a sum) that was; behind
 * each epoch. */
void ralm_fit_page_step(struct ralm_fit *fit, double loss);
void ralm_fit_page_epoch(struct ralm_fit *fit, double validation_auc);

/* At the end of a run that did not fail, stopped or not. */
int ralm_fit_page_write(struct ralm_fit *fit, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Seconds of the first step: what a resumed run passes over comes before. */
double ralm_fit_page_begun(const struct ralm_fit *fit);

/* fit_page_html.c, fit_page_plots.c: the page as it is, to a writer that the caller
 * flushes, and its plots. */
struct ralm_writer;
void ralm_fit_page_put(struct ralm_writer *writer, const struct ralm_fit *fit);
void ralm_fit_page_put_plots(struct ralm_writer *writer,
			     const struct ralm_fit *fit);

#endif
