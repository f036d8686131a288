/* Ranks: processes that do one piece of work together, each with its part of the
 * data, on one machine or on many. Rank 0 leads: it says what comes next, all do
 * it, and nobody does anything else.
 *
 *	rank 0       command  its part  .  its part  answer  command ...
 *	rank 1..N-1  wait     the same  .  the same  answer  wait ...
 *
 * Six calls move bytes between them: by MPI in src/ranks_mpi.c, which ends the process
 * where that fails. All ranks make the same calls in the same order, from one thread
 * each. Counts are of elements of `unit` bytes; what is for or from several ranks lies
 * in the order of ranks, without gaps. */
#ifndef RALM_GROUND_RANKS_H
#define RALM_GROUND_RANKS_H

#include <signal.h>

#include "ground/error.h"

struct ralm_ranks;

struct ralm_ranks_calls {
	/* Copies rank 0's data (bytes) to all. */
	void (*broadcast)(struct ralm_ranks *ranks, void *data, size_t bytes);
	/* Copies counts[r] elements of rank 0's `all` to `mine` (n) of each rank r. */
	void (*scatter)(struct ralm_ranks *ranks, void *mine, size_t n,
			const void *all, const size_t *counts, size_t unit);
	/* The other way: `mine` (n) of each rank r to `all` of rank 0, which is
	 * to get counts[r] from it. Elsewhere all and counts are not used. */
	void (*gather)(struct ralm_ranks *ranks, void *all,
		       const size_t *counts, const void *mine, size_t n,
		       size_t unit);
	/* in[r] = what rank r has in its out for this rank. Both (size). */
	void (*trade)(struct ralm_ranks *ranks, size_t *in, const size_t *out);
	/* The same with out_counts[r] elements for each rank r, and in_counts[r]
	 * from it, which trade has told. */
	void (*exchange)(struct ralm_ranks *ranks, void *in,
			 const size_t *in_counts, const void *out,
			 const size_t *out_counts, size_t unit);
	/* The largest number that any rank has. */
	uint64_t (*most)(struct ralm_ranks *ranks, uint64_t number);
};

/* What a rank's processor time goes to. Exchange is work that is done only because there
 * are several ranks; carried is what the calls above take. (MPI waits by polling, which
 * takes processor time, too.) */
enum ralm_phase {
	RALM_PHASE_OTHER,
	RALM_PHASE_PLAN,
	RALM_PHASE_NETWORK,
	RALM_PHASE_EXCHANGE,
	RALM_PHASE_STEP,
	RALM_PHASE_CARRIED,
	RALM_PHASES
};

struct ralm_ranks {
	const struct ralm_ranks_calls *calls;
	unsigned rank, size;
	size_t *counts; /* (size) scratch, for counts of the calls above */
	/* The signal that asked this process to stop; 0: none. Where another rank
	 * got one, rank 0 sets its own. */
	volatile sig_atomic_t *stop;
	uint64_t threads; /* that each rank computes with; 0: its processors */
	enum ralm_phase phase;
	double spent[RALM_PHASES]; /* processor seconds of the calling thread */
	double entered; /* its processor seconds when this phase began */
};

/* What rank 0 says comes next. What is too long for a command follows it. */
struct ralm_ranks_command {
	uint32_t what;
	uint32_t part; /* these mean what each command says, or nothing */
	uint64_t at, count;
	double rate, keep;
};

/* All ranks end, with the exit status `count`. Other commands have numbers of their
 * own: those of rows in rows/rows_ranks.c, of training in jobs/fit/rank_work.h. */
enum { RALM_RANKS_END };

static inline void ralm_ranks_announce(struct ralm_ranks *ranks,
				       struct ralm_ranks_command command)
{
	ranks->calls->broadcast(ranks, &command, sizeof command);
}

static inline struct ralm_ranks_command
ralm_ranks_listen(struct ralm_ranks *ranks)
{
	struct ralm_ranks_command command;
	ranks->calls->broadcast(ranks, &command, sizeof command);
	return command;
}

/* What follows belongs to that phase. Returns the one before. */
enum ralm_phase ralm_ranks_enter(struct ralm_ranks *ranks,
				 enum ralm_phase phase);

/* Whether all ranks succeeded. Returns 0 on all if `result` is 0 on all, else -1 on all.
 * Then rank 0's err becomes that of the first rank whose result is not 0, and names that
 * rank, unless it is rank 0 itself. */
int ralm_ranks_agree(struct ralm_ranks *ranks, int result,
		     struct ralm_error *err) RALM_MUST_CHECK;

/* Part r of n things in order: from ralm_share_begin(n, r) to that of r + 1. */
static inline size_t ralm_share_begin(const struct ralm_ranks *ranks, size_t n,
				      unsigned r)
{
	return n / ranks->size * r + n % ranks->size * r / ranks->size;
}

static inline size_t ralm_share_size(const struct ralm_ranks *ranks, size_t n,
				     unsigned r)
{
	return ralm_share_begin(ranks, n, r + 1) - ralm_share_begin(ranks, n, r);
}

/* Of n things that are dealt out one by one, thing i to rank i % size: how many rank r
 * has. */
static inline size_t ralm_dealt(const struct ralm_ranks *ranks, size_t n,
				unsigned r)
{
	return n / ranks->size + (r < n % ranks->size);
}

#endif
