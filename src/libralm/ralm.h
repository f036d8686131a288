/* ralm: how much is a user like a set of users?
 *
 * The one header of libralm: what the programs do, as calls. C99 and C++11.
 *
 *	cc -o program program.c $(pkg-config --cflags --libs ralm)
 *
 * The sections below are in the order of the work:
 *
 *	errors             ralm_error_format
 *	samples            ralm_build, ralm_split_samples       ralm-build-data(1)
 *	settings           ralm_config_new, _read, _set         ralm-config(5)
 *	training           ralm_fit                             ralm-fit(1)
 *	a model file       ralm_model_info_new                  ralm-model(5)
 *	scores             ralm_scorer_open, ralm_score
 *	scores of lines    ralm_score_files                     ralm-score(1)
 *	audiences          ralm_expand                          ralm-expand(1)
 *	users' vectors     ralm_export
 *	evaluation         ralm_evaluate                        ralm-auc(1)
 *	files in writing   ralm_remove_unfinished
 *
 * To score in a program of your own takes five calls:
 *
 *	scorer = ralm_scorer_open("model.bin", UINT64_C(256) << 20, 0, &err);
 *	worker = ralm_scoring_worker_new(scorer, &err);     a worker for each thread
 *	ralm_score(results, worker, requests, count, &err); again and again
 *	ralm_scoring_worker_free(worker);
 *	ralm_scorer_free(scorer);
 *
 * What holds for all calls:
 *
 * Errors. A call that can fail returns -1, or NULL where it returns a pointer, and
 * fills err, which may be NULL everywhere. Success is 0 unless the call says more.
 * A number that is no enumerator where one is due is RALM_ERROR_CONFIG.
 * Outputs are untouched on failure, except what a call counts (a struct of counts, a
 * report or a summary), which is filled as far as the work came. Nothing here
 * prints or exits.
 *
 * Ownership. The caller owns what a call named _new or _open returns, and frees it
 * with the _free of its kind, which takes NULL, too. Texts and arrays that are
 * passed in stay the caller's and are not used after the call.
 *
 * Structs. Options that are all zero ("= {0}", in C++ "= {}") are the defaults,
 * unless there is an _init for them. Structs that a call fills are filled whole.
 * Later versions may add fields at the end.
 *
 * Threads. Calls that share no object may run at the same time in different
 * threads. One thread at a time uses an object, except a scorer, which any number
 * may use, but for what ralm_scorer_device says of one with devices. ralm_fit,
 * ralm_score_files, ralm_expand and ralm_evaluate start threads of their own and return
 * when these have ended. While ralm_fit runs, BLAS (OpenBLAS, BLIS) uses one thread a
 * call in the whole process; afterwards as many as before.
 *
 * Callbacks get the `context` of their struct and may be NULL. A `progress` is
 * called from time to time, in any thread, but in one at a time; a share of the work
 * is from 0 to 1, or NaN where it cannot be known, as of a pipe.
 *
 * Files. The path "-" is standard input, and so is an empty list of paths. A file to
 * read may be a pipe, and is read once. A file that is written by its path appears
 * whole or not at all. Output to a descriptor, fd, comes with the `name` that error
 * messages call it; descriptors are the caller's and stay open. A call refuses, with
 * RALM_ERROR_CONFIG and before it writes anything, to write a file that it reads, a
 * file or pipe twice, and to read standard input twice, by whatever links or
 * descriptors they are named. What is done with a scorer reads its files, the
 * model's and that of users, too. The one exception: ralm_fit may replace
 * init_model_path by its output; for names that it chooses itself see
 * ralm_fit_reserves.
 *
 * Words and formulas are explained in ralm(7), the lines of samples in
 * ralm-samples(5). */
#ifndef RALM_INTERFACE_H
#define RALM_INTERFACE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 0.2.0 as 10000 * 0 + 100 * 2 + 0. */
#define RALM_VERSION_NUMBER 200

#if defined __GNUC__
#define RALM_MUST_CHECK __attribute__((warn_unused_result))
#else
#define RALM_MUST_CHECK
#endif

/* ---- errors -------------------------------------------------------------- */

enum ralm_error_code {
	RALM_OK = 0,
	RALM_ERROR_DATA,    /* an input line or file is not what it must be */
	RALM_ERROR_SYSTEM,  /* a system call failed: I/O, memory */
	RALM_ERROR_NUMERIC, /* NaN or infinity where a number was due */
	RALM_ERROR_CONFIG,  /* options or settings; the programs exit with 2 */
};

struct ralm_error {
	enum ralm_error_code code;
	uint64_t line;   /* from 1; 0: the error has no line */
	uint32_t column; /* from 1; 0: the error has no column */
	char file[256];  /* "": the error has no file; a longer name is cut */
	char message[512];
};

/* Writes "FILE:LINE:COLUMN: MESSAGE", without the parts that are not known, into
 * text, cut to size bytes with its NUL; sizeof *err is always enough. Control
 * characters and invalid UTF-8 become '?', so that the text can be shown. */
void ralm_error_format(char *text, size_t size, const struct ralm_error *err);

/* ---- samples: from a click log ------------------------------------------- */

/* How to read a click log; the options of ralm-build-data(1). */
struct ralm_click_format {
	/* Roles (user, item, time, rating, event, _) in the order of the
	 * columns, or ROLE=NAME pairs that name fields of the header. Columns
	 * after the last one named are ignored. NULL: names of the header that
	 * are known, or user,item without a header. */
	const char *columns;
	const char *delimiter; /* NULL: a tab */
	/* Lines with a lower rating are no clicks. NULL: ratings do not count. */
	const char *min_rating;
	/* Lines with another event than these words are no clicks. NULL: every
	 * line is one. */
	const char *events;
	/* Lines whose user or item is one of these words are no clicks. */
	const char *missing;
	const char *time_format; /* strptime's; NULL: numbers or ISO 8601 */
	bool header;    /* the first line of each file names the columns */
	bool no_header; /* it does not, whatever it looks like */
	bool multiline; /* quoted fields may hold newlines */
	bool skip_bad;  /* leave bad lines out and count them */
};

/* An invented click log: each user has one to three tastes, each item appeals to
 * one or two, and users click items of their tastes. */
