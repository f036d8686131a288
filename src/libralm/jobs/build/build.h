/* Samples from click logs: reads or invents a log, holds a part of it out,
 * writes the test samples to a file and then the training samples to a
 * descriptor. What ralm-build-data does. */
#ifndef RALM_JOBS_BUILD_H
#define RALM_JOBS_BUILD_H

#include "formats/click_log.h"
#include "jobs/build/negatives.h"
#include "jobs/build/draw_seeds.h"
#include "jobs/build/held_out.h"
#include "jobs/build/planted_log.h"

struct ralm_build_options {
	/* The click log: files ("-" is standard input), or a planted one. */
	bool synthetic;
	const char *const *paths;
	size_t path_count;
	struct ralm_click_format format;
	struct ralm_synthetic_options planted;
	/* The samples. */
	uint64_t seeds_num; /* users in a seed list, at most */
	uint64_t min_seeds; /* users to choose them from, at least */
	int seed_order;     /* enum ralm_seed_order */
	bool repeat_seeds;  /* fill short lists by drawing with repetition */
	uint64_t refresh;   /* training clicks that share a list */
	uint64_t negatives; /* of each click */
	int negative_sampling; /* enum ralm_negative_sampling */
	uint64_t passes;       /* over the training clicks */
	/* The test. */
	const char *test; /* file; NULL: everything trains */
	int split_by;     /* enum ralm_split_by */
	double test_ratio;
	uint64_t test_per_item;  /* clicks of one item tested, at most */
	uint64_t test_min_users; /* of an item that is tested */
	uint64_t rng_seed;
};

/* Every default of the builder, and the one place where they stand. */
#define RALM_BUILD_DEFAULTS                                                  \
	{                                                                    \
		.planted = {.users = 2000,                                   \
			    .items = 1000,                                   \
			    .tastes = 32,                                    \
			    .clicks_per_user = 40,                           \
			    .noise = 0.1},                                   \
		.seeds_num = 20, .min_seeds = 4,                             \
		.seed_order = RALM_SEEDS_RANDOM, .refresh = 1,               \
		.negatives = 1,                                              \
		.negative_sampling = RALM_NEGATIVES_ACTIVITY, .passes = 8,   \
		.split_by = RALM_SPLIT_ITEM, .test_ratio = 0.2,              \
		.test_per_item = 100, .test_min_users = 20, .rng_seed = 1,   \
	}

struct ralm_build_counts {
	uint64_t lists;     /* seed lists drawn */
	uint64_t positives; /* samples with label 1 */
	uint64_t negatives; /* samples with label 0 */
	uint64_t no_seeds;  /* clicks left out: too few users for a list */
	uint64_t no_negative; /* negatives left out: nearly all clicked */
};

enum { RALM_BUILD_NOTES = RALM_CLICK_NOTES + 1 };

struct ralm_build_report {
	uint64_t users, items, clicks; /* each user once on each item */
	/* Lines of the log that were read, but for blank ones and headers;
	 * those of them that are no clicks. */
	uint64_t lines;
	uint64_t below_min_rating, other_events, missing_ids, bad_lines;
	bool empty; /* the log had not one line */
	uint64_t repeats;
	struct ralm_error first_bad; /* where bad_lines > 0 */
	/* Warnings: those of the log, and a user who has too many clicks. */
	struct ralm_error notes[RALM_BUILD_NOTES];
	int note_count;
	bool crowd; /* that user was told */
	bool has_times; /* of a log that was read */
	double first_time, last_time;
	uint64_t items_training, items_held_out, items_left_out;
	uint64_t users_held_out, clicks_held_out;
	struct ralm_build_counts train, test;
	/* AUC of the test set when scored by the target's training clicks:
	 * near 0.5 unless popularity tells positives from negatives. NaN when
	 * there is no such AUC. */
	double test_activity_auc;
};

/* Errors: RALM_ERROR_CONFIG where options contradict each other or the log.
 * A log that is too small is named with its last line. A failure leaves no
 * test file behind unless it was complete; the report then holds at least what
 * was read of the log and the notes on it. */
int ralm_build(struct ralm_build_report *report,
	       const struct ralm_build_options *options, int fd,
	       const char *name, struct ralm_error *err) RALM_MUST_CHECK;

#endif
