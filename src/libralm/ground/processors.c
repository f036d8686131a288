#include "ground/processors.h"

#include "ground/processor_quota.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>
#if defined __x86_64__ || defined __i386__
#include <cpuid.h>
#endif

unsigned ralm_processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
#if defined __linux__
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof set, &set) == 0)
		n = CPU_COUNT(&set);
	const unsigned quota =
		ralm_processor_quota("/sys/fs/cgroup", "/proc/self/cgroup");
	if (n > 0 && quota < (unsigned)n)
		n = (long)quota;
#endif
	return n > 0 ? (unsigned)n : 1;
}

unsigned ralm_threads_wanted(uint64_t wanted)
{
	enum { MOST = 1024 };
	const uint64_t count = wanted > 0 ? wanted : ralm_processors();
	return count < MOST ? (unsigned)count : MOST;
}

void ralm_processor_name(char text[RALM_PROCESSOR_NAME])
{
	memset(text, 0, RALM_PROCESSOR_NAME);
#if defined __x86_64__ || defined __i386__
	/* Three leaves of sixteen characters. */
	unsigned part[4];
	char name[3 * sizeof part + 1] = "";
	for (unsigned i = 0; i < 3; i++) {
		if (__get_cpuid(0x80000002 + i, &part[0], &part[1], &part[2],
				&part[3]) == 0)
			return;
		memcpy(name + i * sizeof part, part, sizeof part);
	}
	strcpy(text, name + strspn(name, " "));
#endif
}
