/* Threads that share the items of a loop.
 *
 *	caller     open loop   0  2  3  6  .  loop is done, goes on alone
 *	worker 1       sees it  1  4  5  7 .  awake for a while, then asleep
 *
 * Whoever is free takes the next item; the caller is one of them, so that a
 * loop is done even where the system lets no worker run: only items that were
 * begun are waited for. Who has nothing to do stays awake for some microseconds,
 * then sleeps. */
#ifndef RALM_GROUND_THREADS_H
#define RALM_GROUND_THREADS_H

#include <pthread.h>

#include "ground/error.h"

/* Starts a thread of the library's own, which takes no signals but those of its
 * own doing (SIGPIPE, SIGBUS, …). 0 or an error number, as pthread_create. */
int ralm_thread_start(pthread_t *id, void *(*run)(void *), void *argument)
	RALM_MUST_CHECK;

struct ralm_threads;

/* Threads for loops of `count` at once (0 is taken for 1), the caller among
 * them. Where the system gives fewer there are fewer, see ralm_threads_count;
 * NULL: there is no memory. They end in ralm_threads_free. */
struct ralm_threads *ralm_threads_new(unsigned count, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_threads_free(struct ralm_threads *threads); /* NULL: nothing */

/* How many share a loop, the caller among them; 1 for NULL. */
unsigned ralm_threads_count(const struct ralm_threads *threads);

/* Item i of a loop. `thread` is below ralm_threads_count, and no other item that
 * has it is worked on meanwhile: for scratch memory of each thread's own. */
typedef void ralm_threads_work(void *context, size_t i, unsigned thread);

/* work(context, i, thread) for i from 0 to count - 1, begun in this order, done
 * when it returns. What one item writes no other may touch. The caller does all
 * of it where threads is NULL or at work already (for another thread, or because
 * an item has a loop of its own), and in a child that was forked. */
void ralm_threads_each(struct ralm_threads *threads, size_t count,
		       ralm_threads_work *work, void *context);

#endif
