/* ralm: how much is a user like a set of users?
 *
 * The one header of libralm: what the programs ralm-build-data, ralm-fit,
 * ralm-score, ralm-expand and ralm-auc do, as calls. C99 and C++11.
 *
 *	cc -o program program.c $(pkg-config --cflags --libs ralm)
 *
 * Errors. A call that can fail returns 0 or -1, or a pointer that is then NULL,
 * and fills err, which may be NULL everywhere. What it was to fill is untouched
 * then, unless it says otherwise. Nothing here prints or exits.
 *
 * Ownership. What a call named _new or _open returns is the caller's, who gives
 * it to the _free of its kind; NULL is allowed there. Texts and arrays that are
 * handed in stay the caller's, and are not used after the call.
 *
 * Structs. Options that are all zero ("= {0}", in C++ "= {}") are the defaults,
 * unless there is an _init; structs that are filled are filled whole. Later
 * versions may add fields at the end.
 *
 * Threads. Calls that share no object may run at the same time in different
 * threads. An object is used by one thread at a time, but for a scorer, which
 * all may use. ralm_fit, ralm_score_files, ralm_expand, ralm_evaluate and ralm_build start
 * threads of their own and are back when these have ended. While ralm_fit runs,
 * BLAS (OpenBLAS, BLIS) uses one thread a call in the whole process; then as many
 * as before.
 *
 * Files. A path "-" is standard input, and so is an empty list of paths; a file
 * that is read may be a pipe, and is read once. A file that is written by its
 * path appears whole or not at all; ralm_remove_unfinished is for programs that
 * a signal may kill meanwhile. Descriptors are the caller's, and stay open.
 *
 * Words and formulas are in ralm(7), texts in ralm-samples(5), settings in
 * ralm-config(5). */
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

/* Writes "FILE:LINE:COLUMN: MESSAGE" without the parts that are not known into
 * text, cut to size bytes with its NUL; sizeof *err is always enough. It can be
 * shown as it is: control characters and what is no UTF-8 are '?'. */
void ralm_error_format(char *text, size_t size, const struct ralm_error *err);

/* ---- files that are being written ---------------------------------------- */

/* Removes every unfinished file of the process, in whatever thread it is being
 * written. May be called in a signal handler, which then ends the program. */
void ralm_remove_unfinished(void);

/* Whether a folder could not be synced so far, in this process. The files are
 * there, but might not outlive a power cut: a matter for a warning. */
bool ralm_folder_unsynced(void);

/* ---- settings of training ------------------------------------------------ */

/* Every setting of ralm-config(5) with a value. */
struct ralm_config;

/* The built-in defaults. */
struct ralm_config *ralm_config_new(struct ralm_error *err) RALM_MUST_CHECK;
void ralm_config_free(struct ralm_config *config);

/* Reads a file, YAML as in ralm-config(5), over what config holds: keys that the
 * file lacks keep their value, but that a file without a network means PaddleRec's
 * settings (ralm-config(5)), and one with a rate and no decay has none. ignored, RALM_CONFIG_IGNORED_MAX bytes, gets the
 * keys of the file that mean nothing here, separated by ", "; or "".
 * RALM_ERROR_CONFIG with file, line and column: something in the file is wrong. */
enum { RALM_CONFIG_IGNORED_MAX = 1024 };
int ralm_config_read(struct ralm_config *config, char *ignored,
		     const char *path, struct ralm_error *err) RALM_MUST_CHECK;

/* Sets one setting, by its key in the file ("batch_size", "user_emb_size") or the
 * name of its option ("batch-size", "embedding-size"), from text as it would
 * stand there ("1024", "4G", "true"). */
int ralm_config_set(struct ralm_config *config, const char *name,
		    const char *text, struct ralm_error *err) RALM_MUST_CHECK;

/* The value of one setting, by the same names, as text: "" for a path that is not
 * set. value: filled, RALM_CONFIG_VALUE_MAX bytes. */
enum { RALM_CONFIG_VALUE_MAX = 1024 };
int ralm_config_get(char *value, const struct ralm_config *config,
		    const char *name, struct ralm_error *err) RALM_MUST_CHECK;

/* The effective settings as a file, which reads back as the same; with `model`
 * only those with a say in what is learned: no paths, nothing of the machine.
 * text: filled, RALM_CONFIG_TEXT_MAX bytes with a NUL at the end. Returns the
 * length. Bytes of a path that are not UTF-8 cannot be YAML and become U+FFFD. */
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

/* The setting whose option has that name; false: there is none. */
bool ralm_config_option(struct ralm_config_option *option, const char *name);

/* ---- training: samples in, a model out ----------------------------------- */

/* Where training stands. */
struct ralm_fit_report {
	bool due;        /* of print_interval; else of live_seconds */
	bool epoch_ends; /* behind the last batch of an epoch */
	uint64_t epoch, epochs; /* from 1 */
	uint64_t batch;         /* in this epoch, from 1 */
	uint64_t batches;       /* in an epoch; 0: not known yet */
	uint64_t step;          /* over all epochs and earlier runs */
	uint64_t samples;       /* in this epoch so far */
	double loss;            /* mean since the last due report; NaN: none */
	double batch_auc;       /* of the last batch; NaN: one class only */
	double auc; /* of what this run has seen of the epoch, by thresholds;
		     * or NaN */
	double samples_per_second;
	double seconds_left;   /* NaN: not known */
	double validation_auc; /* where epoch_ends; NaN: none asked, or none */
	double learning_rate;  /* of the next step */
	double seconds;        /* since this run began to train */
};

