/* How long threads that wait for each other stay awake: in a program that this
 * file is linked into, some 0.1 ms, and then they sleep. What the environment
 * says of waiting (OMP_WAIT_POLICY, GOMP_SPINCOUNT) is left as it is.
 *
 * GNU's OpenMP lets them stay awake for 3 ms and more, whoever else wants the
 * processor. It reads its environment when it is loaded, before main, and the
 * C library forgets what was set before that; so a variable that no library
 * asks for lends its place in the environment meanwhile. Where none is there,
 * and with other OpenMPs and C libraries, nothing happens. */
#include <stddef.h>
#include <string.h>

#if defined __linux__ && defined __GLIBC__ && !defined __clang__

/* Turns of waiting. On a machine of two processors, batches of 32: alone as fast
 * as never to sleep, where to sleep at once takes 1.6 times as long; beside one
 * other busy program 1.2 times what sleeping at once takes, where never to
 * sleep takes 2 to 15 times that (tests/bench/busy.sh). */
static char turns[] = "GOMP_SPINCOUNT=2000";

static char **place, *lent;

/* Whether an entry NAME=VALUE is of one of the names, NULL behind the last. */
static int is_one_of(const char *entry, const char *const *names)
{
	for (; *names != NULL; names++) {
		size_t length = strlen(*names);
		if (strncmp(entry, *names, length) == 0 && entry[length] == '=')
			return 1;
	}
	return 0;
}

static void lend(int argc, char **argv, char **environment)
{
	static const char *const set[] = {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT",
					  NULL};
	static const char *const unread[] = {"_",    "OLDPWD",  "PWD",  "SHLVL",
					     "HOME", "LOGNAME", "PATH", NULL};
	char **found = NULL;
	(void)argc;
	(void)argv;
	for (char **entry = environment; *entry != NULL; entry++) {
		if (is_one_of(*entry, set))
			return;
		if (is_one_of(*entry, unread))
			found = entry;
	}
	if (found == NULL)
		return;
	place = found;
	lent = *found;
	*found = turns;
}

/* Those of the program run behind those of its libraries. */
__attribute__((constructor)) static void give_back(void)
{
	if (place != NULL)
		*place = lent;
}

/* Run before any library's constructor. */
__attribute__((section(".preinit_array"), used)) static void (*const before)(
	int, char **, char **) = lend;

#endif
