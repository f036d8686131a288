#include "scoring/device_scoring.h"

#include "device/device_scores.h"
#include "ground/memory.h"
#include "ground/threads.h"
#include "scoring/scorer.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* ---- the numbers of a list ------------------------------------------------- */

int ralm_device_list_numbers(float *numbers, const struct ralm_scorer *scorer,
			     const float *const *seed, const float *m, size_t n,
			     struct ralm_error *err)
{
	if (scorer->devices == NULL || n < RALM_DEVICE_SEEDS ||
	    scorer->scoring->numbers != RALM_LIST_WEIGHTS)
		return 0;
	memset(numbers + n, 0, (ralm_list_room(n) - n) * sizeof *numbers);
	return ralm_device_weights(numbers, scorer->devices, seed, m, n,
				   scorer->network.sizes.part, err) == 0
		       ? 1
		       : -1;
}

/* ---- many targets ------------------------------------------------------------ */

/* A block of targets for each device. */
struct turn {
	size_t blocks;
	size_t *count;	 /* (devices) targets of a block */
	uint32_t *row;	 /* (devices,most) */
	float *target;	 /* (devices,most,sizes.target) */
	float *cosine;	 /* (devices,lists,most) */
};

struct compare {
	const struct ralm_scorer *scorer;
	const struct ralm_ready_list *const *list;
	size_t lists, devices, most;
	ralm_next_targets *next;
	ralm_take_cosines *take;
	void *context;
	struct ralm_threads *threads;
	struct ralm_device_lists *sent; /* the lists, on the devices */
	struct turn turn[2];
	const struct turn *now; /* whose rows are made, or whose cosines taken */
	size_t block;
	struct ralm_error *error; /* of each thread */
	atomic_bool failed;
};

/* How many targets are compared at a time. A target takes one number for each seed of
 * the longest list, and one for each list: together neither may be more than NUMBERS,
 * but a block is compared in any case. */
static size_t targets_most(const struct ralm_ready_list *const *list,
			   size_t lists)
{
	enum { NUMBERS = 1 << 25, MOST = 16 * RALM_TARGET_BLOCK };
	size_t longest = lists;
	for (size_t l = 0; l < lists; l++)
		longest = longest > list[l]->n ? longest : list[l]->n;
	const size_t blocks = NUMBERS / longest / RALM_TARGET_BLOCK;
	return blocks * RALM_TARGET_BLOCK > MOST ? MOST
	       : blocks > 0			 ? blocks * RALM_TARGET_BLOCK
						 : RALM_TARGET_BLOCK;
}

static void make_rows(void *context, size_t i, unsigned thread)
{
	const struct compare *c = context;
	const struct turn *turn = c->now;
	const size_t first = i * RALM_TARGET_BLOCK, left = turn->count[c->block];
	const size_t place = c->block * c->most + first;
	const size_t stride = c->scorer->network.sizes.target;
	float *row[RALM_TARGET_BLOCK];
	(void)thread;
	for (size_t k = 0; k < RALM_TARGET_BLOCK; k++)
		row[k] = turn->target + (place + k) * stride;
	ralm_target_rows(row, turn->row + place,
			 left - first < RALM_TARGET_BLOCK ? left - first
							  : RALM_TARGET_BLOCK,
			 c->scorer);
}

static void fill(struct compare *c, struct turn *turn)
{
	c->now = turn;
	turn->blocks = 0;
	for (size_t i = 0; i < c->devices; i++) {
		const size_t count = c->next(c->context, turn->row + i * c->most,
					     c->most);
		if (count == 0)
			return;
		turn->count[i] = count;
		turn->blocks++;
		c->block = i;
		ralm_threads_each(c->threads,
				  (count + RALM_TARGET_BLOCK - 1) /
					  RALM_TARGET_BLOCK,
				  make_rows, c);
	}
}

static void begin(struct compare *c, const struct turn *turn)
{
	const size_t stride = c->scorer->network.sizes.target;
	for (size_t i = 0; i < turn->blocks; i++)
		ralm_device_lists_begin(
			turn->cosine + i * c->lists * c->most, c->sent, i,
			turn->target + i * c->most * stride, turn->count[i]);
}

static int end(struct compare *c, const struct turn *turn, struct ralm_error *err)
{
	for (size_t i = 0; i < turn->blocks; i++)
		if (ralm_device_lists_end(c->sent, i, err) != 0)
			return -1;
	return 0;
}

