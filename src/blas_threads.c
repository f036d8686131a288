/* OpenBLAS starts threads of its own when it is loaded, before main, one for each
 * processor that it finds, and ralm computes in threads of its own. Each takes
 * 128 MB of addresses, and where these are not to be had it asks for ever, and
 * the end of the program waits for it. So a program that this file is linked
 * into has one processor while its libraries are loaded. With other C libraries
 * than glibc nothing happens. */
#include <sched.h>
#include <stdbool.h>

#if defined __linux__ && defined __GLIBC__

static cpu_set_t processors;
static bool taken;

static void take(int argc, char **argv, char **environment)
{
	cpu_set_t one;
	int first = 0;
	(void)argc;
	(void)argv;
	(void)environment;
	if (sched_getaffinity(0, sizeof processors, &processors) != 0)
		return;
	while (first < CPU_SETSIZE && !CPU_ISSET(first, &processors))
		first++;
	CPU_ZERO(&one);
	CPU_SET(first, &one);
	taken = sched_setaffinity(0, sizeof one, &one) == 0;
}

/* Those of the program run behind those of its libraries. */
__attribute__((constructor)) static void give_back(void)
{
	if (taken)
		sched_setaffinity(0, sizeof processors, &processors);
}

/* Run before any library's constructor. */
__attribute__((section(".preinit_array"), used)) static void (*const before)(
	int, char **, char **) = take;

#endif
