/* What trains, what validates and what tests. A click that is held out is hidden
 * from the other sets: there its user is neither a target nor a seed of its item
 * (but by time, where it is a seed for what comes later). */
#ifndef RALM_JOBS_BUILD_HELD_OUT_H
#define RALM_JOBS_BUILD_HELD_OUT_H

#include "jobs/build/build_set.h"
#include "jobs/build/click_table.h"

struct ralm_split_options {
	enum ralm_split_by by;
	bool training;   /* something must be left for it */
	bool test;       /* false: everything trains */
	bool validation; /* hold out for it, too; only with test */
	bool cold;       /* training knows nothing of users held out */
	/* Of the items, the clicks or the users, held out for a set. */
	double ratio[RALM_SETS];
	uint64_t test_min_users; /* of an item that is to be held out */
	uint64_t min_seeds;
	uint64_t rng_seed;
};

enum ralm_click_use {
	RALM_CLICK_TRAINS, /* a target, and a seed for others */
	RALM_CLICK_SEEDS,  /* a seed only: its user is held out as target */
	RALM_CLICK_TOLD,   /* in no sample: it tells of a cold user (users_file.h) */
	RALM_CLICK_IDLE,   /* its item has too few users to train */
	RALM_CLICK_TESTED, /* held out */
	RALM_CLICK_VALIDATED,
	RALM_CLICK_USES,
};

static inline bool ralm_click_held_out(unsigned char use)
{
	return use > RALM_CLICK_IDLE;
}

/* The use of a click that is held out for the set. */
static inline unsigned char ralm_click_use_of(enum ralm_build_set set)
{
	return (unsigned char)(RALM_CLICK_IDLE + (int)set);
}

/* How much is held out for a set. */
struct ralm_held_out {
	size_t items, users, clicks;
};

struct ralm_split {
	enum ralm_split_by by;
	unsigned char *use;    /* of each click, as in the table's item_user */
	/* Of each item: its clicks that are held out become samples; by item,
	 * the set. */
	unsigned char *tested;
	/* Of each user: the set, or 0; NULL unless users are held out. */
	unsigned char *held_out_user;
	bool cold; /* these are in no training sample at all */
	uint32_t cut; /* by time: the first moment that does not train */
	struct ralm_held_out held_out[RALM_SETS];
	size_t items_training, items_left_out, clicks_training;
};

/* The share of the validation: as much as the test has where valid is 0. */
static inline double ralm_validation_ratio(double test, double valid)
{
	return valid > 0 ? valid : test;
}

/* Configuration error where both are more than all there is. */
int ralm_check_ratios(double test, double valid, struct ralm_error *err)
	RALM_MUST_CHECK;

/* What is held out for the test does not depend on whether there is a validation.
 * Data error when nothing can be held out, or nothing is left to train on. */
int ralm_split_init(struct ralm_split *split,
		    const struct ralm_click_table *table,
		    const struct ralm_split_options *options,
		    struct ralm_error *err) RALM_MUST_CHECK;
void ralm_split_release(struct ralm_split *split);

/* The moment before which seeds and negatives of a target must be known:
 * RALM_ANY_TIME where time does not count. `recent`: seeds are the users just
 * before the target, in training too. */
uint32_t ralm_split_now(const struct ralm_split *split,
			const struct ralm_click_table *table, bool recent,
			uint32_t item, uint32_t target,
			enum ralm_build_set set);

#endif
