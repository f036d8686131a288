/* Reading samples during training: a thread of its own parses lines, makes rows for new
 * users and fills windows of samples, one window ahead of the trainer.
 *
 * A window has a fixed number of samples, or fewer if lists are very long; where choices
 * (samples/choices.h) stay whole, it ends where one begins, which is known when the
 * first line of the next window has been read. So a window depends on the input alone,
 * and training does not depend on which thread was faster.
 *
 * With keep_all all windows lie in one store, where they stay for later epochs; else in
 * two stores in turn. The trainer holds the lock while it looks into a window.
 *
 * Until the feed is stopped its thread owns model->users and fetches rows. The trainer
 * uses the rows of the first window->users users only, which no longer move. */
#ifndef RALM_JOBS_FIT_FEED_H
#define RALM_JOBS_FIT_FEED_H

#include <pthread.h>
#include <signal.h>

#include "formats/lines.h"
#include "formats/sample_text.h"
#include "model/model.h"
#include "rows/rows.h"
#include "samples/sample_store.h"

/* Where choices stay whole: how many samples are in choices with only one label. */
struct ralm_lone {
	uint64_t samples; /* all samples */
	uint64_t clicks, negatives; /* those in such choices */
	uint64_t same; /* samples whose line says seeds:same */
};

struct ralm_window {
	struct ralm_span span;
	size_t users;          /* that were known, with rows, when it was filled */
	/* Of all windows up to this one: */
	uint64_t skipped, cut; /* bad lines, lists longer than seeds_num */
	struct ralm_error first_bad; /* where skipped > 0 */
	uint64_t met;          /* how many of the given users samples had */
	struct ralm_lone lone;
	uint64_t digest;       /* of the samples */
	bool last;             /* the input ended in this one, which may be empty */
};

enum { RALM_WINDOWS = 2 };

/* Samples of a window: so many that different items are mixed, so few that training
 * begins soon. A stream may come slowly, and gets smaller ones. */
#ifndef RALM_WINDOW_SAMPLES /* tests/bench/shuffle.sh compiles others */
#define RALM_WINDOW_SAMPLES 65536
#endif
enum { RALM_STREAM_WINDOW_SAMPLES = 4096 };

struct ralm_feed {
	/* set before start */
	struct ralm_model *model;
	struct ralm_rows *rows;
	struct ralm_reader *reader;
	size_t window_samples;
	size_t seeds_num; /* seeds of a list that are used; 0: all */
	bool whole_choices;
	bool keep_all;
	uint64_t memory; /* of all samples that are kept */
	bool skip_bad;
	const volatile sig_atomic_t *stop; /* gives up once it is set; or NULL */
	size_t given; /* users with vectors made elsewhere: the first ones */

	/* its own */
	struct ralm_sample_parser parser;
	struct ralm_sample_line line; /* the current one */
	char *text;                   /* of that line */
	size_t text_length;
	bool ahead;   /* the line belongs to the next window */
	bool begins;  /* the line begins a choice */
	bool clicked; /* it is a click, or one before it with the same list is */
	size_t clicks, negatives; /* of the current choice */
	uint32_t *list;           /* rows of the current list */
	size_t list_room;
	uint64_t skipped, cut, digest;
	struct ralm_error first_bad;
	bool *seen; /* (given) which of them samples had */
	uint64_t met;
	struct ralm_lone lone;
	struct ralm_sample_store store[RALM_WINDOWS]; /* keep_all: the first */
	struct ralm_window window[RALM_WINDOWS];
	size_t filled, taken; /* windows, counted up; guarded by lock */
	bool failed, running;
	struct ralm_error error;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

/* Starts the thread. feed is zeroed but for the fields above. */
int ralm_feed_start(struct ralm_feed *feed, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Waits for the next window. Returns 1; 0: *stop was set; -1: an error in the input. The
 * window is valid until ralm_feed_give_back. */
int ralm_feed_take(struct ralm_window **window, struct ralm_feed *feed,
		   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_feed_give_back(struct ralm_feed *feed);

/* While the lock is held, model->users does not change and samples do not move. For a
 * feed that was not started the two do nothing. */
void ralm_feed_lock(struct ralm_feed *feed);
void ralm_feed_unlock(struct ralm_feed *feed);

/* Ends the thread, even if it waits for a pipe, and frees what the feed holds. */
void ralm_feed_stop(struct ralm_feed *feed);

#endif
