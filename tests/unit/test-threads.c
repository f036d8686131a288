/* The pool of threads: every item once, whoever does it. */
#include "check.h"
#include "pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 3000 };

struct counted {
	atomic_uint times[MOST];
	atomic_bool at_work[16];
	atomic_uint collisions;
	struct ralm_threads *threads;
};

static void count(void *context, size_t i, unsigned thread)
{
	struct counted *c = context;
	c->collisions += atomic_exchange(&c->at_work[thread], true);
	c->times[i]++;
	c->at_work[thread] = false;
}

/* 0: items [0, n) were done once, and no other. */
static size_t wrong(struct counted *c, size_t n)
{
	size_t bad = c->collisions;
	for (size_t i = 0; i < MOST; i++)
		bad += c->times[i] != (i < n);
	memset(c->times, 0, sizeof c->times);
	return bad;
}

/* Each item waits for all others to have begun: each needs a thread, and its
 * number. */
struct meeting {
	unsigned count;
	atomic_uint begun, bad;
	atomic_bool came[16];
};

static void meet(void *context, size_t i, unsigned thread)
{
	struct meeting *m = context;
	(void)i;
	m->begun++;
	m->bad += thread >= m->count || atomic_exchange(&m->came[thread], true);
	for (int turn = 0; m->begun < m->count && turn < 20000; turn++)
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	m->bad += m->begun < m->count;
}

static void all_meet(struct ralm_threads *threads)
{
	const unsigned count = ralm_threads_count(threads);
	struct meeting meeting = {.count = count};
	if (check_failed != 0)
		return; /* it would take as long to fail again */
	nanosleep(&(struct timespec){0, 2000000}, NULL); /* they sleep */
	ralm_threads_each(threads, count, meet, &meeting);
	check(meeting.begun == count && meeting.bad == 0,
	      "each of %u threads takes one", count);
}

static void every_item_once(unsigned wanted)
{
	static const size_t sizes[] = {0, 1, 2, 3, 7, 64, MOST};
	struct counted c = {.threads = ralm_threads_new(wanted, NULL)};
	size_t bad = 0;
	check(ralm_threads_count(c.threads) == (wanted ? wanted : 1),
	      "%u threads", wanted);
	for (int again = 0; again < 2000; again++)
		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
			if (sizes[s] > 7 && again > 50)
				continue;
			ralm_threads_each(c.threads, sizes[s], count, &c);
			bad += wrong(&c, sizes[s]);
		}
	check(bad == 0, "every item once, by %u threads", wanted);
	all_meet(c.threads);
	ralm_threads_free(c.threads);
}

/* ---- loops in loops, loops of two callers ---------------------------------- */

static void loop_inside(void *context, size_t i, unsigned thread)
{
	struct counted *c = context, inner = {.threads = c->threads};
	count(c, i, thread);
	ralm_threads_each(c->threads, 9, count, &inner);
	c->collisions += wrong(&inner, 9) != 0;
}

static void *call(void *context)
{
	struct counted c = {.threads = context};
	size_t bad = 0;
	for (int again = 0; again < 500; again++) {
		ralm_threads_each(c.threads, 5, count, &c);
		bad += wrong(&c, 5);
	}
	return bad ? context : NULL;
}

static void two_callers(struct ralm_threads *threads)
{
	pthread_t other;
	void *bad = threads;
	if (pthread_create(&other, NULL, call, threads) != 0)
		abort();
	void *mine = call(threads);
	pthread_join(other, &bad);
	check(mine == NULL && bad == NULL, "two threads have loops at once");
}

/* ---- signals, children, idle workers --------------------------------------- */

static void blocks(void *context, size_t i, unsigned thread)
{
	static const int own[] = {SIGBUS,  SIGFPE,  SIGILL,
				  SIGPIPE, SIGSEGV, SIGXFSZ};
	sigset_t mask;
	atomic_uint *not_blocked = context;
	(void)i;
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	*not_blocked += thread > 0 && !sigismember(&mask, SIGTERM);
	*not_blocked += thread == 0 && sigismember(&mask, SIGTERM);
	/* What a thread does itself it is told itself. */
	for (size_t s = 0; s < sizeof own / sizeof *own; s++)
		*not_blocked += sigismember(&mask, own[s]) != 0;
	nanosleep(&(struct timespec){0, 1000000}, NULL);
}

static int in_child(struct ralm_threads *threads)
{
	struct counted c = {.threads = threads};
	int status = 0;
	pid_t pid = fork();
	if (pid == 0) {
		alarm(20);
		ralm_threads_each(threads, 50, count, &c);
		size_t bad = wrong(&c, 50);
		ralm_threads_free(threads);
		_exit(bad != 0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid ? status : -1;
}

static double processor_seconds(void)
{
	struct rusage used;
	getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

int main(void)
{
	struct counted c = {.threads = NULL};
	struct ralm_threads *threads = pool(3);
	atomic_uint not_blocked = 0;
	ralm_threads_each(NULL, 3, count, &c);
	check(wrong(&c, 3) == 0 && ralm_threads_count(NULL) == 1,
	      "without a pool the caller does it");
	for (unsigned wanted = 0; wanted < 6; wanted++)
		every_item_once(wanted);
	every_item_once(13);
	c.threads = threads;
	ralm_threads_each(threads, 40, loop_inside, &c);
	check(wrong(&c, 40) == 0, "loops in a loop");
	two_callers(threads);
	ralm_threads_each(threads, 30, blocks, &not_blocked);
	check(not_blocked == 0, "signals are for the caller");
	for (int again = 0; again < 20 && check_failed == 0; again++)
		check(in_child(threads) == 0, "in a child that was forked");
	double before = processor_seconds();
	nanosleep(&(struct timespec){0, 300000000}, NULL);
	check(processor_seconds() - before < 0.1, "workers without work sleep");
	ralm_threads_free(NULL);
	return check_done();
}
