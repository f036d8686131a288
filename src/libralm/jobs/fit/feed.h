/* Reading samples while others train: a thread parses lines, gives new users
 * their rows and fills windows of a fixed number of samples (fewer where lists
 * are very long), one ahead of the trainer. What is in a window depends on the
 * input alone, so that training does not depend on who was faster. Where choices
 * (samples/choices.h) stay whole, a window goes on until one begins: the first
 * line of the next window has come before it is handed over.
 *
 * With keep_all all windows lie in one store, where they stay for later epochs;
 * else in two by turns. Either way the trainer holds the lock while it looks into
 * a window.
 *
 * The thread owns model->users and fetches rows until the feed is stopped; the
 * trainer touches those of window->users only, which no longer move. */
#ifndef RALM_JOBS_FIT_FEED_H
#define RALM_JOBS_FIT_FEED_H

#include <pthread.h>
#include <signal.h>

#include "formats/lines.h"
#include "formats/sample_text.h"
#include "model/model.h"
#include "rows/rows.h"
#include "samples/sample_store.h"

/* Counts of samples whose choice has only one label, if choices stay whole. */
struct ralm_lone {
	uint64_t samples; /* all of them, lone or not */
	uint64_t clicks, negatives;
};

struct ralm_window {
	struct ralm_span span;
	size_t users;          /* known when it was filled; they have rows */
	/* So far: */
	uint64_t skipped, cut; /* bad lines, lists over seeds_num */
	uint64_t met;          /* of the given users, those that samples have */
	struct ralm_lone lone;
	uint64_t digest;       /* of all samples */
	bool last;             /* the input ended in it; it may be empty */
};

enum { RALM_WINDOWS = 2 };

/* Samples of a window: enough to mix the runs of different items, little
 * enough that training soon begins. A stream that trickles gets small ones. */
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
	const volatile sig_atomic_t *stop; /* NULL or: give up when set */
	size_t given; /* the first users, of whom those are counted that are met */

	/* its own */
	struct ralm_sample_parser parser;
	struct ralm_sample_line line; /* the one at hand */
	char *text;                   /* the same as it stands in the file */
	size_t text_length;
	bool ahead;   /* it is for the next window */
	bool begins;  /* it begins a choice */
	bool clicked; /* it or a sample of its run before it is a click */
	size_t clicks, negatives; /* of the choice at hand */
	uint32_t *list;           /* rows of the list at hand */
	size_t list_room;
	uint64_t skipped, cut, digest;
	bool *seen; /* (given) */
	uint64_t met;
	struct ralm_lone lone;
	struct ralm_sample_store store[RALM_WINDOWS]; /* the first, or all */
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

/* Waits for the next window. Returns 1; 0 when *stop was set; -1 on an error of
 * the input. The window is valid until ralm_feed_give_back. */
int ralm_feed_take(struct ralm_window **window, struct ralm_feed *feed,
		   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_feed_give_back(struct ralm_feed *feed);

/* While held, model->users stands still, and samples do not move. A feed that
 * was not started stands still. */
void ralm_feed_lock(struct ralm_feed *feed);
void ralm_feed_unlock(struct ralm_feed *feed);

/* Ends the thread, wherever it is, and frees what the feed holds. */
void ralm_feed_stop(struct ralm_feed *feed);

#endif