struct ralm_planted_options {
	uint64_t users, items, tastes;
	uint64_t clicks_per_user; /* on average; a user has half to 1.5 times that */
	double noise; /* share of clicks on any item, whatever the tastes */
	uint64_t fields; /* for each user in users_file, which tell of tastes */
};

/* A table of users, one a line; the columns go to users_file. */
struct ralm_user_table_options {
	const char *path; /* NULL: no table */
	/* user, _ and names of fields in the order of the columns; or, where the
	 * first line is a header, FIELD=NAME pairs that name columns of it. */
	const char *columns;
	const char *numbers;   /* the fields that are numbers; NULL: none */
	const char *delimiter; /* NULL: a comma */
};

/* How a seed list that several lines share is written. */
enum ralm_lists {
	RALM_LISTS_USUAL, /* _ONCE in training samples, _EACH in held-out ones */
	RALM_LISTS_ONCE,  /* in full once, then as "seeds:same" */
	RALM_LISTS_EACH,  /* in full on every line: lines can be reordered */
};

enum ralm_seed_order { RALM_SEEDS_RANDOM, RALM_SEEDS_RECENT };

enum ralm_negative_sampling {
	RALM_NEGATIVES_ACTIVITY, /* p(u) ~ training clicks + 1 */
	RALM_NEGATIVES_UNIFORM,
	RALM_NEGATIVES_RANK, /* p(k) ~ log((k+2)/(k+1)), k ranks activity */
};

/* What is held out of training. */
enum ralm_split_by {
	RALM_SPLIT_ITEM,   /* whole items */
	RALM_SPLIT_TIME,   /* the last part of the log */
	RALM_SPLIT_USER,   /* users, as targets: half of their clicks is tested, the
			    * rest are seeds, or with a users_file told there */
	RALM_SPLIT_SAMPLE, /* single clicks */
};

enum ralm_build_phase {
	RALM_BUILD_READS,  /* the click log */
	RALM_BUILD_WRITES, /* training samples */
	RALM_BUILD_SPLITS, /* samples that exist (ralm_split_samples) */
};

struct ralm_build_progress {
	enum ralm_build_phase phase;
	double done;    /* share of the phase; NaN: not known; 1: at its end */
	uint64_t lines; /* read, or written */
	uint64_t bytes;
};

/* Numbers that count in a call have ranges: noise, ratios and cold_seeds from 0 to 1, but
 * test_ratio above 0; seeds_num and min_seeds from 1 to 2^20, negatives and
 * test_negatives from 0 to 2^20; passes from 0 to 2^31 - 1; plant.fields from 0 to 1000;
 * and the other counts but seeds_latest from 1 to 2^31 - 1. */
struct ralm_build_options {
	/* The click log: files, or a planted one. */
	bool planted;
	const char *const *paths;
	size_t path_count;
	struct ralm_click_format format;
	struct ralm_planted_options plant;
	/* The samples. */
	uint64_t seeds_num; /* users in a seed list, at most */
	uint64_t min_seeds; /* users to choose them from, at least */
	enum ralm_seed_order seed_order;
	bool repeat_seeds;  /* fill short lists by drawing with repetition */
	uint64_t refresh;   /* training clicks that share a list */
	uint64_t negatives;      /* for each training click */
	uint64_t test_negatives; /* for each click held out */
	enum ralm_negative_sampling negative_sampling;
	uint64_t passes; /* over the training clicks; 0: write only the files below */
	enum ralm_lists lists;
	/* The test. */
	const char *test; /* file; NULL: everything trains */
	/* File of a validation set: other items (users, clicks), held out as those
	 * of the test are. Needs a test, and leaves it what it holds out. NULL:
	 * none. */
	const char *valid;
	enum ralm_split_by split_by;
	/* valid_ratio 0: as much as test_ratio. With valid at most 1 together. */
	double test_ratio, valid_ratio;
	uint64_t test_per_item;  /* clicks of one item tested, at most */
	uint64_t test_min_users; /* users of an item that is tested, at least */
	/* Share of the test's seeds who are held-out users as well; needs
	 * RALM_SPLIT_USER and a users_file. */
	double cold_seeds;
	/* File of what is known of users (ralm-users(5)); NULL: none. */
	const char *users_file;
	struct ralm_user_table_options user_table;
	/* File of a seed list for each item, as ralm-score --seeds reads it: the
	 * users who clicked it in training, latest first. NULL: none. */
	const char *seeds_file;
	uint64_t seeds_latest; /* of them at most so many, which needs times; 0: all */
	uint64_t rng_seed;
	/* While the log is read and while training samples are written, which come
	 * in random order: what was written tells how much is left. */
	void (*progress)(void *context, const struct ralm_build_progress *progress);
	void *context;
};

/* The defaults, which are not zero. */
void ralm_build_options_init(struct ralm_build_options *options);

/* Of one set of samples: training, test or validation. */
struct ralm_build_counts {
	uint64_t lists;     /* seed lists drawn */
	uint64_t seeds, cold_seeds; /* in them; those in no training sample */
	uint64_t positives; /* samples with label 1 */
	uint64_t negatives; /* samples with label 0 */
	uint64_t no_seeds;  /* clicks left out: too few users for a list */
	uint64_t no_negative; /* negatives left out: nobody was found */
};

enum { RALM_BUILD_NOTES = 3, RALM_TIME_TEXT = 40 };

struct ralm_build_report {
	uint64_t users, items, clicks; /* each user counts once for an item */
	uint64_t lines; /* of the log, without blank ones and headers */
	/* Of these, the lines that are no clicks, by reason; bad_lines are also rows
	 * of a table of users. */
	uint64_t below_min_rating, other_events, missing_ids, bad_lines;
	bool empty; /* the log had not one line */
	uint64_t repeats; /* clicks of a user on the same item again */
	struct ralm_error first_bad; /* where bad_lines > 0 */
	/* Remarks for the user; they are no failures. */
	struct ralm_error notes[RALM_BUILD_NOTES];
	int note_count;
	/* "2016-03-28T19:39:48Z"; "" where the log has no times. */
	char first_time[RALM_TIME_TEXT], last_time[RALM_TIME_TEXT];
	uint64_t items_training, items_held_out, items_left_out;
	uint64_t users_held_out, clicks_held_out;
	uint64_t items_validation, users_validation, clicks_validation;
	/* In users_file: users of the log, values of all users; rows of a table, and
	 * those of bad_lines that are rows of it. */
	uint64_t users_told, values_told, user_rows, bad_rows;
	uint64_t lists_written, seeds_written; /* in seeds_file */
	struct ralm_build_counts train, test, validation;
	/* AUC of the held-out samples scored by the target's number of training
	 * clicks: near 0.5 unless popularity tells positives from negatives. NaN
	 * where there is no such AUC. */
	double test_activity_auc, validation_activity_auc;
};

