#include "ground/threads.h"

#include "ground/clock.h"
#include "ground/memory.h"
#include "ground/processors.h"

#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

/* How long a thread spins before it sleeps, in nanoseconds (tests/bench/busy.sh
 * measures it), and how many turns it makes between looks at the clock. */
enum { AWAKE = 10000, TURNS = 16 };

/* A ticket is the number of the loop, and in its lower half the next item. */
enum { ITEM_BITS = 32 };
#define NO_ITEM UINT64_C(0xffffffff) /* behind the last of any loop */

struct worker {
	struct ralm_threads *threads;
	pthread_t id;
	unsigned number; /* from 1: the caller is 0 */
};

struct ralm_threads {
	/* The current loop. It changes only while the ticket has no item and
	 * all items taken are done: a thread that gets an item by raising the
	 * ticket has read the loop that it belongs to. */
	_Alignas(RALM_ALIGNMENT) atomic_uint_fast64_t ticket;
	atomic_size_t count;
	_Atomic(ralm_threads_work *) work;
	_Atomic(void *) context;
	_Alignas(RALM_ALIGNMENT) atomic_size_t done; /* items of the current loop */

	_Alignas(RALM_ALIGNMENT) atomic_bool busy; /* a loop is running */
	atomic_bool ending;
	atomic_uint asleep;        /* workers */
	atomic_bool caller_asleep;
	pthread_mutex_t lock;      /* held to go to sleep or to wake others */
	pthread_cond_t begun, ended;
	bool awake_first; /* there is a processor for each: spin first */
	pid_t process;
	unsigned started;
	struct worker worker[];
};

/* ---- waiting ------------------------------------------------------------- */

struct patience {
	unsigned turns;
	uint64_t end;
};

/* One turn of spinning; false: it was long enough. */
static bool wait_awake(struct patience *patience)
{
#if defined __x86_64__
	__builtin_ia32_pause();
#elif defined __aarch64__
	__asm__ volatile("yield");
#endif
	if (++patience->turns % TURNS != 0)
		return true;
	uint64_t now = ralm_nanoseconds();
	if (patience->end == 0)
		patience->end = now + AWAKE;
	return now < patience->end;
}

static uint64_t loop_of(uint64_t ticket)
{
	return ticket >> ITEM_BITS;
}

/* Waits for a loop other than `seen`; false: there will be none. */
static bool wait_for_loop(struct ralm_threads *threads, uint64_t seen)
{
	struct patience patience = {0, 0};
	while (threads->awake_first && loop_of(threads->ticket) == seen &&
	       !threads->ending)
		if (!wait_awake(&patience))
			break;
	if (loop_of(threads->ticket) == seen && !threads->ending) {
		pthread_mutex_lock(&threads->lock);
		threads->asleep++;
		while (loop_of(threads->ticket) == seen && !threads->ending)
			pthread_cond_wait(&threads->begun, &threads->lock);
		threads->asleep--;
		pthread_mutex_unlock(&threads->lock);
	}
	return !threads->ending;
}

/* Waits until the items that other threads have begun are done. */
static void wait_for_items(struct ralm_threads *threads, size_t count)
{
	struct patience patience = {0, 0};
	while (threads->awake_first && threads->done != count)
		if (!wait_awake(&patience))
			break;
	if (threads->done == count)
		return;
	pthread_mutex_lock(&threads->lock);
	threads->caller_asleep = true;
	while (threads->done != count)
		pthread_cond_wait(&threads->ended, &threads->lock);
	threads->caller_asleep = false;
	pthread_mutex_unlock(&threads->lock);
}

/* ---- items --------------------------------------------------------------- */

/* Works on items of a loop until none is left. */
static void take_items(struct ralm_threads *threads, uint64_t loop,
		       unsigned thread)
{
	size_t taken = 0;
	uint64_t ticket = threads->ticket;
	while (loop_of(ticket) == loop) {
		ralm_threads_work *work = threads->work;
		void *context = threads->context;
		size_t item = ticket & NO_ITEM;
		if (item >= threads->count)
			break;
		if (!atomic_compare_exchange_weak(&threads->ticket, &ticket,
						  ticket + 1))
			continue;
		work(context, item, thread);
		taken++;
		ticket = threads->ticket;
	}
	if (taken == 0)
		return;
	threads->done += taken;
	if (thread == 0 || !threads->caller_asleep)
		return;
	pthread_mutex_lock(&threads->lock);
	pthread_cond_signal(&threads->ended);
	pthread_mutex_unlock(&threads->lock);
}

