/* Which of an item's users are the seeds of a list. */
#ifndef RALM_JOBS_BUILD_DRAW_SEEDS_H
#define RALM_JOBS_BUILD_DRAW_SEEDS_H

#include "ground/rng.h"
#include "jobs/build/held_out.h"

/* One draw at a time: the arrays are its working memory. */
struct ralm_seed_sampler {
	const struct ralm_click_table *table;
	const struct ralm_split *split;
	const struct ralm_build_options *options;
	/* A cell for each click of the longest item: in its upper half the stamp of the
	 * draw that wrote it, in its lower half a number of a click. */
	uint64_t *shuffled;
	size_t shuffled_count;
	uint32_t stamp;  /* of the draw at hand */
	uint32_t *drawn; /* (want) different users */
	size_t want;     /* the larger of seeds_num and min_seeds */
	/* With split->cold: places left for users that training knows, and for cold
	 * ones. */
	size_t room[2];
	/* The list last drawn. */
	uint32_t *seeds;
	size_t count;
};

int ralm_seed_sampler_init(struct ralm_seed_sampler *sampler,
			   const struct ralm_click_table *table,
			   const struct ralm_split *split,
			   const struct ralm_build_options *options,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_seed_sampler_release(struct ralm_seed_sampler *sampler);

/* Draws a list of seeds for the targets, which are places among the item's clicks, the
 * earliest first; none of them is in it. `now`: from ralm_split_now for the first
 * target. The seeds are users whose click trains or is kept for seeds. A list of a
 * held-out set may also have users whose click is held out for this set, and with a
 * split by time for any set, since these came before. With cold users (split->cold)
 * the share options->cold_seeds of such a list are cold users of this set, as far as
 * the item has them; users held out for the other set never are in it. Returns false
 * where there are fewer than min_seeds users to choose from. */
bool ralm_seed_sampler_draw(struct ralm_seed_sampler *sampler,
			    struct ralm_rng *rng, uint32_t item, uint32_t now,
			    const uint32_t *targets, size_t target_count,
			    enum ralm_build_set set);

#endif
