/* Environment variables for the libraries of a program that this file is linked
 * into. They read their environment when they are loaded, before main, and the
 * C library forgets what was set before that; so variables that no library asks
 * for lend their places in the environment meanwhile. With other C libraries
 * nothing happens.
 *
 * OPENBLAS_NUM_THREADS=1: OpenBLAS starts no threads of its own, which nobody
 * uses. Each of them takes 128 MB of addresses when it starts, and where these
 * are not to be had it asks for ever, and the end of the program waits for it.
 *
 * GOMP_SPINCOUNT: threads of GNU's OpenMP that wait for each other stay awake
 * for some 0.1 ms and then sleep, instead of after 3 ms and more, whoever else
 * wants the processor. What the environment says of waiting (OMP_WAIT_POLICY,
 * GOMP_SPINCOUNT) is left as it is. */
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#if defined __linux__ && defined __GLIBC__

static char one_thread[] = "OPENBLAS_NUM_THREADS=1";
/* Turns of waiting. On a machine of two processors, batches of 32: alone as fast
 * as never to sleep, where to sleep at once takes 1.6 times as long; beside one
 * other busy program 1.2 times what sleeping at once takes, where never to
 * sleep takes 2 to 15 times that (tests/bench/busy.sh). */
static char turns[] = "GOMP_SPINCOUNT=2000";

static struct {
	char **place, *lent;
} loans[2];
static size_t loan_count;
static cpu_set_t processors;
static bool one_processor;

/* Whether an entry NAME=VALUE is of one of the names, NULL behind the last. */
static bool is_one_of(const char *entry, const char *const *names)
{
	for (; *names != NULL; names++) {
		size_t length = strlen(*names);
		if (strncmp(entry, *names, length) == 0 && entry[length] == '=')
			return true;
	}
	return false;
}

/* The last entry of one of the names, or NULL. */
static char **find(char **environment, const char *const *names)
{
	char **found = NULL;
	for (; *environment != NULL; environment++)
		if (is_one_of(*environment, names))
			found = environment;
	return found;
}

static void lend_to(char *entry, char **place)
{
	if (place == NULL)
		return;
	loans[loan_count].place = place;
	loans[loan_count++].lent = *place;
	*place = entry;
}

/* Where there is nothing to lend: OpenBLAS starts no threads then, either. */
static void show_one_processor(void)
{
	cpu_set_t one;
	int first = 0;
	if (sched_getaffinity(0, sizeof processors, &processors) != 0)
		return;
	while (first < CPU_SETSIZE && !CPU_ISSET(first, &processors))
		first++;
	CPU_ZERO(&one);
	CPU_SET(first, &one);
	one_processor = sched_setaffinity(0, sizeof one, &one) == 0;
}

static void lend(int argc, char **argv, char **environment)
{
	static const char *const threads[] = {"OPENBLAS_NUM_THREADS", NULL};
	static const char *const waiting[] = {"OMP_WAIT_POLICY",
					      "GOMP_SPINCOUNT", NULL};
	static const char *const unread[] = {"_",    "OLDPWD",  "PWD",  "SHLVL",
					     "HOME", "LOGNAME", "PATH", NULL};
	char **own = find(environment, threads);
	char **place = own ? own : find(environment, unread);
	(void)argc;
	(void)argv;
	if (place == NULL)
		show_one_processor();
	lend_to(one_thread, place);
	if (find(environment, waiting) == NULL)
		lend_to(turns, find(environment, unread));
}

/* Those of the program run behind those of its libraries. */
__attribute__((constructor)) static void give_back(void)
{
	if (one_processor)
		sched_setaffinity(0, sizeof processors, &processors);
	while (loan_count > 0) {
		loan_count--;
		*loans[loan_count].place = loans[loan_count].lent;
	}
}

/* Run before any library's constructor. */
__attribute__((section(".preinit_array"), used)) static void (*const before)(
	int, char **, char **) = lend;

#endif