struct ralm_ranks; /* not a matter of this interface */
struct ralm_fit_options {
	const char *output;   /* the model file; NULL: none is written */
	const char *validate; /* a file of samples, read after every epoch */
	bool resume; /* from the newest checkpoint in save_checkpoint_path */
	bool skip_bad; /* leave bad lines out and count them */
	/* How the run went as a page of HTML, or NULL: written behind the model,
	 * also where it is stopped. title: of what, command: the command line that
	 * is told there; or NULL. */
	const char *page, *title, *command;
	/* Called in the thread that called ralm_fit, each unless NULL. report:
	 * every print_interval batches and behind the last batch of an epoch,
	 * once a step, and again with the validation where a checkpoint could
	 * not wait for it; and in between every live_seconds, if these are not
	 * 0. */
	void (*report)(void *context, const struct ralm_fit_report *report);
	double live_seconds;
	/* Something to say before the end: what is resumed, or (warning) that
	 * a checkpoint was not whole. */
	void (*notice)(void *context, bool warning, const char *text);
	/* Before the first step: the model's steps so far, which are those of a
	 * run that is gone on with where resumed. On -1, with err filled where
	 * it is not NULL, there is no run. */
	int (*begins)(void *context, bool resumed, uint64_t step,
		      struct ralm_error *err);
	void *context; /* of all three */
	/* Not 0: end behind this step, as a signal handler may ask. */
	const volatile sig_atomic_t *stop;
	/* NULL, or this is rank 0 of several processes, the others of which are
	 * in ralm_fit_serve (ralm-fit-mpi(1)). */
	struct ralm_ranks *ranks;
	/* Lines of text that the model keeps and ralm_model_info_new tells: UTF-8,
	 * together at most RALM_NOTE_MAX bytes. A resumed run without any keeps
	 * those of its checkpoint; where nothing is learned they follow those of
	 * the model to begin with. */
	const char *const *notes;
	size_t note_count;
	/* A file of users' vectors, made elsewhere, that they begin with: text as
	 * ralm_export writes it; NULL: none. Not with init_model_path. Of a run
	 * that is resumed the checkpoint has them. */
	const char *init_vectors;
};
enum { RALM_NOTE_MAX = 16384 };

/* A device that trains: a GPU, or what OpenCL has in its place. */
enum { RALM_DEVICE_NAME_MAX = 128 };
struct ralm_device {
	char name[RALM_DEVICE_NAME_MAX];
	char platform[RALM_DEVICE_NAME_MAX]; /* whose driver it is */
	bool gpu;	 /* false: a processor by way of OpenCL */
	uint64_t memory; /* bytes */
	unsigned units;	 /* that compute */
};

/* The device that the setting `device` calls gpu:NUMBER. Returns 1; 0: there are no
 * more; -1: there is no driver, or RALM_ERROR_CONFIG: a build without OpenCL. */
int ralm_device(struct ralm_device *device, size_t number,
		struct ralm_error *err) RALM_MUST_CHECK;

struct ralm_fit_summary {
	uint64_t steps, samples, epochs, users;
	uint64_t skipped;    /* bad lines, with skip_bad */
	uint64_t seeds_num;  /* the most of a list that count; 0: all */
	uint64_t cut;        /* longer lists */
	/* Loss softmax: samples that teach nothing, of all that were read. Clicks
	 * without a label-0 sample of their list behind them, and such samples
	 * without a click. */
	uint64_t samples_read, lone_clicks, lone_negatives;
	uint64_t values_left; /* of the model to begin with, not in the new one */
	double loss;         /* mean of the last epoch */
	uint64_t best_epoch; /* with validate; 0: none */
	double best_auc;
	uint64_t models_saved; /* to output, by save_every */
	bool stopped;          /* by *stop, before the end */
	/* Users with vectors of init_vectors, and how many of them samples had. */
	uint64_t vectors_given, vectors_met;
};

/* Trains with the settings of config on the samples of the files. Writes
 * options->output when it is done; with validate it is the model of the best
 * epoch. On failure, and when stopped, an old file stands.
 *
 * init_model_path names a model or a checkpoint to start from: its users,
 * vectors and parameters and, where it has one of the same kind, its optimizer
 * state; the sizes are its own then. options->resume goes on with the same data
 * and settings where a run stopped, and ends as if it had not. threads of 0 are
 * one for each processor. data_path is not read: see ralm_file_list_init.
 *
 * The same samples and settings give the same file, byte for byte, whatever the
 * number of threads. Settings of epochs 0 learn nothing: the files are not read,
 * and the model is init_model_path's, with the values that users_path tells of.
 * One run at a time writes to a folder of checkpoints;
 * another is an error. On failure summary is filled as far as the run came. */
int ralm_fit(struct ralm_fit_summary *summary, const struct ralm_config *config,
	     const char *const *paths, size_t path_count,
	     const struct ralm_fit_options *options, struct ralm_error *err)
	RALM_MUST_CHECK;