static void *run(void *argument)
{
	const struct worker *worker = argument;
	struct ralm_threads *threads = worker->threads;
	uint64_t seen = 0;
	while (wait_for_loop(threads, seen)) {
		seen = loop_of(threads->ticket);
		take_items(threads, seen, worker->number);
	}
	return NULL;
}

void ralm_threads_each(struct ralm_threads *threads, size_t count,
		       ralm_threads_work *work, void *context)
{
	if (threads == NULL || threads->started == 0 || count < 2 ||
	    atomic_exchange(&threads->busy, true)) {
		for (size_t i = 0; i < count; i++)
			work(context, i, 0);
		return;
	}
	assert(count < NO_ITEM);
	uint64_t loop = loop_of(threads->ticket);
	threads->ticket |= NO_ITEM;
	threads->count = count;
	threads->work = work;
	threads->context = context;
	threads->done = 0;
	loop = (loop + 1) & NO_ITEM;
	threads->ticket = loop << ITEM_BITS;
	if (threads->asleep > 0 && threads->process == getpid()) {
		pthread_mutex_lock(&threads->lock);
		pthread_cond_broadcast(&threads->begun);
		pthread_mutex_unlock(&threads->lock);
	}
	take_items(threads, loop, 0);
	wait_for_items(threads, count);
	threads->busy = false;
}

/* ---- start and end ------------------------------------------------------- */

/* Signals that a thread causes and receives itself. Were they blocked, a write
 * to a closed pipe would be an error, and a mapped file that was cut short
 * would end the process before its handler ran. */
static const int own_signals[] = {SIGBUS, SIGFPE,  SIGILL,
				  SIGPIPE, SIGSEGV, SIGXFSZ};

int ralm_thread_start(pthread_t *id, void *(*start)(void *), void *argument)
{
	sigset_t others, old;
	sigfillset(&others);
	for (size_t i = 0; i < sizeof own_signals / sizeof *own_signals; i++)
		sigdelset(&others, own_signals[i]);
	pthread_sigmask(SIG_BLOCK, &others, &old);
	int failed = pthread_create(id, NULL, start, argument);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return failed;
}

static void start_workers(struct ralm_threads *threads, unsigned count)
{
	while (threads->started + 1 < count) {
		struct worker *worker = &threads->worker[threads->started];
		worker->threads = threads;
		worker->number = threads->started + 1;
		if (ralm_thread_start(&worker->id, run, worker) != 0)
			break;
		threads->started++;
	}
}

struct ralm_threads *ralm_threads_new(unsigned count, struct ralm_error *err)
{
	struct ralm_threads *threads = ralm_aligned_new(
		1, sizeof *threads + count * sizeof *threads->worker, err);
	if (threads == NULL)
		return NULL;
	pthread_mutex_init(&threads->lock, NULL);
	pthread_cond_init(&threads->begun, NULL);
	pthread_cond_init(&threads->ended, NULL);
	threads->awake_first = count <= ralm_processors();
	threads->process = getpid();
	start_workers(threads, count);
	return threads;
}

void ralm_threads_free(struct ralm_threads *threads)
{
	if (threads == NULL)
		return;
	if (threads->process == getpid()) { /* a forked child has none */
		pthread_mutex_lock(&threads->lock);
		threads->ending = true;
		pthread_cond_broadcast(&threads->begun);
		pthread_mutex_unlock(&threads->lock);
		for (unsigned i = 0; i < threads->started; i++)
			pthread_join(threads->worker[i].id, NULL);
		pthread_mutex_destroy(&threads->lock);
		pthread_cond_destroy(&threads->begun);
		pthread_cond_destroy(&threads->ended);
	}
	free(threads);
}

unsigned ralm_threads_count(const struct ralm_threads *threads)
{
	return threads != NULL ? threads->started + 1 : 1;
}
