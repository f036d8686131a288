/* The best of the users who are added, by cosine and then by id: the same ones in
 * whatever order, and from whatever thread, they are added.
 *
 * An entry is 64 bits: how good, the smaller the better, above the row. Entries are
 * in no order until there are as many as wanted; then they are a heap whose top is
 * the worst of them. */
#ifndef RALM_JOBS_EXPAND_AUDIENCE_H
#define RALM_JOBS_EXPAND_AUDIENCE_H

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "ground/threads.h"
#include "jobs/expand/user_names.h"

/* A number that is the smaller, the better the cosine is (-0 is +0); and the cosine of
 * such a number. reverse: as in struct ralm_audience. */
static inline uint32_t ralm_cosine_rank(float cosine, bool reverse)
{
	uint32_t bits;
	cosine = (reverse ? -cosine : cosine) + 0.0f;
	memcpy(&bits, &cosine, sizeof bits);
	return bits >> 31 ? bits : ~bits & 0x7fffffff;
}
static inline float ralm_rank_cosine(uint32_t rank, bool reverse)
{
	const uint32_t bits = rank >> 31 ? rank : ~rank & 0x7fffffff;
	float cosine;
	memcpy(&cosine, &bits, sizeof cosine);
	return (reverse ? -cosine : cosine) + 0.0f;
}

struct ralm_audience {
	const struct ralm_user_names *names;
	size_t most;  /* how many are kept, at most */
	bool reverse; /* the smaller cosine is the better one */
	uint64_t *entry;
	size_t count, room;
	pthread_mutex_t lock; /* of entry */
	_Atomic uint64_t limit; /* an entry above it is not among the best */
};

/* most > 0. */
void ralm_audience_init(struct ralm_audience *audience,
			const struct ralm_user_names *names, size_t most,
			bool reverse);
void ralm_audience_release(struct ralm_audience *audience);

/* Adds those of `count` rows, with these cosines (none is NaN), that are among
 * the best so far. In any thread. */
int ralm_audience_add(struct ralm_audience *audience, const uint32_t *row,
		      const float *cosine, size_t count,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Sorts them, the best first; nothing may be added any more. */
void ralm_audience_sort(struct ralm_audience *audience,
			struct ralm_threads *threads);

/* The row of the i-th best user, and the cosine, once they are sorted. */
static inline uint32_t ralm_audience_row(const struct ralm_audience *audience,
					 size_t i)
{
	return (uint32_t)audience->entry[i];
}
static inline float ralm_audience_cosine(const struct ralm_audience *audience,
					 size_t i)
{
	return ralm_rank_cosine((uint32_t)(audience->entry[i] >> 32),
				audience->reverse);
}

#endif
