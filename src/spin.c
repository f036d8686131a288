#include "spin.h"

#if defined __linux__ && defined __GNUC__ && !defined __clang__

#include <stdlib.h>
#include <unistd.h>

/* Turns of waiting. On a machine of two processors, batches of 32: alone as fast
 * as never to sleep, where to sleep at once takes 1.6 times as long; beside one
 * other busy program 1.2 times what sleeping at once takes, where never to
 * sleep takes 2 to 15 times that (tests/bench/busy.sh). */
#define TURNS "2000"

void spin_briefly(char **argv)
{
	char program[4096];
	if (getenv("OMP_WAIT_POLICY") != NULL ||
	    getenv("GOMP_SPINCOUNT") != NULL)
		return;
	/* Not "/proc/self/exe" itself, which ps would show as "exe". */
	ssize_t length =
		readlink("/proc/self/exe", program, sizeof program - 1);
	if (length < 0)
		return;
	program[length] = '\0';
	if (setenv("GOMP_SPINCOUNT", TURNS, 1) == 0)
		execv(program, argv);
}

#else

void spin_briefly(char **argv)
{
	(void)argv;
}

#endif
