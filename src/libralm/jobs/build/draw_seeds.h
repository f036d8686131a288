/* Which of an item's users are the seeds of a list. */
#ifndef RALM_JOBS_BUILD_DRAW_SEEDS_H
#define RALM_JOBS_BUILD_DRAW_SEEDS_H

#include "ground/rng.h"
#include "jobs/build/held_out.h"

struct ralm_seed_options {
	uint64_t seeds_num; /* in a list, at most */
	uint64_t min_seeds; /* users to choose them from, at least */
	enum ralm_seed_order order;
	bool repeat; /* fill short lists by drawing with repetition */
	double cold; /* share of a held-out list for cold users, if split->cold */
};

struct ralm_seed_sampler {
	const struct ralm_click_table *table;
	const struct ralm_split *split;
	struct ralm_seed_options options;
	uint64_t *shuffled; /* cells: stamp of the draw that wrote it, number */
	size_t shuffled_count;
	uint32_t stamp; /* of the draw at hand */
	uint32_t *drawn; /* different users, max(seeds_num, min_seeds) */
	size_t want;     /* of them, at most */
	size_t room[2];  /* places left for warm and for cold users (split->cold) */
	/* The list last drawn. */
	uint32_t *seeds;
	size_t count;
};

int ralm_seed_sampler_init(struct ralm_seed_sampler *sampler,
			   const struct ralm_click_table *table,
			   const struct ralm_split *split,
			   const struct ralm_seed_options *options,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_seed_sampler_release(struct ralm_seed_sampler *sampler);

/* Draws a list for the targets, which are places among the item's clicks, the
 * earliest first; none of them is in it. Seeds are users whose click trains, or is
 * kept for seeds; in a list of a set that is held out also those whose click is held
 * out for this set, and by time for any, since they came before. With cold users
 * (split->cold), options.cold of such a list are cold users of this set, as far as
 * the item has them, and never of the other. `now` as from ralm_split_now for the
 * first target. False: there are fewer than min_seeds users to choose from. */
bool ralm_seed_sampler_draw(struct ralm_seed_sampler *sampler,
			    struct ralm_rng *rng, uint32_t item, uint32_t now,
			    const uint32_t *targets, size_t target_count,
			    enum ralm_build_set set);

#endif
