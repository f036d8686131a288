/* Training: samples in, a model out. */
#ifndef RALM_JOBS_FIT_H
#define RALM_JOBS_FIT_H

#include <signal.h>

#include "settings/config.h"
#include "formats/lines.h"

/* Where training stands. Handed to a callback every print_interval batches and
 * behind the last batch of an epoch (due; once a step, and again with what the
 * validation says where a checkpoint could not wait for it), and in between every
 * live_seconds. The last batch's comes when it is known to be the last, and what
 * the epoch is worth. */
struct ralm_fit_report {
	bool due, epoch_ends;
	uint64_t epoch, epochs; /* from 1 */
	uint64_t batch;         /* in this epoch, from 1 */
	uint64_t batches;       /* in an epoch; 0: not known yet */
	uint64_t step;          /* over all epochs and earlier runs */
	uint64_t samples;       /* in this epoch so far */
	double loss;            /* mean since the last due report; NaN: none */
	double batch_auc;       /* of the last batch; NaN: one class only */
	double auc;             /* of this epoch so far, by thresholds; or NaN.
				 * Of what this run has seen of it */
	double samples_per_second;
	double seconds_left;    /* NaN: not known */
	double validation_auc;  /* where epoch_ends; NaN: none asked, or none */
	double learning_rate;   /* of the next step */
	double seconds;         /* since this run began to train */
};

/* Room for what a notice says. */
enum { RALM_FIT_NOTICE = 2048 };

struct ralm_fit_options {
	const char *output;       /* model file, or NULL */
	const char *validate;     /* sample file, read after every epoch */
	bool resume; /* from the newest checkpoint in save_checkpoint_path */
	bool skip_bad;
	void (*report)(void *context, const struct ralm_fit_report *report);
	/* Something to say before the end: what is resumed, or (warning) that
	 * a checkpoint was not whole. */
	void (*notice)(void *context, bool warning, const char *text);
	/* Before the first step, or NULL: the model's steps so far, which are
	 * those of a run that is gone on with where resumed. On -1 there is no
	 * run. */
	int (*begins)(void *context, bool resumed, uint64_t step,
		      struct ralm_error *err);
	void *context; /* of all three */
	double live_seconds; /* 0: due reports only */
	const volatile sig_atomic_t *stop; /* set by a signal: finish the step */
};

struct ralm_fit_summary {
	uint64_t steps, samples, epochs, users;
	uint64_t skipped; /* bad lines, with skip_bad */
	uint64_t cut;     /* lists longer than seeds_num */
	double loss;      /* mean of the last epoch */
	uint64_t best_epoch; /* with validate; 0: none */
	double best_auc;
	uint64_t models_saved; /* to output, by save_every */
	bool stopped; /* by *stop, before the end */
};

/* Trains with the settings of config on the lines of reader, which is read
 * once. Writes options->output when it is done: whole or not at all; with
 * validate it is the model of the best epoch. On failure and when stopped the
 * old file stands.
 *
 * config->init_model_path names a model or checkpoint to start from: its users,
 * vectors, parameters and, where it has one of the same kind, its optimizer
 * state; the sizes are its own then. options->resume goes on with the same data
 * and settings where a run stopped; the end is the same as if it had not.
 *
 * In save_checkpoint_path one run writes at a time; another is an error. */
int ralm_fit(struct ralm_fit_summary *summary, const struct ralm_config *config,
	     struct ralm_reader *reader, const struct ralm_fit_options *options,
	     struct ralm_error *err) RALM_MUST_CHECK;

#endif
