/* Ranks that are threads of a test: what they send goes through memory, and they
 * wait for each other at each call. */
#ifndef RALM_TESTS_RANK_THREADS_H
#define RALM_TESTS_RANK_THREADS_H

#include "ground/ranks.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { RANK_THREADS = 5 };

struct rank_thread {
	struct ralm_ranks ranks; /* its head */
	struct rank_meeting *meeting;
	volatile sig_atomic_t stop;
	int (*run)(struct ralm_ranks *ranks);
	int result;
	/* what the others look into */
	const void *out;
	const size_t *counts;
	uint64_t number;
};

struct rank_meeting {
	pthread_mutex_t lock;
	pthread_cond_t all_here;
	unsigned size, waiting, round;
	struct rank_thread rank[RANK_THREADS];
};

static inline struct rank_thread *rank_of(struct ralm_ranks *ranks)
{
	return (struct rank_thread *)ranks;
}

static inline void meet(struct ralm_ranks *ranks)
{
	struct rank_meeting *m = rank_of(ranks)->meeting;
	pthread_mutex_lock(&m->lock);
	const unsigned round = m->round;
	if (++m->waiting == m->size) {
		m->waiting = 0;
		m->round++;
		pthread_cond_broadcast(&m->all_here);
	}
	while (m->round == round)
		pthread_cond_wait(&m->all_here, &m->lock);
	pthread_mutex_unlock(&m->lock);
}

static inline struct rank_thread *show(struct ralm_ranks *ranks, const void *out,
				       const size_t *counts)
{
	struct rank_thread *own = rank_of(ranks);
	own->out = out;
	own->counts = counts;
	meet(ranks);
	return own->meeting->rank;
}

static inline void take(void *to, const void *from, size_t skip, size_t n,
			size_t unit)
{
	if (n > 0)
		memcpy(to, (const char *)from + skip * unit, n * unit);
}

static inline void rank_broadcast(struct ralm_ranks *ranks, void *data,
				  size_t bytes)
{
	const struct rank_thread *all = show(ranks, data, NULL);
	if (ranks->rank != 0)
		take(data, all[0].out, 0, bytes, 1);
	meet(ranks);
}

static inline void rank_scatter(struct ralm_ranks *ranks, void *mine, size_t n,
				const void *from, const size_t *counts,
				size_t unit)
{
	const struct rank_thread *all = show(ranks, from, counts);
	size_t skip = 0;
	for (unsigned r = 0; r < ranks->rank; r++)
		skip += all[0].counts[r];
	if (all[0].counts[ranks->rank] != n)
		abort();
	take(mine, all[0].out, skip, n, unit);
	meet(ranks);
}

static inline void rank_gather(struct ralm_ranks *ranks, void *to,
			       const size_t *counts, const void *mine, size_t n,
			       size_t unit)
{
	const struct rank_thread *all = show(ranks, mine, NULL);
	for (unsigned r = 0; ranks->rank == 0 && r < ranks->size; r++) {
		take(to, all[r].out, 0, counts[r], unit);
		if (counts[r] > 0)
			to = (char *)to + counts[r] * unit;
	}
	(void)n;
	meet(ranks);
}

static inline void rank_trade(struct ralm_ranks *ranks, size_t *in,
			      const size_t *out)
{
	const struct rank_thread *all = show(ranks, out, NULL);
	for (unsigned r = 0; r < ranks->size; r++)
		in[r] = ((const size_t *)all[r].out)[ranks->rank];
	meet(ranks);
}

static inline void rank_exchange(struct ralm_ranks *ranks, void *in,
				 const size_t *in_counts, const void *out,
				 const size_t *out_counts, size_t unit)
{
	const struct rank_thread *all = show(ranks, out, out_counts);
	for (unsigned r = 0; r < ranks->size; r++) {
		size_t skip = 0;
		for (unsigned to = 0; to < ranks->rank; to++)
			skip += all[r].counts[to];
		if (all[r].counts[ranks->rank] != in_counts[r])
			abort();
		take(in, all[r].out, skip, in_counts[r], unit);
		if (in_counts[r] > 0)
			in = (char *)in + in_counts[r] * unit;
	}
	meet(ranks);
}

static inline uint64_t rank_most(struct ralm_ranks *ranks, uint64_t number)
{
	uint64_t most = 0;
	rank_of(ranks)->number = number;
	const struct rank_thread *all = show(ranks, NULL, NULL);
	for (unsigned r = 0; r < ranks->size; r++)
		most = all[r].number > most ? all[r].number : most;
	meet(ranks);
	return most;
}

static inline void *rank_run(void *argument)
{
	struct rank_thread *own = argument;
	own->result = own->run(&own->ranks);
	return NULL;
}

/* Runs lead as rank 0 and follow as the others. Returns what lead does; what the
 * others did is in m->rank. */
static inline int ranks_run(struct rank_meeting *m, unsigned size,
			    int (*lead)(struct ralm_ranks *ranks),
			    int (*follow)(struct ralm_ranks *ranks))
{
	static const struct ralm_ranks_calls calls = {
		.broadcast = rank_broadcast,
		.scatter = rank_scatter,
		.gather = rank_gather,
		.trade = rank_trade,
		.exchange = rank_exchange,
		.most = rank_most,
	};
	pthread_t thread[RANK_THREADS];
	*m = (struct rank_meeting){.size = size};
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->all_here, NULL);
	for (unsigned r = size; r-- > 0;) {
		m->rank[r] = (struct rank_thread){
			.ranks = {.calls = &calls, .rank = r, .size = size,
				  .counts = calloc(size, sizeof(size_t)),
				  .stop = &m->rank[r].stop},
			.meeting = m,
			.run = r == 0 ? lead : follow,
		};
		if (r > 0 && pthread_create(&thread[r], NULL, rank_run,
					    &m->rank[r]) != 0)
			abort();
	}
	rank_run(&m->rank[0]);
	for (unsigned r = 0; r < size; r++) {
		if (r > 0)
			pthread_join(thread[r], NULL);
		free(m->rank[r].ranks.counts);
	}
	return m->rank[0].result;
}

#endif
