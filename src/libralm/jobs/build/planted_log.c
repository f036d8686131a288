#include "jobs/build/planted_log.h"

#include "ground/alias.h"
#include "ground/memory.h"
#include "ground/rng.h"
#include "jobs/build/rng_streams.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	TASTES_OF_ITEM = 2,
	TRIES = 8, /* for an item that the user has not clicked yet */
};

/* The items that appeal to one taste, and how to draw one of them. */
struct taste {
	uint32_t *items; /* points into world.members */
	size_t count;
	struct ralm_alias popularity;
};

struct world {
	const struct ralm_planted_options *options;
	struct ralm_rng rng;
	double *popularity; /* of each item */
	struct ralm_alias any_item;
	struct taste *tastes;
	uint32_t *members; /* the items of all tastes */
	uint32_t *last_user; /* who clicked each item last, + 1 */
};

static int world_init_tastes(struct world *world, struct ralm_error *err)
{
	size_t items = world->options->items, tastes = world->options->tastes;
	size_t draws = TASTES_OF_ITEM * items;
	uint32_t *drawn = ralm_aligned_new(draws, sizeof *drawn, err);
	double *weights = ralm_aligned_new(draws, sizeof *weights, err);
	world->members = ralm_aligned_new(draws, sizeof *world->members, err);
	int result = -1;
	if (drawn == NULL || weights == NULL || world->members == NULL)
		goto out;
	/* An item that draws the same taste twice is twice among its items. */
	for (size_t i = 0; i < draws; i++) {
		drawn[i] = (uint32_t)ralm_rng_below(&world->rng, tastes);
		world->tastes[drawn[i]].count++;
	}
	size_t sum = 0;
	for (size_t t = 0; t < tastes; t++) {
		world->tastes[t].items = world->members + sum;
		sum += world->tastes[t].count;
		world->tastes[t].count = 0;
	}
	for (size_t i = 0; i < draws; i++) {
		struct taste *taste = &world->tastes[drawn[i]];
		uint32_t item = (uint32_t)(i / TASTES_OF_ITEM);
		weights[taste->items + taste->count - world->members] =
			world->popularity[item];
		taste->items[taste->count++] = item;
	}
	for (size_t t = 0; t < tastes; t++) {
		struct taste *taste = &world->tastes[t];
		if (taste->count > 0 &&
		    ralm_alias_init(&taste->popularity,
				    weights + (taste->items - world->members),
				    taste->count, err) != 0)
			goto out;
	}
	result = 0;
out:
	free(drawn);
	free(weights);
	return result;
}

static int world_init(struct world *world,
		      const struct ralm_planted_options *options,
		      uint64_t rng_seed, struct ralm_error *err)
{
	memset(world, 0, sizeof *world);
	world->options = options;
	ralm_rng_init(&world->rng, rng_seed, RALM_STREAM_PLANTED);
	if (RALM_NEW(world->popularity, options->items, err) != 0 ||
	    RALM_NEW(world->last_user, options->items, err) != 0 ||
	    RALM_NEW(world->tastes, options->tastes, err) != 0)
		return -1;
	/* Between 1 and 1/10; its logarithm is uniform. */
	for (size_t i = 0; i < options->items; i++)
		world->popularity[i] =
			pow(0.1, ralm_rng_uniform(&world->rng));
	if (ralm_alias_init(&world->any_item, world->popularity,
			    options->items, err) != 0)
		return -1;
	return world_init_tastes(world, err);
}

static void world_release(struct world *world)
{
	if (world->tastes != NULL)
		for (size_t t = 0; t < world->options->tastes; t++)
			ralm_alias_release(&world->tastes[t].popularity);
	free(world->tastes);
	free(world->members);
	free(world->popularity);
	free(world->last_user);
	ralm_alias_release(&world->any_item);
}

static uint32_t draw_item(struct world *world, const uint32_t *own,
			  size_t own_count)
{
	struct ralm_rng *rng = &world->rng;
	const struct taste *taste =
		&world->tastes[own[ralm_rng_below(rng, own_count)]];
	if (ralm_rng_uniform(rng) < world->options->noise || taste->count == 0)
		return ralm_alias_draw(&world->any_item, rng);
	return taste->items[ralm_alias_draw(&taste->popularity, rng)];
}

