#include "ground/ranks.h"

#include <string.h>
#include <time.h>

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
