/* Threads that share the items of a loop.
 *
 *	caller     open loop   0  2  3  6  .  loop is done, goes on alone
 *	worker 1       sees it  1  4  5  7 .  awake for a while, then asleep
 *
 * A thread that is free takes the next item; the caller is one of them, so that a
 * loop is done even where the system lets no worker run: only items that were
 * begun are waited for. A thread that has nothing to do stays awake for some
 * microseconds, then sleeps. */
#ifndef RALM_GROUND_THREADS_H
#define RALM_GROUND_THREADS_H

#include <pthread.h>

#include "ground/error.h"

/* Starts a thread that takes no signals but those that it causes itself
 * (SIGPIPE, SIGBUS, …). 0 or an error number, as pthread_create. */
int ralm_thread_start(pthread_t *id, void *(*run)(void *), void *argument)
	RALM_MUST_CHECK;

struct ralm_threads;

/* `count` threads for loops, the caller among them (0 is taken for 1). Where
 * the system gives fewer there are fewer (ralm_threads_count). NULL: out of
 * memory. To be freed by ralm_threads_free. */
struct ralm_threads *ralm_threads_new(unsigned count, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_threads_free(struct ralm_threads *threads); /* NULL: nothing */

/* How many threads share a loop, the caller among them; 1 for NULL. */
unsigned ralm_threads_count(const struct ralm_threads *threads);

/* The work on item i of a loop. `thread` is below ralm_threads_count, and no
 * two items have the same one at the same time: it selects a thread's scratch
 * memory. */
typedef void ralm_threads_work(void *context, size_t i, unsigned thread);

/* Calls work(context, i, thread) for i from 0 to count - 1, begun in this
 * order; all are done when it returns. No item may touch what another writes.
 * The caller does all of it where threads is NULL or busy already (for another
 * thread, or because an item has a loop of its own), and in a forked child. */
void ralm_threads_each(struct ralm_threads *threads, size_t count,
		       ralm_threads_work *work, void *context);

#endif