/* Draws the tastes of a user, UINT32_MAX behind the last; returns how many. */
static size_t draw_tastes(uint32_t own[RALM_PLANTED_TASTES],
			  struct world *world)
{
	size_t count = 1 + ralm_rng_below(&world->rng, RALM_PLANTED_TASTES);
	for (size_t i = 0; i < RALM_PLANTED_TASTES; i++)
		own[i] = i < count ? (uint32_t)ralm_rng_below(
					     &world->rng, world->options->tastes)
				   : UINT32_MAX;
	return count;
}

static int click_user(struct ralm_click_log *log, struct world *world,
		      uint32_t user, const uint32_t *own, size_t own_count,
		      struct ralm_error *err)
{
	const struct ralm_planted_options *o = world->options;
	struct ralm_rng *rng = &world->rng;
	uint64_t clicks = (o->clicks_per_user + 1) / 2 +
			  ralm_rng_below(rng, o->clicks_per_user + 1);
	for (uint64_t c = 0; c < clicks; c++) {
		uint32_t item = draw_item(world, own, own_count);
		for (int try = 1; world->last_user[item] == user + 1; try++) {
			if (try == TRIES)
				break;
			item = draw_item(world, own, own_count);
		}
		if (world->last_user[item] == user + 1)
			continue; /* the tastes are nearly exhausted */
		world->last_user[item] = user + 1;
		struct ralm_click click = {.user = user, .item = item};
		if (ralm_click_log_add(log, &click, err) != 0)
			return -1;
	}
	return 0;
}

/* Adds the ids 1 to count. */
static int add_ids(struct ralm_ids *ids, uint64_t count, struct ralm_error *err)
{
	uint32_t unused;
	for (uint64_t i = 1; i <= count; i++)
		if (ralm_ids_add_u64(&unused, ids, i, err) != 0)
			return -1;
	return ralm_ids_seal(ids, err);
}

/* The taste that a field tells: one of the user's own, or by noise any. */
static uint32_t draw_told(const uint32_t *own,
			  const struct ralm_planted_options *options,
			  struct ralm_rng *rng)
{
	size_t count = 1;
	while (count < RALM_PLANTED_TASTES && own[count] != UINT32_MAX)
		count++;
	if (ralm_rng_uniform(rng) < options->noise)
		return (uint32_t)ralm_rng_below(rng, options->tastes);
	return own[ralm_rng_below(rng, count)];
}

uint64_t ralm_planted_fields(struct ralm_writer *writer, const uint32_t *tastes,
			     const struct ralm_planted_options *options,
			     uint64_t rng_seed)
{
	struct ralm_rng rng;
	ralm_rng_init(&rng, rng_seed, RALM_STREAM_FIELDS);
	for (uint64_t user = 0; user < options->users; user++) {
		ralm_writer_put_text(writer, "user:");
		ralm_writer_put_u64(writer, user + 1);
		for (uint64_t field = 1; field <= options->fields; field++) {
			const uint32_t told = draw_told(
				tastes + RALM_PLANTED_TASTES * user, options,
				&rng);
			ralm_writer_put_text(writer, " trait");
			ralm_writer_put_u64(writer, field);
			ralm_writer_put_text(writer, field % 2 ? ":t" : "=");
			if (field % 2)
				ralm_writer_put_u64(writer, told);
			else
				ralm_writer_put_real(
					writer, told + ralm_rng_uniform(&rng));
		}
		ralm_writer_put_char(writer, '\n');
	}
	return options->users * options->fields;
}

int ralm_planted_log(struct ralm_click_log *log, uint32_t *tastes,
		     const struct ralm_planted_options *options,
		     uint64_t rng_seed, struct ralm_error *err)
{
	struct world world;
	int result = world_init(&world, options, rng_seed, err);
	if (result == 0)
		result = add_ids(&log->users, options->users, err);
	if (result == 0)
		result = add_ids(&log->items, options->items, err);
	for (uint32_t user = 0; result == 0 && user < options->users; user++) {
		uint32_t own[RALM_PLANTED_TASTES];
		const size_t own_count = draw_tastes(own, &world);
		if (tastes != NULL)
			memcpy(tastes + RALM_PLANTED_TASTES * user, own,
			       sizeof own);
		result = click_user(log, &world, user, own, own_count, err);
	}
	ralm_rng_shuffle(log->clicks, log->count, sizeof *log->clicks,
			 &world.rng);
	for (size_t i = 0; i < log->count; i++)
		log->clicks[i].time = (double)i;
	log->has_times = true;
	world_release(&world);
	return result;
}