/* Hands the cosines of list l with the i-th block to c->take. */
static int take_block(const struct compare *c, size_t l, size_t i,
		      struct ralm_error *err)
{
	const struct turn *turn = c->now;
	const size_t count = turn->count[i];
	const float *cosine = turn->cosine + i * c->lists * c->most + l * count;
	bool finite = true;
	for (size_t k = 0; k < count; k++)
		finite &= !isnan(cosine[k]);
	if (!finite)
		return ralm_scorer_not_finite(err);
	for (size_t k = 0; k < count; k += RALM_TARGET_BLOCK)
		if (c->take(c->context, l, turn->row + i * c->most + k,
			    cosine + k,
			    count - k < RALM_TARGET_BLOCK ? count - k
							  : RALM_TARGET_BLOCK,
			    err) != 0)
			return -1;
	return 0;
}

static void take_list(void *context, size_t l, unsigned thread)
{
	struct compare *c = context;
	for (size_t i = 0; i < c->now->blocks && !c->failed; i++)
		if (take_block(c, l, i, &c->error[thread]) != 0)
			c->failed = true;
}

static int take(struct compare *c, const struct turn *turn,
		struct ralm_error *err)
{
	c->now = turn;
	ralm_threads_each(c->threads, c->lists, take_list, c);
	return ralm_error_first(err, c->error, ralm_threads_count(c->threads));
}

/* Of two turns one is on the devices while the other is filled, or taken from. */
static int run(struct compare *c, struct ralm_error *err)
{
	for (int now = 0;; now = 1 - now) {
		const struct turn *before = &c->turn[1 - now];
		fill(c, &c->turn[now]);
		if (end(c, before, err) != 0)
			return -1;
		begin(c, &c->turn[now]);
		if (take(c, before, err) != 0)
			return -1;
		if (c->turn[now].blocks == 0)
			return 0;
	}
}

/* ---- memory ------------------------------------------------------------------ */

static struct ralm_device_lists *send_lists(const struct compare *c,
					    struct ralm_error *err)
{
	const bool weights = c->scorer->scoring->numbers == RALM_LIST_WEIGHTS;
	const struct ralm_prepared *network = &c->scorer->network;
	struct ralm_device_list *lists =
		ralm_aligned_new(c->lists, sizeof *lists, err);
	if (lists == NULL)
		return NULL;
	for (size_t l = 0; l < c->lists; l++) {
		const struct ralm_ready_list *list = c->list[l];
		lists[l] = (struct ralm_device_list){
			.seed = list->row,
			.n = list->n,
			.m = list->m,
			.w = weights ? list->numbers : NULL,
			.g = weights ? NULL : list->numbers,
		};
	}
	struct ralm_device_lists *sent = ralm_device_lists_new(
		c->scorer->devices, lists, c->lists, network->sizes.part,
		weights ? 0 : network->alpha, c->most, err);
	free(lists);
	return sent;
}

static int make_turn(struct turn *turn, const struct compare *c,
		     struct ralm_error *err)
{
	const size_t targets = c->devices * c->most;
	const size_t stride = c->scorer->network.sizes.target;
	if (RALM_NEW(turn->count, c->devices, err) != 0 ||
	    RALM_NEW(turn->row, targets, err) != 0 ||
	    RALM_NEW_ROWS(turn->target, targets, stride, err) != 0)
		return -1;
	return RALM_NEW_ROWS(turn->cosine, targets, c->lists, err);
}

static void release(struct compare *c)
{
	ralm_device_lists_free(c->sent); /* first: it waits */
	for (int i = 0; i < 2; i++) {
		free(c->turn[i].count);
		free(c->turn[i].row);
		free(c->turn[i].target);
		free(c->turn[i].cosine);
	}
	free(c->error);
}

int ralm_device_compare(const struct ralm_scorer *scorer,
			const struct ralm_ready_list *const *list, size_t count,
			ralm_next_targets *next, ralm_take_cosines *take_them,
			void *context, struct ralm_threads *threads,
			struct ralm_error *err)
{
	struct compare c = {.scorer = scorer,
			    .list = list,
			    .lists = count,
			    .most = targets_most(list, count),
			    .next = next,
			    .take = take_them,
			    .context = context,
			    .threads = threads};
	while (ralm_device_scores_at(scorer->devices, c.devices) != NULL)
		c.devices++;
	c.error = ralm_aligned_new(ralm_threads_count(threads), sizeof *c.error,
				   err);
	int result = c.error != NULL && make_turn(&c.turn[0], &c, err) == 0 &&
				     make_turn(&c.turn[1], &c, err) == 0
			     ? 0
			     : -1;
	if (result == 0 && (c.sent = send_lists(&c, err)) == NULL)
		result = -1;
	if (result == 0)
		result = run(&c, err);
	release(&c);
	return result;
}
