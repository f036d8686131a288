/* How much of the comparing is done, for options->progress. */
#ifndef RALM_JOBS_EXPAND_EXPAND_PROGRESS_H
#define RALM_JOBS_EXPAND_EXPAND_PROGRESS_H

#include <stdatomic.h>
#include <stddef.h>

struct ralm_expand_progress {
	void (*tell)(void *context, double done); /* NULL: nobody asks */
	void *context;
	size_t total; /* pieces of work */
	atomic_size_t done;
	atomic_flag telling;
};

/* One piece more, in any thread. While one thread tells, others do not wait for it. */
static inline void ralm_expand_progress_add(struct ralm_expand_progress *p)
{
	if (p->tell == NULL)
		return;
	atomic_fetch_add(&p->done, 1);
	if (atomic_flag_test_and_set(&p->telling))
		return;
	p->tell(p->context, (double)p->done / (double)p->total);
	atomic_flag_clear(&p->telling);
}

/* All is compared, and nothing is written yet. */
static inline void ralm_expand_progress_end(const struct ralm_expand_progress *p)
{
	if (p->tell != NULL)
		p->tell(p->context, 1);
}

#endif