/* Reads or invents a click log, holds a part of it out, and writes users_file,
 * seeds_file, the held-out samples (test, valid), and then, if passes > 0, the
 * training samples to fd. RALM_ERROR_CONFIG: options contradict each other or the
 * log, or a number is out of its range. After a failure a file is there only if it was
 * complete. */
int ralm_build(struct ralm_build_report *report,
	       const struct ralm_build_options *options, int fd,
	       const char *name, struct ralm_error *err) RALM_MUST_CHECK;

/* How statistics are written. */
enum ralm_stats_form {
	RALM_STATS_TEXT, /* lines of NAME<TAB>VALUE */
	RALM_STATS_JSON, /* one object on one line; names_like_this */
};

/* Writes the report of ralm_build as text to fd. */
int ralm_build_write_stats(int fd, const char *name,
			   const struct ralm_build_report *report,
			   const struct ralm_build_options *options,
			   enum ralm_stats_form form, struct ralm_error *err)
	RALM_MUST_CHECK;

/* By what samples are kept together when they are split. */
enum ralm_sample_split {
	RALM_SAMPLES_BY_FIRST, /* item where the first line has one, else sample */
	RALM_SAMPLES_BY_ITEM,
	RALM_SAMPLES_BY_USER, /* the target */
	RALM_SAMPLES_BY_SAMPLE,
};

struct ralm_sample_split_options {
	const char *const *paths;
	size_t path_count;
	enum ralm_sample_split by;
	double test_ratio; /* in (0, 1] */
	double valid_ratio; /* 0: as much; with valid at most 1 together */
	uint64_t rng_seed;
	bool skip_bad;    /* leave bad lines out and count them */
	bool spell;       /* write seeds in place of "seeds:same" on every line */
	const char *test;  /* file; required */
	const char *valid; /* file of a validation set; NULL: none */
	void (*progress)(void *context, const struct ralm_build_progress *progress);
	void *context;
};

struct ralm_sample_split_report {
	uint64_t train, test, validation; /* lines */
	uint64_t bad_lines;
	struct ralm_error first_bad; /* where bad_lines > 0 */
};

/* Checks each line of samples and copies it to the test file, the validation file,
 * or fd (training), in one reading and constant memory. All lines of an item (or
 * target) go to one side, which depends on its id, rng_seed and the ratios alone. */
int ralm_split_samples(struct ralm_sample_split_report *report,
		       const struct ralm_sample_split_options *options, int fd,
		       const char *name, struct ralm_error *err)
	RALM_MUST_CHECK;

