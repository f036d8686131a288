/* What trains and what tests. A click that is held out is hidden from
 * training: there its user is neither a target nor a seed of its item. */
#ifndef RALM_JOBS_BUILD_HELD_OUT_H
#define RALM_JOBS_BUILD_HELD_OUT_H

#include "jobs/build/click_table.h"

struct ralm_split_options {
	enum ralm_split_by by;
	bool test;       /* false: everything trains */
	bool cold;       /* training knows nothing of users held out */
	double ratio;    /* of the items, the clicks or the users held out */
	uint64_t test_min_users; /* of an item that is to be tested */
	uint64_t min_seeds;
	uint64_t rng_seed;
};

enum ralm_click_use {
	RALM_CLICK_TRAINS, /* a target, and a seed for others */
	RALM_CLICK_SEEDS,  /* a seed only: its user is held out as target */
	RALM_CLICK_TOLD,   /* in no sample: its user is cold, and known by it */
	RALM_CLICK_IDLE,   /* its item has too few users to train */
	RALM_CLICK_HIDDEN, /* held out */
};

struct ralm_split {
	enum ralm_split_by by;
	unsigned char *use;    /* of each click, as in the table's item_user */
	unsigned char *tested; /* of each item: its hidden clicks are tested */
	unsigned char *held_out_user; /* NULL unless users are held out */
	bool cold; /* these are in no training sample at all */
	uint32_t cut; /* by time: the first moment that is hidden */
	size_t items_held_out, items_training, items_left_out;
	size_t users_held_out;
	size_t clicks_training, clicks_hidden;
};

/* Data error when nothing can be held out, or nothing is left to train on. */
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
			uint32_t item, uint32_t target, bool test);

#endif
