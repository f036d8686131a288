/* Which clicks train, which validate and which test. A click that is held out for a
 * set is hidden from the others: in their samples its user is neither a target with
 * label 1 nor a seed of its item. With a split by time the user is a seed for later
 * targets, whatever their set. Negatives are in negatives.h. */
#ifndef RALM_JOBS_BUILD_HELD_OUT_H
#define RALM_JOBS_BUILD_HELD_OUT_H

#include "jobs/build/click_table.h"

/* The sets that samples are split into; the last two are held out. */
enum ralm_build_set {
	RALM_SET_TRAINING,
	RALM_SET_TEST,
	RALM_SET_VALIDATION,
	RALM_SETS,
};

/* What a click is used for. The functions below rely on this order. */
enum ralm_click_use {
	RALM_CLICK_TRAINS, /* a target, and a seed for others */
	RALM_CLICK_SEEDS,  /* a seed only: its user is held out as target */
	RALM_CLICK_TOLD,   /* in no sample: it tells of a cold user (users_file.h) */
	RALM_CLICK_IDLE,   /* its item has too few users to train */
	RALM_CLICK_TESTED, /* held out for the test */
	RALM_CLICK_VALIDATED, /* held out for the validation */
	RALM_CLICK_USES,
};

/* Whether the click's user may be a seed in training. */
static inline bool ralm_click_may_seed(unsigned char use)
{
	return use <= RALM_CLICK_SEEDS;
}

/* Whether the click counts as activity of its user: it trains, seeds or is told. */
static inline bool ralm_click_is_activity(unsigned char use)
{
	return use <= RALM_CLICK_TOLD;
}

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
	/* Of each click, in the order of the table's item_user: enum ralm_click_use. */
	unsigned char *use;
	/* Of each item: not 0 where it has users enough for samples of its clicks that
	 * are held out; split by item, the set that holds it out. */
	unsigned char *tested;
	/* Of each user: enum ralm_build_set; NULL unless users are held out. */
	unsigned char *held_out_user;
	bool cold; /* users held out are in no training sample at all */
	uint32_t cut; /* split by time: the first moment that does not train */
	struct ralm_held_out held_out[RALM_SETS];
	size_t items_training, items_left_out, clicks_training;
};

/* The ratio of the validation: that of the test where valid is 0. */
static inline double ralm_validation_ratio(double test, double valid)
{
	return valid > 0 ? valid : test;
}

/* Without options->test all clicks train. What is held out for the test does not depend
 * on whether there is a validation, options->valid. RALM_ERROR_DATA where nothing can be
 * held out, or nothing is left to train on; RALM_ERROR_CONFIG for a split by time of a log
 * without times. */
int ralm_split_init(struct ralm_split *split,
		    const struct ralm_click_table *table,
		    const struct ralm_build_options *options,
		    struct ralm_error *err) RALM_MUST_CHECK;
void ralm_split_release(struct ralm_split *split);

/* The use of each click in the order of the table's user_item; NULL when memory runs
 * out. The caller frees it. */
unsigned char *ralm_split_uses_by_user(const struct ralm_split *split,
				       const struct ralm_click_table *table,
				       struct ralm_error *err);

/* The moment before which seeds and negatives of a target must have clicked:
 * RALM_ANY_TIME where time does not count. target: its place among the item's clicks.
 * recent: seeds are the latest users before the target, in training, too. */
uint32_t ralm_split_now(const struct ralm_split *split,
			const struct ralm_click_table *table, bool recent,
			uint32_t item, uint32_t target,
			enum ralm_build_set set);

#endif
