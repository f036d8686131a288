#include "ground/threads.h"

#include "ground/memory.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Waits until all are there. */
static void *run(void *all)
{
	pthread_mutex_lock(all);
	pthread_mutex_unlock(all);
	return NULL;
}

/* Whether `count` threads more can run at once. */
static int try_threads(unsigned count, struct ralm_error *err)
{
	pthread_mutex_t all = PTHREAD_MUTEX_INITIALIZER;
	sigset_t every, old;
	unsigned started = 0;
	int failed = 0;
	pthread_t *threads = ralm_aligned_new(count, sizeof *threads, err);
	if (threads == NULL)
		return -1;
	/* Signals are for the program's own threads. */
	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, &old);
	pthread_mutex_lock(&all);
	while (started < count && failed == 0) {
		failed = pthread_create(&threads[started], NULL, run, &all);
		started += failed == 0;
	}
	pthread_mutex_unlock(&all);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	free(threads);
	if (failed == 0)
		return 0;
	errno = failed;
	return ralm_error_system(err, "cannot start a thread");
}

int ralm_threads_start(unsigned count, struct ralm_error *err)
{
	atomic_uint running = 0;
	if (try_threads(count, err) != 0)
		return -1;
#pragma omp parallel num_threads(count)
	atomic_fetch_add(&running, 1);
	return 0;
}
