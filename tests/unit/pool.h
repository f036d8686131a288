/* A pool of each number of threads, for a whole test. */
#ifndef RALM_TESTS_POOL_H
#define RALM_TESTS_POOL_H

#include "ground/threads.h"

#include <stdlib.h>

static inline struct ralm_threads *pool(unsigned count)
{
	enum { MOST = 16 };
	static struct ralm_threads *threads[MOST];
	if (count >= MOST)
		abort();
	if (threads[count] == NULL)
		threads[count] = ralm_threads_new(count, NULL);
	if (threads[count] == NULL)
		abort();
	return threads[count];
}

#endif