/* As ralm_build_write_stats, of ralm_split_samples. */
int ralm_split_write_stats(int fd, const char *name,
			   const struct ralm_sample_split_report *report,
			   const struct ralm_sample_split_options *options,
			   enum ralm_stats_form form, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Writes the 100 samples that PaddleRec's look-alike build_dataset.py makes, byte
 * for byte, to fd. */
int ralm_write_paddlerec(int fd, const char *name, struct ralm_error *err)
	RALM_MUST_CHECK;

/* ---- settings of training ------------------------------------------------ */

/* A value for every setting of ralm-config(5). */
struct ralm_config;

/* The built-in defaults. */
struct ralm_config *ralm_config_new(struct ralm_error *err) RALM_MUST_CHECK;
void ralm_config_free(struct ralm_config *config);

/* Reads a YAML file (ralm-config(5)) over what config holds. Settings that the file
 * lacks keep their value, with two exceptions: a file without a network means
 * PaddleRec's settings (ralm-config(5)), and a learning rate without a decay is
 * constant. ignored is filled, RALM_CONFIG_IGNORED_MAX bytes: the keys of the file that
 * mean nothing here, separated by ", ". RALM_ERROR_CONFIG, with file, line and column:
 * something in the file is wrong. */
enum { RALM_CONFIG_IGNORED_MAX = 1024 };
int ralm_config_read(struct ralm_config *config, char *ignored,
		     const char *path, struct ralm_error *err) RALM_MUST_CHECK;

/* Sets one setting. name: its key in a file ("batch_size", "user_emb_size") or its
 * option ("batch-size", "embedding-size"). text: the value as it would stand there
 * ("1024", "4G", "true"). */
int ralm_config_set(struct ralm_config *config, const char *name,
		    const char *text, struct ralm_error *err) RALM_MUST_CHECK;

/* The value of one setting, by the same names, as text, "" for a path that is not
 * set. value is filled, RALM_CONFIG_VALUE_MAX bytes. */
enum { RALM_CONFIG_VALUE_MAX = 1024 };
int ralm_config_get(char *value, const struct ralm_config *config,
		    const char *name, struct ralm_error *err) RALM_MUST_CHECK;

/* All settings as a file, which reads back as the same. model: only those that a
 * model records since they matter for what is learned, so no paths or threads. text is
 * filled, RALM_CONFIG_TEXT_MAX bytes with its NUL; returns the length. Bytes of a
 * path that are not UTF-8 cannot be YAML and become U+FFFD. */
enum { RALM_CONFIG_TEXT_MAX = 32 << 10 };
size_t ralm_config_text(char *text, const struct ralm_config *config,
			bool model);

/* A setting as an option of a command line: what a program needs to offer it. */
struct ralm_config_option {
	const char *name;     /* "batch-size" */
	char letter;          /* 'b'; 0: none */
	const char *argument; /* "N", "sgd|adam"; NULL: a flag, set by "true" */
	const char *purpose;  /* one line, lower case, no full stop */
	const char *standard; /* the built-in default, or NULL */
};

/* Finds the setting whose option has that name; false: there is none. */
bool ralm_config_option(struct ralm_config_option *option, const char *name);

/* ---- training: samples to a model ---------------------------------------- */

/* Where training stands. */
struct ralm_fit_report {
	bool due;        /* every print_interval batches; else by live_seconds */
	bool epoch_ends; /* after the last batch of an epoch */
	uint64_t epoch, epochs; /* from 1 */
	uint64_t batch;         /* in this epoch, from 1 */
	uint64_t batches;       /* in an epoch; 0: not known yet */
	uint64_t step;          /* over all epochs and earlier runs */
	uint64_t samples;       /* in this epoch so far */
	double loss;            /* mean since the last due report; NaN: none */
	double batch_auc;       /* of the last batch; NaN: all of one label */
	double auc; /* of this run's samples of the epoch so far, by thresholds;
		     * NaN: all of one label */
	double samples_per_second;
	double seconds_left;   /* NaN: not known */
	double validation_auc; /* where epoch_ends; NaN: none asked, or none */
	double learning_rate;  /* of the next step */
	double seconds;        /* since this run began to train */
};

struct ralm_ranks; /* processes of ralm-fit-mpi; not part of this interface */
struct ralm_fit_options {
	const char *output;   /* the model file; NULL: none is written */
	const char *validate; /* a file of samples, read after every epoch; it must
			       * stay as it is. The setting patience needs it */
	bool resume; /* from the newest checkpoint in save_checkpoint_path, which is
		      * needed for it */
	bool skip_bad; /* leave bad lines out and count them */
	/* A page of HTML on how the run went, written after the model, also where
	 * the run is stopped; NULL: none. Of the page: a title, and the command
	 * line to show; or NULL. */
	const char *page, *title, *command;
	/* The callbacks below are called in the thread that called ralm_fit.
	 *
	 * report: every print_interval batches and after the last batch of an
	 * epoch, at most once a step; in between every live_seconds, unless these
	 * are 0. The report of a step may come a second time with validation_auc,
	 * where a checkpoint was saved before that was known. */
	void (*report)(void *context, const struct ralm_fit_report *report);
	double live_seconds;
	/* Something to tell the user: where a run is resumed, or (warning) that a
	 * checkpoint was damaged. */
	void (*notice)(void *context, bool warning, const char *text);
	/* Before the first step, and before there are samples for it; not where nothing
	 * is learned (epochs 0). step: steps that the model has had so far; of a
	 * resumed run, those of the run that it continues. Returning -1 (with err
	 * filled if it is not NULL) ends the run. */
	int (*begins)(void *context, bool resumed, uint64_t step,
		      struct ralm_error *err);
	void *context; /* of all three */
	/* Once *stop is not 0, training ends after the current step: for a signal
	 * handler to set. NULL: nothing stops it. */
	const volatile sig_atomic_t *stop;
	/* NULL, or the processes of which this is rank 0; the others are in
	 * ralm_fit_serve (ralm-fit-mpi(1)). */
	struct ralm_ranks *ranks;
	/* Lines of text that the model keeps and ralm_model_info_new returns: UTF-8,
	 * at most RALM_NOTE_MAX bytes in all. A resumed run without notes keeps
	 * those of its checkpoint; where nothing is learned (epochs 0) they are
	 * appended to those of init_model_path. */
	const char *const *notes;
	size_t note_count;
	/* A file of vectors that users start with, as ralm_export writes it as text;
	 * NULL: none. Not together with init_model_path. A resumed run takes them
	 * from its checkpoint. */
	const char *init_vectors;
};
enum { RALM_NOTE_MAX = 16384 };

/* A device that trains or scores: a GPU, or what OpenCL has in its place. */
enum { RALM_DEVICE_NAME_MAX = 128 };
struct ralm_device {
	char name[RALM_DEVICE_NAME_MAX];
	char platform[RALM_DEVICE_NAME_MAX]; /* of its driver */
	bool gpu;	 /* false: a processor by way of OpenCL */
	uint64_t memory; /* bytes */
	unsigned units;	 /* compute units */
};

/* Describes the device that the setting `device` calls gpu:NUMBER. Returns 1; 0: there
 * is none of that number; -1: there is no driver, or, with RALM_ERROR_CONFIG, the
 * library was built without OpenCL. */
int ralm_device(struct ralm_device *device, size_t number,
		struct ralm_error *err) RALM_MUST_CHECK;

struct ralm_fit_summary {
	uint64_t steps, samples, epochs, users;
	uint64_t skipped;    /* bad lines, with skip_bad */
	struct ralm_error first_bad; /* where skipped > 0 */
	uint64_t seeds_num;  /* seeds of a list that count, at most; 0: all */
	uint64_t cut;        /* lists that have more */
	uint64_t samples_read; /* good ones, from the files */
	/* The same of validate. */
	uint64_t validation_samples, validation_skipped;
	struct ralm_error validation_first_bad;
	/* Loss softmax: those of them that teach nothing: clicks without a label-0
	 * sample of their list after them, and label-0 samples without a click. */
	uint64_t lone_clicks, lone_negatives;
	/* Loss log_loss with negative_weight balance: those with label 0 and no click
	 * of their list beside them, which weigh 1; 0 where there are fewer than two
	 * for each click that is alone as well. */
	uint64_t unbalanced;
	/* There, too, where lines say seeds:same: clicks without a label-0 sample of their
	 * list after them, as in lines that were shuffled; 0 where no line does. */
	uint64_t unbalanced_clicks;
	uint64_t values_left; /* of init_model_path, not in the new model */
	double loss;         /* mean of the last epoch */
	uint64_t best_epoch; /* with validate; 0: none */
	double best_auc;
	uint64_t models_saved; /* to output, by save_every */
	bool stopped;          /* by *stop, before the end */
	/* Users in init_vectors, and how many of them samples had. */
	uint64_t vectors_given, vectors_met;
};

/* Trains with the settings of config on the samples of the files, and writes
 * options->output at the end: the last model or, with validate, that of the best
 * epoch. After a failure or a stop an older file is left as it was.
 *
 * The same samples and settings give the same file, byte for byte, whatever the
 * number of threads (threads 0: one for each processor).
 *
 * init_model_path names a model or checkpoint to start from: its users, vectors,
 * parameters and sizes, and the state of its optimizer if that is of the same kind.
 * options->resume instead continues a run that was stopped, with the same data and
 * settings, and ends in the same file as if it had not been. Only one run at a time
 * may write to a folder of checkpoints; a second fails.
 *
 * With epochs 0 nothing is learned and no sample is read: the result is the model of
 * init_model_path with values from users_path. options->validate, options->page and
 * save_checkpoint_path are for a run that learns (RALM_ERROR_CONFIG). The setting
 * data_path is not read here (see ralm_file_list_init). */
int ralm_fit(struct ralm_fit_summary *summary, const struct ralm_config *config,
	     const char *const *paths, size_t path_count,
	     const struct ralm_fit_options *options, struct ralm_error *err)
	RALM_MUST_CHECK;

/* The work of the other ranks, until rank 0 ends. Returns rank 0's exit status, or
 * -1. */
int ralm_fit_serve(struct ralm_ranks *ranks, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Whether ralm_fit would take the settings, as far as that can be told without
 * data: 0, or -1 with RALM_ERROR_CONFIG. */
int ralm_fit_check(const struct ralm_config *config, struct ralm_error *err)
	RALM_MUST_CHECK;

/* The files that data_path stands for: path itself or, if it is a folder, the files in
 * it, sorted by name, without hidden ones. A folder without files is an error. On
 * failure the list is empty. */
struct ralm_file_list {
	char **paths;
	size_t count, capacity;
};
int ralm_file_list_init(struct ralm_file_list *list, const char *path,
			struct ralm_error *err) RALM_MUST_CHECK;
void ralm_file_list_release(struct ralm_file_list *list);

/* Whether path, which need not exist, has a name that training with these settings gives
 * its own files in the folders of checkpoints and inference models: no other file should
 * be put there, or be read while training goes on. */
bool ralm_fit_reserves(const struct ralm_config *config, const char *path);

/* ---- a model file -------------------------------------------------------- */

/* Flag for opening a model: check every byte first. Files of up to 16 MiB are
 * always checked. A damaged or hostile file does no harm without it, either. */
enum { RALM_MODEL_VERIFY = 1 };

/* What a file says of itself. Texts can be shown as they are; "": the file does
 * not say. */
struct ralm_model_info {
	const char *format, *format_version, *network, *loss, *digest;
	uint64_t users;            /* that have a vector */
	uint64_t embedding_size;   /* D, numbers in a user's vector */
	uint64_t transformed_size; /* H */
	uint64_t seeds_num;        /* seeds of a list that count; 0: all */
	uint64_t steps;            /* of the optimizer */
	uint64_t rng_seed;
	double score_scale, score_bias; /* score = sigmoid(scale cosine + bias) */
	const char *settings; /* that it was trained with, YAML */
	uint64_t values; /* that have a vector (ralm-users(5)); 0: none, and the
			  * next four texts are empty */
	/* From how many users these vectors were found, and with which penalty; the
	 * share of the variance of held-out users' vectors that values explain,
	 * and the same by field: "NAME VALUES SHARE NAME VALUES SHARE ...". */
	const char *value_users, *value_penalty, *value_explained, *value_fields;
	const char *note; /* lines that its maker gave it, separated by newlines */
	const char *json; /* all of this as one JSON object and a newline */
};

/* Reads it. flags: 0 or RALM_MODEL_VERIFY. */
struct ralm_model_info *ralm_model_info_new(const char *path, int flags,
					    struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_model_info_free(struct ralm_model_info *info);

/* ---- scores: how much is the target like the seeds? ---------------------- */

/* A model file opened for scoring, which any number of threads share; each has a
 * worker of its own. Work is done once and its result kept, within a budget of
 * bytes: users' vectors from their first use on, seed lists in a cache.
 *
 * A score is a function of the model, the seeds in their order, and the target: it
 * has the same bits whatever was scored before, in whatever batch, by whatever
 * thread, and however large the budget. */
struct ralm_scorer;
struct ralm_scoring_worker;

/* Maps a model file and checks it; computes nothing yet. cache: bytes that may be
 * kept; 0: nothing is. flags: 0 or RALM_MODEL_VERIFY. The file may be replaced
 * meanwhile, but not written into. */
struct ralm_scorer *ralm_scorer_open(const char *path, uint64_t cache,
				     int flags, struct ralm_error *err)
	RALM_MUST_CHECK;
/* Its workers are to be freed before it. */
void ralm_scorer_free(struct ralm_scorer *scorer);

/* Where the network's cost grows with the square of a list's length (not in average
 * and kdd19), a list with more than `above` known seeds is scored by `clusters`
 * centroids in their place; above 0: no list is. A centroid counts as often as there
 * are seeds nearest to it. They are found by k-means, begun from the model's rng_seed.
 * The two numbers here hold unless this is called; call it before there is a
 * worker. */
enum { RALM_CLUSTERS = 256, RALM_CLUSTERS_ABOVE = 2048 };
void ralm_scorer_cluster(struct ralm_scorer *scorer, uint64_t clusters,
			 uint64_t above);

/* What devices are wanted for. */
enum ralm_device_use {
	RALM_DEVICE_SAMPLES,   /* ralm_score, ralm_score_files */
	RALM_DEVICE_AUDIENCES, /* ralm_expand */
};

/* Has devices (GPUs; `which` is as the setting `device`: cpu, gpu, gpu:0,1) do what
 * grows with the length of a list, where that pays: compare the candidates of
 * ralm_expand with its lists, and find the global attention of lists of 1024 known
 * seeds, or centroids, and more (networks attention and paddlerec). The rest is the
 * processor's. Scores differ from those without in their last digits; they are the
 * same bits in every run and with any number of equal devices. Call it before there
 * is a worker; a second call closes the devices of the first, and after "cpu" there
 * are none. While one ralm_expand uses a scorer that has devices, no other may, nor
 * may ralm_score and ralm_score_files.
 *
 * RALM_ERROR_CONFIG: a build without OpenCL, no name of a device, or a network that
 * leaves a device nothing to do of `use`: average in any case, kdd19 with samples;
 * RALM_ERROR_SYSTEM: a device is not there or does not work. After a failure the
 * devices stay as they were. */
int ralm_scorer_device(struct ralm_scorer *scorer, const char *which,
		       enum ralm_device_use use,
		       struct ralm_error *err) RALM_MUST_CHECK;
/* The i-th of these devices; NULL: there are fewer. */
const struct ralm_device *ralm_scorer_device_at(const struct ralm_scorer *scorer,
						size_t i);

/* Which vector a user has whom both the model and a file of users know. */
enum ralm_users_known {
	RALM_USERS_MODEL, /* the model's; the file is for other users */
	RALM_USERS_FILE,  /* the file's */
	RALM_USERS_BOTH,  /* the mean of the two */
};

/* Adds users from a file of what is known of them (ralm-users(5)): their vectors are
 * made from the model's values (ralm_fit, users_path). Call it before there is a
 * worker. RALM_ERROR_DATA: the model has no values, or the file tells none of them of
 * anybody. */
int ralm_scorer_users(struct ralm_scorer *scorer, const char *path,
		      enum ralm_users_known known,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Reads that file again if it was replaced or written to, or in any case with
 * `force`; of a file that only grew, just the added lines. Returns 1: scores from now
 * on use what is new; 0: nothing is new, or it is a pipe, which is read once, or (without
 * `force`) there is no file, as while it is replaced; -1: it could not be read, and what
 * was known stays. Other threads may score meanwhile: this waits for calls that are
 * under way, each of which sees one version of the file. One thread at a time may call
 * it. */
int ralm_scorer_users_again(struct ralm_scorer *scorer, bool force,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* The key of a user id (length bytes, no white space) in this model. Every id has a
 * key; whether the model knows the user, a score tells. */
uint64_t ralm_scorer_key(const struct ralm_scorer *scorer, const char *id,
			 size_t length);

/* What one thread scores with. */
struct ralm_scoring_worker *ralm_scoring_worker_new(struct ralm_scorer *scorer,
						    struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_scoring_worker_free(struct ralm_scoring_worker *worker);

/* A sample. All seeds of the list count. For the scores of ralm-score(1), pass only
 * the first seeds_num of them, unless the model's seeds_num is 0. */
struct ralm_score_request {
	const uint64_t *seed_keys; /* (seed_count), in order */
	size_t seed_count;
	/* The list is that of the request before, in this call or in the worker's
	 * last one; seed_keys and seed_count are ignored. */
	bool same_seeds;
	uint64_t target_key;
};

struct ralm_score_result {
	float score;  /* sigmoid(scale cosine + bias), a probability */
	float cosine; /* in [-1, 1]; 0 where there is nothing to compare */
	size_t seeds;         /* of the list */
	size_t unknown_seeds; /* of these; the list is scored without them */
	bool no_seeds; /* the list is empty, or none of it is known */
	bool unknown_target;
	size_t centroids; /* in place of the seeds (ralm_scorer_cluster); 0: none */
	double centroids_lost; /* share of the seeds' variance that these lose */
	/* Known by the file of ralm_scorer_users: the target, so many seeds. */
	bool new_target;
	size_t new_seeds;
};

/* Scores requests (count) into results (count). Many in one call are faster than one
 * by one. Fails when memory runs out or the model holds a number that is not finite
 * (large files are not searched for such numbers when they are opened). After a
 * failure some results may be filled, and the next request must not say same_seeds.
 * A list continued by same_seeds keeps its users as they were when it was given,
 * whatever ralm_scorer_users_again has read since. */
int ralm_score(struct ralm_score_result *results,
	       struct ralm_scoring_worker *worker,
	       const struct ralm_score_request *requests, size_t count,
	       struct ralm_error *err) RALM_MUST_CHECK;

/* ---- scores of lines of text --------------------------------------------- */

/* What a sample gets whose target or whole list the model does not know. */
enum ralm_unknown {
	RALM_UNKNOWN_ALLOW, /* the score of cosine 0, by the bias alone */
	RALM_UNKNOWN_BLANK, /* an empty score */
	RALM_UNKNOWN_ERROR, /* it is a bad line, as is one with any unknown seed */
};

/* A seeds_num: every seed of a list counts. */
#define RALM_ALL_SEEDS UINT64_MAX

struct ralm_score_options {
	unsigned threads; /* 0: one for each processor */
	bool raw;         /* cosines in place of scores */
	bool unbuffered;  /* one thread answers each line before it waits for the
			   * next */
	bool with_target; /* the target's id as the last column */
	bool skip_bad;    /* leave bad lines out and count them */
	enum ralm_unknown unknown;
	/* With unbuffered, the answer to a line that has no score, without a newline
	 * (RALM_ERROR_CONFIG); NULL: an empty line. */
	const char *bad_answer;
	/* The first seeds of a list that count; 0: as many as the model was
	 * trained with. */
	uint64_t seeds_num;
	/* A file of lists that samples may name by their item; NULL: none. It is
	 * read again when it was replaced, or once *refresh is set, as by a signal
	 * handler; refresh may be NULL. */
	const char *lists;
	volatile sig_atomic_t *refresh;
	/* In any thread: the lists could not be read again, and the old ones
	 * stay. */
	void (*lists_failed)(void *context, const struct ralm_error *err);
	/* The same of the file of ralm_scorer_users, which is read again when the
	 * lists would be. */
	void (*users_failed)(void *context, const struct ralm_error *err);
	/* samples: scored so far; share: of the input. Not with unbuffered. */
	void (*progress)(void *context, uint64_t samples, double share);
	void *context;
	/* How many seeds of each sample, those that weigh most, go to a last column
	 * (ralm-score(1)); 0: no such column. Needs a model that keeps user ids. */
	uint64_t explain;
};

struct ralm_score_counts {
	uint64_t samples;         /* scored */
	uint64_t unknown_targets; /* samples whose target the model lacks */
	uint64_t no_seeds;        /* samples with no seed that it knows, */
	uint64_t seeds_of_none;   /* and how many seeds these have */
	uint64_t fewer_seeds;     /* samples with some seeds that it lacks, */
	uint64_t seeds_of_fewer;  /* how many seeds these have, */
	uint64_t seeds_lost;      /* and how many of those it lacks */
	uint64_t seeds_num;       /* seeds that count, at most; 0: all */
	uint64_t cut_lists;       /* samples whose list is longer */
	uint64_t unknown_lists;   /* samples whose item has no list */
	/* Samples whose target the file of ralm_scorer_users knows, and those with
	 * seeds that it knows. */
	uint64_t new_targets, new_seeds;
	/* Samples in which there is nothing to compare, for one of these reasons;
	 * other samples, with scores below what those get. */
	uint64_t by_bias, below_bias;
	double bias_score; /* what those get, unless blank */
	uint64_t bad_lines;          /* left out */
	struct ralm_error first_bad; /* where bad_lines > 0 */
	/* Samples scored by centroids, the sum of their centroids_lost, and the
	 * seconds, of all threads, that finding centroids took. */
	uint64_t clustered;
	double clusters_lost, cluster_seconds;
};

/* Lines of samples in, lines of scores out to fd, in the same order
 * (ralm-samples(5)). The output is a function of input, model and options. After a
 * failure the scores of the lines before it are written. */
int ralm_score_files(struct ralm_score_counts *counts,
		     struct ralm_scorer *scorer, const char *const *paths,
		     size_t path_count, int fd, const char *name,
		     const struct ralm_score_options *options,
		     struct ralm_error *err) RALM_MUST_CHECK;

/* ---- audiences: which users are most like the seeds? --------------------- */

/* The options of ralm-expand(1). A size is a number of candidates, "10000", or a
 * share of them, "2.5%", rounded up. */
struct ralm_expand_options {
	unsigned threads;      /* 0: one for each processor */
	bool raw;              /* cosines in place of scores */
	bool include_seeds;    /* a seed may be chosen, too */
	bool unknown_error;    /* an id that the model lacks is an error */
	uint64_t seeds_num;    /* as in struct ralm_score_options */
	const char *size;      /* of an audience; NULL: all, down to min_score */
	const char *from;      /* leave out so many of the best; NULL: none */
	const char *min_score; /* the lowest that is written; NULL: any */
	/* The seeds come in one of three ways. One list, from the files that
	 * ralm_expand is given: ids one a line, or, in a table with a header whose
	 * fields delimiter separates, the column of this name. */
	const char *column, *delimiter;
	/* A list of this one user. */
	const char *like;
	/* A file of lists, as in struct ralm_score_options; NULL: none. With `best`
	 * not 0, which needs lists, the other way round: the files that ralm_expand
	 * is given name users, and each user gets the best so many of the lists.
	 * Then size, from, candidates and exclude do not count. */
	const char *lists;
	uint64_t best;
	/* Files of ids: who may be chosen (NULL: every user of the model), and who
	 * may not. */
	const char *candidates;
	const char *const *exclude;
	size_t exclude_count;
	/* Their columns, as for the seeds; NULL: ids one a line. */
	const char *candidates_column, *exclude_column;
	/* A file for each list, with %s for its item; NULL: all go to fd. */
	const char *output;
	/* More files that are read, whose place nothing may take; some may be NULL. */
	const char *const *reads;
	size_t read_count;
	/* With one list. check: find out how good the seeds are. strict: fail with
	 * RALM_ERROR_DATA, before anything is written, if they are not. */
	bool check, strict;
	/* Files that tell more, or NULL; each of them checks the seeds, too.
	 * curve: what audiences of the sizes are worth, "1000,10000,5%" (NULL: from
	 * 0.1% to 50%). seed_scores: how well each seed fits the others. */
	const char *curve, *sizes, *seed_scores;
	/* All of it as a page of HTML; of the page a title, and the command line to
	 * show; or NULL. */
	const char *report, *title, *command;
	bool no_audience; /* write only these files: nobody is chosen */
	/* done: share of the candidates (or users) that have been compared with the
	 * lists; 1 at the end, before anything is written. */
	void (*progress)(void *context, double done);
	void *context;
};

/* Ids of some files. */
struct ralm_expand_ids {
	uint64_t count;
	uint64_t unknown;  /* to the model */
	uint64_t repeated; /* known ones that came before (of seeds: in a list; of
			    * exclude: in a file) */
};

/* What seeds are worth: each fifth of them in turn is held out, and compared with the
 * rest, and so are others, candidates that are no seeds. AUC tells how well the held
 * out are told from the others. */
enum ralm_seeds_verdict {
	RALM_SEEDS_UNCHECKED,
	RALM_SEEDS_GOOD,   /* AUC of at least 0.65 */
	RALM_SEEDS_WEAK,   /* better than chance, and less */
	RALM_SEEDS_CHANCE, /* not told from others: the interval has 0.5 */
	RALM_SEEDS_FEW,    /* fewer than 20 seeds, or nothing is certain */
};

struct ralm_expand_check {
	uint64_t seeds; /* known ones, each once; 0: not one list */
	/* Mean cosine of the vectors of two seeds, and of two others; NaN: there
	 * are no two. */
	double alike, others_alike;
	enum ralm_seeds_verdict verdict; /* unless unchecked, with: */
	uint64_t others;
	double auc, low, high; /* mean of the fifths, its 95 % interval */
	/* Share of the held out that an audience of `size` would contain, with its
	 * 95 % interval; NaN: no size, or from or min_score cut the audience. */
	double found, found_low, found_high;
};

struct ralm_expand_counts {
	struct ralm_expand_ids seeds, candidates, exclude, users;
	uint64_t exclude_empty; /* files of exclude that have no ids */
	uint64_t lists, lists_unknown; /* all; those with no known seed */
	uint64_t seeds_num, lists_cut; /* seeds that count, at most (0: all); lists
					* that have more */
	uint64_t eligible;   /* candidates that are not excluded */
	uint64_t lists_all;  /* lists with fewer candidates than were wanted */
	uint64_t chosen;     /* lines written */
	uint64_t none_above; /* lists with no candidate of min_score */
	uint64_t sizes_above; /* of `sizes`: those above the number of candidates */
	/* Lists compared by centroids, the sum of what these lose, and the seconds
	 * that finding them took. */
	uint64_t clustered;
	double clusters_lost, cluster_seconds;
	struct ralm_expand_check check;
	/* Users whom only the file of ralm_scorer_users knows; they are users like
	 * others. */
	uint64_t new_users;
};

/* Whether ralm_expand would take the options together, as far as that can be told without
 * data: 0, or -1 with RALM_ERROR_CONFIG. */
int ralm_expand_check(const struct ralm_expand_options *options,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Writes the audience of each list, its best candidates other than its seeds: lines
 * USER<TAB>SCORE, with a file of lists USER<TAB>SCORE<TAB>ITEM, best first; equal
 * scores in the order of their ids' bytes. With options->best, the best lists of each
 * user, in the order of the users. The output does not depend on the number of
 * threads. Nothing is written on failure. */
int ralm_expand(struct ralm_expand_counts *counts, struct ralm_scorer *scorer,
		const char *const *paths, size_t path_count, int fd,
		const char *name, const struct ralm_expand_options *options,
		struct ralm_error *err) RALM_MUST_CHECK;

/* ---- users' vectors, for other programs ---------------------------------- */

enum ralm_vector_form {
	RALM_VECTORS_TSV,      /* lines ID<TAB>X<TAB>X ... */
	RALM_VECTORS_WORD2VEC, /* COUNT D, then lines ID X X ... */
	RALM_VECTORS_NPY,      /* a NumPy array; needs a file of ids */
};

struct ralm_export_options {
	const char *output; /* file to write; required */
	enum ralm_vector_form form;
	/* A file for the ids alone, one a line, in the order of the vectors; NULL:
	 * they are in output. */
	const char *ids;
	/* A file of lists: their vectors, each the mean of its seeds' and called by
	 * its item, in place of the users'. NULL: the users'. */
	const char *lists;
	uint64_t seeds_num; /* of a list, as in struct ralm_score_options */
};

struct ralm_export_counts {
	uint64_t vectors;   /* written */
	uint64_t new_users; /* known only by the file of ralm_scorer_users */
	uint64_t lists, lists_unknown; /* all; those with no known seed */
	uint64_t seeds_num, lists_cut; /* seeds that count, at most (0: all); lists
					* that have more */
};

/* Writes the vector of every user whom the scorer knows, in the order of the model,
 * those of the file of ralm_scorer_users last. Numbers in text read back as the same
 * floats. RALM_ERROR_DATA: the model does not keep its users' ids. */
int ralm_export(struct ralm_export_counts *counts, struct ralm_scorer *scorer,
		const struct ralm_export_options *options,
		struct ralm_error *err) RALM_MUST_CHECK;

/* ---- evaluation: how well do scores order labels? ------------------------ */

/* How to read lines of labels and scores; the options of ralm-auc(1). */
struct ralm_score_format {
	/* Roles (label, score, group, weight, _) in the order of the columns,
	 * or ROLE=NAME pairs that name fields of the header. Columns after the
	 * last one named are ignored. NULL: told by the first line. */
	const char *columns;
	/* NULL: tabs, or blanks in a line that has no tab. */
	const char *delimiter;
	bool header;        /* the first line of each file names the columns */
	bool signed_labels; /* labels are -1 and 1, else 0 and 1 */
	bool probabilities; /* a score outside [0, 1] is an error */
	bool skip_blank;    /* leave out lines without a score, else an error */
};

enum ralm_evaluate_phase {
	RALM_EVALUATE_READS,     /* lines */
	RALM_EVALUATE_RESAMPLES, /* measures of the bootstrap */
};

struct ralm_evaluate_options {
	struct ralm_score_format format;
	bool auc_only; /* nothing but AUC, and what is asked for below */
	bool interval; /* DeLong's 95 % interval */
	bool paddle;   /* Paddle's bucketed AUC; scores in [0, 1] only */
	bool curves;   /* deciles in JSON; the files below bring their own */
	const char *at;      /* the K of the top measures, "10,50"; or NULL */
	const char *compare; /* other scores of the same lines; NULL: none */
	unsigned threads;    /* 0: one for each processor */
	/* Files to write, or NULL: tables of the two curves and of the calibration
	 * by decile, and a page of HTML. All are opened before the work. */
	const char *roc, *pr, *calibration, *report;
	/* Of the page: what was evaluated, the command line to show, and the file of
	 * the model whose digest to show; or NULL. */
	const char *title, *command, *model;
	/* 95 % intervals of the measures, and with compare of their differences,
	 * from so many resamples of the groups, or of the lines if there are no
	 * groups; 0: none. Not with auc_only. */
	uint64_t bootstrap, rng_seed;
	/* count: lines read, or resamples measured, so far; share: of all. */
	void (*progress)(void *context, enum ralm_evaluate_phase phase,
			 uint64_t count, double share);
	void *context;
};

struct ralm_evaluate_summary {
	uint64_t lines[2]; /* with label 0, with label 1 */
	uint64_t weightless, blank; /* lines left out: weight 0, no score */
	/* Weights of a label differ more than 1e180-fold: the small ones may vanish. */
	bool weights_vanish;
};

struct ralm_evaluation;

/* Reads the files one after the other, and the file to compare beside them, and
 * measures. Holds 8 bytes a line, 16 with weights, 33 more to compare, and somewhat
 * more for groups; the bootstrap takes more (ralm-auc(1)). The result does not depend
 * on the number of threads. It is an error if there are no lines. summary is
 * filled on success alone, and may be NULL. */
struct ralm_evaluation *
ralm_evaluate(struct ralm_evaluate_summary *summary, const char *const *paths,
	      size_t path_count, const struct ralm_evaluate_options *options,
	      struct ralm_error *err) RALM_MUST_CHECK;
void ralm_evaluation_free(struct ralm_evaluation *evaluation);

/* A measure by its name in ralm-auc(1): "auc", "log_loss", "gauc", "ndcg@10". NaN
 * where it is not defined, was not asked for, or is no measure. */
double ralm_evaluation_measure(const struct ralm_evaluation *evaluation,
			       const char *name);

enum ralm_evaluation_form {
	RALM_EVALUATION_TEXT, /* lines NAME<TAB>VALUE, AUC first */
	RALM_EVALUATION_JSON, /* one object with the same names */
	RALM_EVALUATION_AUC,  /* the number AUC alone; Paddle's if asked for */
};

/* Writes all measures to fd. */
int ralm_evaluation_write(int fd, const char *name,
			  const struct ralm_evaluation *evaluation,
			  enum ralm_evaluation_form form,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* Writes several evaluations (count, at least one, all made with the same options)
 * side by side to fd. Text: a line for each name, with a column for each title. JSON:
 * an array of objects, with the title as "file". AUC: a line each. */
int ralm_evaluations_write(int fd, const char *name,
			   const struct ralm_evaluation *const *evaluations,
			   const char *const *titles, size_t count,
			   enum ralm_evaluation_form form,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* ---- files in writing ---------------------------------------------------- */

/* Removes every unfinished file of the process, whichever thread writes it; a child that
 * was forked leaves those of its parent. May be called in a signal handler, which then
 * ends the program. */
void ralm_remove_unfinished(void);

/* Whether, in this process so far, a folder could not be synced. The files are
 * there, but might not outlive a power cut: a matter for a warning. */
bool ralm_folder_unsynced(void);

#ifdef __cplusplus
}
#endif

#endif
