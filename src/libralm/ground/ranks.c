#include "ground/ranks.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- alone --------------------------------------------------------------- */

static void copy(void *to, const void *from, size_t bytes)
{
	if (bytes > 0)
		memcpy(to, from, bytes);
}

static void broadcast(struct ralm_ranks *ranks, void *data, size_t bytes)
{
	(void)ranks;
	(void)data;
	(void)bytes;
}

static void scatter(struct ralm_ranks *ranks, void *mine, size_t n,
		    const void *all, const size_t *counts, size_t unit)
{
	(void)ranks;
	(void)counts;
	copy(mine, all, n * unit);
}

static void gather(struct ralm_ranks *ranks, void *all, const size_t *counts,
		   const void *mine, size_t n, size_t unit)
{
	(void)ranks;
	(void)counts;
	copy(all, mine, n * unit);
}

static void trade(struct ralm_ranks *ranks, size_t *in, const size_t *out)
{
	(void)ranks;
	*in = *out;
}

static void exchange(struct ralm_ranks *ranks, void *in,
		     const size_t *in_counts, const void *out,
		     const size_t *out_counts, size_t unit)
{
	(void)ranks;
	(void)in_counts;
	copy(in, out, *out_counts * unit);
}

static uint64_t most(struct ralm_ranks *ranks, uint64_t number)
{
	(void)ranks;
	return number;
}

int ralm_ranks_alone(struct ralm_ranks *ranks, struct ralm_error *err)
{
	static const struct ralm_ranks_calls calls = {
		.broadcast = broadcast,
		.scatter = scatter,
		.gather = gather,
		.trade = trade,
		.exchange = exchange,
		.most = most,
	};
	*ranks = (struct ralm_ranks){.calls = &calls, .size = 1};
	ranks->counts = ralm_aligned_new(1, sizeof *ranks->counts, err);
	return ranks->counts != NULL ? 0 : -1;
}

void ralm_ranks_release(struct ralm_ranks *ranks)
{
	free(ranks->counts);
	ranks->counts = NULL;
}

/* ---- phases -------------------------------------------------------------- */

enum ralm_phase ralm_ranks_enter(struct ralm_ranks *ranks,
				 enum ralm_phase phase)
{
	const enum ralm_phase before = ranks->phase;
	struct timespec time;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	const double now = (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
	ranks->spent[before] += now - ranks->entered;
	ranks->entered = now;
	ranks->phase = phase;
	return before;
}

/* ---- errors -------------------------------------------------------------- */

static void name_rank(struct ralm_error *err, unsigned rank)
{
	char message[sizeof err->message];
	memcpy(message, err->message, sizeof message);
	ralm_error_set(err, err->code, "rank %u: %.480s", rank, message);
}

int ralm_ranks_agree(struct ralm_ranks *ranks, int result,
		     struct ralm_error *err)
{
	struct ralm_error own, told;
	const uint64_t size = ranks->size;
	const uint64_t first = ranks->calls->most(
		ranks, result != 0 ? size - ranks->rank : 0);
	if (first == 0)
		return 0;
	const unsigned who = (unsigned)(size - first);
	err = ralm_error_or(err, &own);
	for (unsigned r = 0; r < ranks->size; r++)
		ranks->counts[r] = r == who;
	ranks->calls->gather(ranks, &told, ranks->counts, err,
			     ranks->rank == who, sizeof told);
	if (ranks->rank == 0 && who != 0) {
		*err = told;
		name_rank(err, who);
	}
	return -1;
}
