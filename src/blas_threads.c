/* Keeps OpenBLAS from starting threads. When it is loaded, before main, it starts one
 * for each processor it finds; ralm needs none of them, since it computes in threads
 * of its own. Each asks for 128 MB of address space, and where the limit (ulimit -v)
 * has no room for that it asks again for ever, and the program cannot end. So a
 * program that is linked with this file may use one processor alone while its
 * libraries are loaded, and all of them again before main. This needs glibc; with
 * another C library nothing is done. */
#include <sched.h>
#include <stdbool.h>

#if defined __linux__ && defined __GLIBC__

static cpu_set_t processors; /* that the program may use */
/* volatile: clang runs constructors while it compiles, where it can, and this one as if
 * nothing had been done before it. */
static volatile bool restricted;

static void use_one_processor(int argc, char **argv, char **environment)
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
	restricted = sched_setaffinity(0, sizeof one, &one) == 0;
}

/* Constructors of the program run after those of its libraries. */
__attribute__((constructor)) static void use_all_processors(void)
{
	if (restricted)
		sched_setaffinity(0, sizeof processors, &processors);
}

/* Run before any library's constructor. */
__attribute__((section(".preinit_array"), used)) static void (*const before)(
	int, char **, char **) = use_one_processor;

#endif