/* What the other ranks do until rank 0 ends: the exit status it has then, or -1. */
int ralm_fit_serve(struct ralm_ranks *ranks, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Whether the settings are ones that ralm_fit takes, as far as that can be told
 * without data: 0, or -1 with RALM_ERROR_CONFIG. */
int ralm_fit_check(const struct ralm_config *config, struct ralm_error *err)
	RALM_MUST_CHECK;

/* The files that data_path stands for: itself, or the files of a folder by
 * name, but for those that begin with a point. A folder without a file is an
 * error. On failure the list is empty. */
struct ralm_file_list {
	char **paths;
	size_t count, capacity;
};
int ralm_file_list_init(struct ralm_file_list *list, const char *path,
			struct ralm_error *err) RALM_MUST_CHECK;
void ralm_file_list_release(struct ralm_file_list *list);

/* Whether path would be taken in that folder for a checkpoint or for what
 * belongs to one: no place for another file. It need not be there. */
bool ralm_checkpoint_reserves(const char *folder, const char *path);

/* ---- a model file -------------------------------------------------------- */

/* Flag of what opens a model: look at every byte of it first, which for files of
 * up to 16 MiB is done anyway. Whatever is in a file, it does no harm. */
enum { RALM_MODEL_VERIFY = 1 };

/* What a file says of itself. Texts can be shown as they are; "": the file does
 * not say. */
struct ralm_model_info {
	const char *format, *format_version, *network, *loss, *digest;
	uint64_t users;            /* that it knows */
	uint64_t embedding_size;   /* D, numbers in a user's vector */
	uint64_t transformed_size; /* H */
	uint64_t seeds_num;        /* most seeds of a list used; 0: all */
	uint64_t steps;            /* of the optimizer */
	uint64_t rng_seed;
	double score_scale, score_bias; /* score = sigmoid(scale cosine + bias) */
	const char *settings; /* those that it was learned with, YAML */
	uint64_t values; /* that have a vector (ralm-users(5)); 0: none, and then
			  * the texts below are empty */
	/* From how many users these were found, and with which penalty; of the
	 * variance of vectors of users held out, the share that values explain;
	 * and the same by field: "NAME VALUES SHARE NAME VALUES SHARE ...". */
	const char *value_users, *value_penalty, *value_explained, *value_fields;
	const char *note; /* of who made it: lines with newlines between */
	const char *json; /* all of this as one JSON object and a newline */
};

struct ralm_model_info *ralm_model_info_new(const char *path, int flags,
					    struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_model_info_free(struct ralm_model_info *info);

/* ---- scoring: who is how much like the seeds? ---------------------------- */

/* A model file opened for scoring. Each piece of work is done once and kept,
 * within a budget of bytes: users' vectors from when they are first seen, seed
 * lists in a cache. A score is a function of the model, the seeds in their order
 * and the target: the same bits whatever was scored before, in whatever batch,
 * by whatever thread, and however large the budget.
 *
 * One scorer serves any number of threads, each with a worker of its own. */
struct ralm_scorer;
struct ralm_scoring_worker;

/* Maps a model file and checks it; nothing is computed yet. cache: bytes that
 * may be kept, 0 keeps none. flags: 0 or RALM_MODEL_VERIFY. A file that is
 * replaced (not: written into) meanwhile does not matter. */
struct ralm_scorer *ralm_scorer_open(const char *path, uint64_t cache,
				     int flags, struct ralm_error *err)
	RALM_MUST_CHECK;
/* After its workers. */
void ralm_scorer_free(struct ralm_scorer *scorer);

/* Lists of more than `above` seeds that the model knows (0: none) are scored by
 * `clusters` centroids in place of the seeds, each of which stands for those that
 * are nearest to it: k-means of their vectors, begun from the model's rng_seed. That
 * is where the network's cost grows with the square of a list; with the others
 * (average, kdd19) lists stay as they are. Unless it is called, with the two numbers
 * here. Before the first worker. */
enum { RALM_CLUSTERS = 256, RALM_CLUSTERS_ABOVE = 2048 };
void ralm_scorer_cluster(struct ralm_scorer *scorer, uint64_t clusters,
			 uint64_t above);

/* Whom to ask of users whom both know, the model and the file. */
enum ralm_users_known {
	RALM_USERS_MODEL, /* the model; the file of others alone */
	RALM_USERS_FILE,
	RALM_USERS_BOTH, /* the mean of the two vectors */
};

/* From now on users of whom the file tells (ralm-users(5)) have vectors, by the
 * values that the model has (ralm_fit, users_path). Before the first worker.
 * RALM_ERROR_DATA: the model has no values, or none of them is told of anybody. */
int ralm_scorer_users(struct ralm_scorer *scorer, const char *path,
		      enum ralm_users_known known,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Reads that file again where it was replaced or written to, or anyway with
 * `force`; of one that only grew, the lines that were added. 1: there is something
 * new, which those know who score from then on; 0; or -1, and what was known
 * stays. By one thread at a time, while others score: it waits for calls that are
 * under way, each of which sees one version of the file. */
int ralm_scorer_users_again(struct ralm_scorer *scorer, bool force,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* The key of a user id (length bytes, no white space) in this model. Every id
 * has one; whether the model knows the user, the score tells. */
uint64_t ralm_scorer_key(const struct ralm_scorer *scorer, const char *id,
			 size_t length);

struct ralm_scoring_worker *ralm_scoring_worker_new(struct ralm_scorer *scorer,
						struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_scoring_worker_free(struct ralm_scoring_worker *worker);

/* A sample. The list is used as it is: who scores as ralm-score(1) does passes
 * no more than the first seeds_num of its seeds, unless the model's seeds_num
 * is 0. */
struct ralm_score_request {
	const uint64_t *seed_keys; /* (seed_count), in order */
	size_t seed_count;
	/* The list is that of the request before, in this call or the last one
	 * of this worker; seed_keys and seed_count are not looked at. */
	bool same_seeds;
	uint64_t target_key;
};

struct ralm_score_result {
	float score;  /* sigmoid(scale cosine + bias), a probability */
	float cosine; /* in [-1, 1]; 0 where there is nothing to compare */
	size_t seeds;         /* of the list */
	size_t unknown_seeds; /* of these; they are left out of it */
	bool no_seeds; /* none of the list is known, or it is empty */
	bool unknown_target;
	size_t centroids; /* that stand for the seeds; 0: they themselves */
	/* What share of the seeds' variance around their mean these lose. */
	double centroids_lost;
	/* Known by the file of ralm_scorer_users: the target, so many seeds. */
	bool new_target;
	size_t new_seeds;
};

/* Scores count requests into results (count). Many in one call are faster than
 * one by one. Fails when memory runs out or the model holds a number that is not
 * finite (large files are not searched for them when they are opened). After a
 * failure some results may be filled, and the next request must not say
 * same_seeds. A list that same_seeds goes on with has users as they were when it
 * was given, whatever ralm_scorer_users_again has read since. */
int ralm_score(struct ralm_score_result *results,
	       struct ralm_scoring_worker *worker,
	       const struct ralm_score_request *requests, size_t count,
	       struct ralm_error *err) RALM_MUST_CHECK;

/* ---- vectors for other programs ------------------------------------------- */

enum ralm_vector_form {
	RALM_VECTORS_TSV,      /* lines of ID<TAB>X<TAB>X ... */
	RALM_VECTORS_WORD2VEC, /* COUNT D, then lines of ID X X ... */
	RALM_VECTORS_NPY,      /* an array of NumPy; ids has the ids */
};

struct ralm_export_options {
	const char *output; /* file to write */
	enum ralm_vector_form form;
	/* A file for the ids, one a line, in the order of the vectors, which then
	 * have none; NULL: they have. */
	const char *ids;
	/* A file of lists: each list's vector, by its item, in place of the users'.
	 * It is the mean of the vectors of its seeds. NULL: users. */
	const char *lists;
	uint64_t seeds_num; /* of a list, as in struct ralm_score_options */
};

struct ralm_export_counts {
	uint64_t vectors;   /* written */
	uint64_t new_users; /* known by the file of ralm_scorer_users alone */
	uint64_t lists, lists_unknown; /* all; those no seed of which is known */
	uint64_t seeds_num, lists_cut; /* the most that count, 0: all; longer */
};

/* Writes the vector of every user whom the scorer knows, in the order of the
 * model, those of the file of ralm_scorer_users last. Numbers in text give the
 * same floats again. RALM_ERROR_DATA: the model does not know what its users are
 * called. On failure counts are filled as far as it came. */
int ralm_export(struct ralm_export_counts *counts, struct ralm_scorer *scorer,
		const struct ralm_export_options *options,
		struct ralm_error *err) RALM_MUST_CHECK;

/* ---- scoring lines of text ----------------------------------------------- */

enum ralm_unknown {
	RALM_UNKNOWN_ALLOW, /* scored by the bias alone */
	RALM_UNKNOWN_BLANK, /* an empty score */
	RALM_UNKNOWN_ERROR, /* a user or list that is unknown is a bad line */
};

#define RALM_ALL_SEEDS UINT64_MAX

struct ralm_score_options {
	unsigned threads; /* 0: one for each processor */
	bool raw;         /* cosines in place of scores */
	bool unbuffered;  /* answer each line before waiting for the next; by
			   * one thread */
	bool with_target; /* the target's id is the last column */
	bool skip_bad;    /* leave bad lines out and count them */
	/* What to do where nothing can be compared. */
	enum ralm_unknown unknown;
	/* What answers a line that has no score line, when unbuffered; NULL: an
	 * empty line. */
	const char *bad_answer;
	/* The first seeds of a list that count; 0: as many as the model was
	 * trained with. */
	uint64_t seeds_num;
	/* A file of lists that samples may name by their item; NULL: none. It
	 * is read again when it was replaced, or when *refresh (may be NULL) is
	 * set, as by a signal handler. */
	const char *lists;
	volatile sig_atomic_t *refresh;
	/* Told, in any thread, that the lists could not be read again: the old
	 * ones stay. May be NULL. */
	void (*lists_failed)(void *context, const struct ralm_error *err);
	/* The same of the file of ralm_scorer_users, which is looked at as the
	 * lists are. */
	void (*users_failed)(void *context, const struct ralm_error *err);
	/* Told again and again how far it has come, unless unbuffered: samples so
	 * far, and what part of the input has gone into them, up to 1 (NaN: not
	 * known, of a pipe). In any thread, one at a time; NULL: nobody is told. */
	void (*progress)(void *context, uint64_t samples, double share);
	void *context;
	/* So many seeds of each sample, those that weigh most, are told in a last
	 * column, as ralm-score(1) has it; 0: none. The model then has to know
	 * what its users are called. */
	uint64_t explain;
};

struct ralm_score_counts {
	uint64_t samples;         /* scored */
	uint64_t unknown_targets; /* samples whose target the model lacks */
	uint64_t no_seeds;        /* whose list has no user that it knows */
	uint64_t seeds_of_none;   /* all seeds of those samples */
	uint64_t fewer_seeds;     /* whose list lost some users */
	uint64_t seeds_of_fewer;  /* all seeds of those samples */
	uint64_t seeds_lost;      /* those that the model lacks */
	uint64_t seeds_num;       /* the most that count; 0: all */
	uint64_t cut_lists;       /* samples whose list is longer */
	uint64_t unknown_lists;   /* whose item has no list */
	/* Samples whose target the file of ralm_scorer_users knows, and whose
	 * list has seeds that it knows. */
	uint64_t new_targets, new_seeds;
	/* Samples of which nothing can be compared, for one of these reasons;
	 * others whose score is below what is printed for those. */
	uint64_t by_bias, below_bias;
	double bias_score; /* what is printed for them, unless blank */
	uint64_t bad_lines;          /* left out */
	struct ralm_error first_bad; /* where bad_lines > 0 */
	/* Samples whose list was compared by its centroids, the sum of what
	 * these lost, and the seconds that finding them took, of all threads. */
	uint64_t clustered;
	double clusters_lost, cluster_seconds;
};

/* Lines of samples in, lines of scores out, in their order (ralm-samples(5)), to
 * the descriptor fd, which messages call `name`. The output is a function of
 * input, model and options. On failure counts are set all the same, and what
 * stands before the bad line is written. */
int ralm_score_files(struct ralm_score_counts *counts,
		     struct ralm_scorer *scorer, const char *const *paths,
		     size_t path_count, int fd, const char *name,
		     const struct ralm_score_options *options,
		     struct ralm_error *err) RALM_MUST_CHECK;

/* ---- audiences: who of all is most like the seeds? ------------------------ */

/* The options of ralm-expand(1). A size is a number of candidates, "10000", or a
 * share of them, "2.5%", rounded up. */
struct ralm_expand_options {
	unsigned threads;      /* 0: one for each processor */
	bool raw;              /* cosines in place of scores */
	bool include_seeds;    /* a seed may be chosen, too */
	bool unknown_error;    /* an id that the model lacks is an error */
	uint64_t seeds_num;    /* as in struct ralm_score_options */
	const char *size;      /* of an audience; NULL: all, down to min_score */
	const char *from;      /* the best ones that are passed over; NULL: 0 */
	const char *min_score; /* of what is written; NULL: any */
	/* One list: its ids one a line, in the files that ralm_expand is given,
	 * or their column of this name in a table with a header, between whose
	 * fields delimiter stands. */
	const char *column, *delimiter;
	/* Or one user: a list of one. */
	const char *like;
	/* Or a file of lists, as struct ralm_score_options has it; NULL: none.
	 * With best, the other way round: the files that ralm_expand is given
	 * have users, as they would have seeds, and each of them gets so many of
	 * the lists, the best ones; size and from, candidates and exclude do not
	 * count then. */
	const char *lists;
	uint64_t best;
	/* Files of ids: who may be chosen (NULL: every user of the model), and
	 * who of them not. */
	const char *candidates;
	const char *const *exclude;
	size_t exclude_count;
	/* Or their columns of these names, as of the seeds. */
	const char *candidates_column, *exclude_column;
	/* A file a list, with %s for its item; NULL: all into the descriptor. */
	const char *output;
	/* Of one list: find out whether its seeds are any good; and fail with
	 * RALM_ERROR_DATA before anything is written where they are not. */
	bool check, strict;
	/* And files that tell more of it, or NULL; these check the seeds, too.
	 * curve: for sizes "1000,10000,5%" (NULL: from 0.1% to 50%) what an
	 * audience is worth; seed_scores: how well each seed fits the others. */
	const char *curve, *sizes, *seed_scores;
	/* All of it as a page of HTML; title: of whom, or NULL; command: the
	 * command line that is told there, or NULL. */
	const char *report, *title, *command;
	bool no_audience; /* these alone: nobody is chosen */
	/* Told again and again, while candidates (or users) are compared with
	 * the lists, what part of that is done, up to 1: in any thread, one at a
	 * time. NULL: nobody is told. */
	void (*progress)(void *context, double done);
	void *context;
};

/* Ids of some files. */
struct ralm_expand_ids {
	uint64_t count;
	uint64_t unknown;  /* to the model */
	uint64_t repeated; /* known ones that came before (of seeds: in a list) */
};

/* What seeds are worth. A fifth of them is held out and compared with the rest,
 * as others are, candidates that are no seeds; and so each fifth. */
enum ralm_seeds_verdict {
	RALM_SEEDS_UNCHECKED,
	RALM_SEEDS_GOOD,   /* AUC of at least 0.65 */
	RALM_SEEDS_WEAK,   /* better than chance, and less */
	RALM_SEEDS_CHANCE, /* not told from others: the interval has 0.5 */
	RALM_SEEDS_FEW,    /* fewer than 20, or nothing is sure */
};

struct ralm_expand_check {
	uint64_t seeds; /* known ones, each once; 0: not one list */
	/* Mean cosine of two of their vectors, of two others'; NaN: fewer. */
	double alike, others_alike;
	enum ralm_seeds_verdict verdict; /* and, of what was checked: */
	uint64_t others;
	double auc, low, high; /* mean of the fifths, its 95 % interval */
	/* Share of the held out that size would find, its 95 % interval; NaN:
	 * no size. */
	double found, found_low, found_high;
};

struct ralm_expand_counts {
	struct ralm_expand_ids seeds, candidates, exclude, users;
	uint64_t lists, lists_unknown; /* all; those no seed of which is known */
	uint64_t seeds_num, lists_cut; /* the most that count, 0: all; longer */
	uint64_t eligible;   /* candidates, the excluded left out */
	uint64_t lists_all;  /* for which there are no more than were wanted */
	uint64_t chosen;     /* lines written */
	uint64_t none_above; /* lists with no candidate of min_score */
	uint64_t sizes_above; /* of sizes: those above what there are */
	/* Lists that are compared by their centroids, the sum of what these
	 * lost, and the seconds that finding them took. */
	uint64_t clustered;
	double clusters_lost, cluster_seconds;
	struct ralm_expand_check check;
	/* Whom the file of ralm_scorer_users tells of and the model does not know:
	 * they are users like others. */
	uint64_t new_users;
};

/* Writes the audience of each list, its best candidates: lines of
 * USER<TAB>SCORE, with a file of lists <TAB>ITEM, the best first, those of one
 * score by the bytes of their ids. Seeds of a list are left out of it. Nothing is
 * written where it fails. With options->best the lists of each user, in the order of
 * the users. The output does not depend on the number of threads. On
 * failure counts are filled as far as it came. */
int ralm_expand(struct ralm_expand_counts *counts, struct ralm_scorer *scorer,
		const char *const *paths, size_t path_count, int fd,
		const char *name, const struct ralm_expand_options *options,
		struct ralm_error *err) RALM_MUST_CHECK;

/* ---- evaluation: how well do scores order labels? ------------------------ */

/* How lines of labels and scores are to be read; the options of ralm-auc(1). */
struct ralm_score_format {
	/* Roles (label, score, group, weight, _) in the order of the columns,
	 * or ROLE=NAME pairs that name fields of the header. Columns behind
	 * the last one named are passed over. NULL: by the first line. */
	const char *columns;
	/* NULL: tabs, or blanks in a line that has no tab. */
	const char *delimiter;
	bool header;        /* the first line of each file names the columns */
	bool signed_labels; /* labels are -1 and 1, else 0 and 1 */
	bool probabilities; /* a score outside [0, 1] is an error */
	bool skip_blank;    /* an empty score is none, else an error */
};

/* What an evaluation is at. */
enum ralm_evaluate_phase {
	RALM_EVALUATE_READS,     /* count: lines that were read */
	RALM_EVALUATE_RESAMPLES, /* count: resamples that were measured */
};

struct ralm_evaluate_options {
	struct ralm_score_format format;
	bool auc_only; /* nothing but AUC, and what is asked for below */
	bool interval; /* DeLong's 95 % interval */
	bool paddle;   /* Paddle's bucketed AUC; scores in [0, 1] only */
	bool curves;   /* deciles in JSON; files below say so by themselves */
	const char *at;      /* the K of the top measures, "10,50"; or NULL */
	const char *compare; /* other scores of the same lines; NULL: none */
	unsigned threads;    /* 0: one for each processor */
	/* Files to write, or NULL: tables of the curves and of the calibration
	 * by decile, and a page of HTML. A place that cannot be written is told
	 * before the work. */
	const char *roc, *pr, *calibration, *report;
	/* Of the page: what was evaluated, and the command line that is told
	 * there; or NULL. */
	const char *title, *command;
	/* 95 % intervals of the measures, and with compare of their differences,
	 * from so many resamples of the groups, or of lines where there are no
	 * groups; 0: none. Not with auc_only. */
	uint64_t bootstrap, rng_seed;
	/* Told again and again, while lines are read and while there are
	 * resamples, how many so far, and what part of all that is, up to 1, or
	 * NaN where it is not known: in any thread, one at a time. NULL: nobody is
	 * told. */
	void (*progress)(void *context, enum ralm_evaluate_phase phase,
			 uint64_t count, double share);
	void *context;
};

struct ralm_evaluate_summary {
	uint64_t lines[2]; /* with label 0, with label 1 */
	uint64_t weightless, blank; /* lines left out: weight 0, no score */
};

struct ralm_evaluation;

/* Reads the files, one after the other, once, and measures; a file that is
 * compared is read beside them. Holds 8 bytes a line, with weights 16, to
 * compare 33 more, and somewhat more for groups; the bootstrap takes more
 * (ralm-auc(1)). The result does not depend on
 * the number of threads. No line at all is an error. summary may be NULL. */
struct ralm_evaluation *
ralm_evaluate(struct ralm_evaluate_summary *summary, const char *const *paths,
	      size_t path_count, const struct ralm_evaluate_options *options,
	      struct ralm_error *err) RALM_MUST_CHECK;
void ralm_evaluation_free(struct ralm_evaluation *evaluation);

/* A measure by its name in ralm-auc(1): "auc", "log_loss", "gauc", "ndcg@10".
 * NaN where it is not defined, was not asked for, or is no measure. */
double ralm_evaluation_measure(const struct ralm_evaluation *evaluation,
			       const char *name);

enum ralm_evaluation_form {
	RALM_EVALUATION_TEXT, /* lines of NAME<TAB>VALUE, AUC first */
	RALM_EVALUATION_JSON, /* one object of the same names */
	RALM_EVALUATION_AUC,  /* AUC's number alone; Paddle's if asked for */
};

/* Writes all measures to the descriptor fd, which messages call `name`. */
int ralm_evaluation_write(int fd, const char *name,
			  const struct ralm_evaluation *evaluation,
			  enum ralm_evaluation_form form,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* Writes several beside one another, a column each under its title, NAME and values
 * parted by tabs; as JSON an array of objects with the title as "file"; of AUC alone a
 * line each. At least one, all made with the same options. */
int ralm_evaluations_write(int fd, const char *name,
			   const struct ralm_evaluation *const *evaluations,
			   const char *const *titles, size_t count,
			   enum ralm_evaluation_form form,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* ---- building samples from a click log ----------------------------------- */

/* How a click log is to be read; the options of ralm-build-data(1). */
struct ralm_click_format {
	/* Roles (user, item, time, rating, event, _) in the order of the
	 * columns, or ROLE=NAME pairs that name fields of the header. Columns
	 * behind the last one named are passed over. NULL: what the header's
	 * names are known for, or user,item where there is no header. */
	const char *columns;
	const char *delimiter; /* NULL: a tab */
	/* A line whose rating is below is no click. NULL: none is. */
	const char *min_rating;
	/* A line whose event is none of these words is no click; NULL: every
	 * line is. */
	const char *events;
	/* A line whose user or item is one of these words is no click. */
	const char *missing;
	const char *time_format; /* strptime's; NULL: numbers or ISO 8601 */
	bool header;    /* the first line of each file names the columns */
	bool no_header; /* it does not, whatever it looks like */
	bool multiline; /* quoted fields may hold newlines */
	bool skip_bad;  /* leave bad lines out and count them */
};

/* A click log that is invented: each user has one to three tastes, each item
 * appeals to one or two, and users click items of their tastes. */
struct ralm_planted_options {
	uint64_t users, items, tastes;
	uint64_t clicks_per_user; /* on the average; half to one and a half */
	double noise; /* share of clicks on any item, whatever the tastes */
	uint64_t fields; /* of each user in users_file, that tell of tastes */
};

/* A table of users, one a line, whose columns are told in users_file. */
struct ralm_user_table_options {
	const char *path; /* NULL: there is none */
	/* user, _ and fields in the order of the columns; or, where the first
	 * line is a header, FIELD=NAME pairs that name columns of it. */
	const char *columns;
	const char *numbers;   /* those of the fields that are; NULL: none */
	const char *delimiter; /* NULL: a comma */
};

/* How a list that lines share is written. */
enum ralm_lists {
	RALM_LISTS_USUAL, /* once where samples train, with each of the test */
	RALM_LISTS_ONCE,  /* then "seeds:same" */
	RALM_LISTS_EACH,  /* with every line, which can then go anywhere */
};

enum ralm_seed_order { RALM_SEEDS_RANDOM, RALM_SEEDS_RECENT };

enum ralm_negative_sampling {
	RALM_NEGATIVES_ACTIVITY, /* p(u) ~ training clicks + 1 */
	RALM_NEGATIVES_UNIFORM,
	RALM_NEGATIVES_RANK, /* p(k) ~ log((k+2)/(k+1)), k ranks activity */
};

enum ralm_split_by {
	RALM_SPLIT_ITEM,   /* whole items are held out */
	RALM_SPLIT_TIME,   /* the last part of the log */
	RALM_SPLIT_USER,   /* targets: half of their clicks; the rest seeds, or
			    * with a users_file told there alone */
	RALM_SPLIT_SAMPLE, /* single clicks */
};

/* How far the work has come. */
enum ralm_build_phase {
	RALM_BUILD_READS,  /* the click log */
	RALM_BUILD_WRITES, /* training samples */
	RALM_BUILD_SPLITS, /* samples that exist */
};

struct ralm_build_progress {
	enum ralm_build_phase phase;
	double done;    /* part of it, up to 1; NaN: not known, of a pipe */
	uint64_t lines; /* read, or written */
	uint64_t bytes;
};

struct ralm_build_options {
	/* The click log: files, or a planted one. */
	bool planted;
	const char *const *paths; /* none, or "-": standard input */
	size_t path_count;
	struct ralm_click_format format;
	struct ralm_planted_options plant;
	/* The samples. */
	uint64_t seeds_num; /* users in a seed list, at most */
	uint64_t min_seeds; /* users to choose them from, at least */
	enum ralm_seed_order seed_order;
	bool repeat_seeds;  /* fill short lists by drawing with repetition */
	uint64_t refresh;   /* training clicks that share a list */
	uint64_t negatives;      /* of each click in training */
	uint64_t test_negatives; /* of each click that is held out */
	enum ralm_negative_sampling negative_sampling;
	uint64_t passes; /* over the training clicks; 0: the files below alone */
	enum ralm_lists lists;
	/* The test. */
	const char *test; /* file; NULL: everything trains */
	/* File of a third set, which is held out like the test, of others; only
	 * beside a test. What is held out for that it does not change. NULL: none. */
	const char *valid;
	enum ralm_split_by split_by;
	double test_ratio, valid_ratio; /* of the latter 0: as much */
	uint64_t test_per_item;  /* clicks of one item tested, at most */
	uint64_t test_min_users; /* of an item that is tested */
	/* Share of the test's seeds who are users held out, too; with
	 * RALM_SPLIT_USER and a users_file. */
	double cold_seeds;
	/* What is known of users (ralm-users(5)): file; NULL: none. */
	const char *users_file;
	struct ralm_user_table_options user_table;
	/* File of the seed list of each item, as ralm-score --seeds reads it: its
	 * users, the latest first, so many of them (0: all; else the log must have
	 * times), without clicks that are held out. NULL: none. */
	const char *seeds_file;
	uint64_t seeds_latest;
	uint64_t rng_seed;
	/* Told again and again while the log is read and while training samples are
	 * written, of which a run of all items comes in random order: what is written
	 * tells what is to come. NULL: nobody is told. */
	void (*progress)(void *context, const struct ralm_build_progress *progress);
	void *context;
};

/* The defaults, which are not zero. */
void ralm_build_options_init(struct ralm_build_options *options);

struct ralm_build_counts {
	uint64_t lists;     /* seed lists drawn */
	uint64_t seeds, cold_seeds; /* in them; those no training line names */
	uint64_t positives; /* samples with label 1 */
	uint64_t negatives; /* samples with label 0 */
	uint64_t no_seeds;  /* clicks left out: too few users for a list */
	uint64_t no_negative; /* negatives left out: nearly all clicked */
};

enum { RALM_BUILD_NOTES = 3, RALM_TIME_TEXT = 40 };

struct ralm_build_report {
	uint64_t users, items, clicks; /* each user once on each item */
	/* Lines of the log that were read, but for blank ones and headers;
	 * those of them that are no clicks. */
	uint64_t lines;
	uint64_t below_min_rating, other_events, missing_ids, bad_lines;
	bool empty; /* the log had not one line */
	uint64_t repeats; /* clicks of a user on an item again */
	struct ralm_error first_bad; /* where bad_lines > 0 */
	/* What the user is to be told, though nothing failed. */
	struct ralm_error notes[RALM_BUILD_NOTES];
	int note_count;
	/* "2016-03-28T19:39:48Z"; "" where the log has no times. */
	char first_time[RALM_TIME_TEXT], last_time[RALM_TIME_TEXT];
	uint64_t items_training, items_held_out, items_left_out;
	uint64_t users_held_out, clicks_held_out;
	uint64_t items_validation, users_validation, clicks_validation;
	/* In users_file, of what was clicked and of all; rows of a table. */
	uint64_t users_told, values_told, user_rows;
	uint64_t lists_written, seeds_written; /* in seeds_file */
	struct ralm_build_counts train, test, validation;
	/* AUC of what is held out when scored by the target's training clicks:
	 * near 0.5 unless popularity tells positives from negatives. NaN when
	 * there is no such AUC. */
	double test_activity_auc, validation_activity_auc;
};

/* Reads or invents a click log, holds a part of it out, writes what is known of
 * users to options->users_file, seed lists to options->seeds_file, the samples held out to options->test and
 * options->valid, and then the training samples to the descriptor fd, which messages call `name`.
 * RALM_ERROR_CONFIG: options contradict each other or the log. A failure leaves
 * no file behind unless it was complete; the report then holds at least what was
 * read of the log and the notes on it. */
int ralm_build(struct ralm_build_report *report,
	       const struct ralm_build_options *options, int fd,
	       const char *name, struct ralm_error *err) RALM_MUST_CHECK;

/* How statistics are written. */
enum ralm_stats_form {
	RALM_STATS_TEXT, /* lines of NAME<TAB>VALUE */
	RALM_STATS_JSON, /* one object on one line; names have _ for what joins words */
};

/* Writes what ralm_build did to the descriptor fd, which messages call `name`. */
int ralm_build_write_stats(int fd, const char *name,
			   const struct ralm_build_report *report,
			   const struct ralm_build_options *options,
			   enum ralm_stats_form form, struct ralm_error *err)
	RALM_MUST_CHECK;

enum ralm_sample_split {
	RALM_SAMPLES_BY_FIRST, /* by item where the first line has an item */
	RALM_SAMPLES_BY_ITEM,
	RALM_SAMPLES_BY_USER, /* the target */
	RALM_SAMPLES_BY_SAMPLE,
};

struct ralm_sample_split_options {
	const char *const *paths;
	size_t path_count;
	enum ralm_sample_split by;
	double test_ratio; /* in (0, 1] */
	double valid_ratio; /* 0: as much */
	uint64_t rng_seed;
	bool skip_bad;    /* leave bad lines out and count them */
	bool spell;       /* seeds in place of "seeds:same", in every line */
	const char *test;  /* file */
	const char *valid; /* a file for others; NULL: none */
	/* As for ralm_build. */
	void (*progress)(void *context, const struct ralm_build_progress *progress);
	void *context;
};

struct ralm_sample_split_report {
	uint64_t train, test, validation; /* lines */
	uint64_t bad_lines;
	struct ralm_error first_bad; /* where bad_lines > 0 */
};

/* Copies each line of samples, once it has been found to be one, to the test
 * file, to that of options->valid or to the descriptor fd, which messages call
 * `name`, in one reading and constant memory. An item (or target) is on one side
 * with all its lines: which one, its id, rng_seed and the ratios alone decide. On failure report is filled as far as
 * it came. */
int ralm_split_samples(struct ralm_sample_split_report *report,
		       const struct ralm_sample_split_options *options, int fd,
		       const char *name, struct ralm_error *err)
	RALM_MUST_CHECK;

/* As ralm_build_write_stats. */
int ralm_split_write_stats(int fd, const char *name,
			   const struct ralm_sample_split_report *report,
			   const struct ralm_sample_split_options *options,
			   enum ralm_stats_form form, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Writes the 100 samples that PaddleRec's look-alike build_dataset.py makes,
 * byte for byte. */
int ralm_write_paddlerec(int fd, const char *name, struct ralm_error *err)
	RALM_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
