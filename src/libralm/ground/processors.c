#include "ground/processors.h"

#include <sched.h>
#include <unistd.h>

unsigned ralm_processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
#if defined __linux__
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof set, &set) == 0)
		n = CPU_COUNT(&set);
#endif
	return n > 0 ? (unsigned)n : 1;
}
