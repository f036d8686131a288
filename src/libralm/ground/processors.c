#include "ground/processors.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
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

void ralm_processor_name(char *text, size_t size)
{
	static const char name[] = "model name";
	char line[256];
	FILE *file = fopen("/proc/cpuinfo", "re");
	*text = '\0';
	while (file != NULL && *text == '\0' &&
	       fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, name, sizeof name - 1) == 0) {
			const char *value = line + strcspn(line, ":");
			value += strspn(value, ": \t");
			snprintf(text, size, "%.*s", (int)strcspn(value, "\n"),
				 value);
		}
	if (file != NULL)
		fclose(file);
}
