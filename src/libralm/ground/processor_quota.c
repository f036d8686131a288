#include "ground/processor_quota.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A path of a group, and room behind it for a name of a file. */
enum { PATH_SIZE = PATH_MAX, NAME_SIZE = 32 };

/* Reads the first numbers of a file, at most two. Returns how many there are: none of
 * "max", of -1, or where there is no file. */
static int read_numbers(uint64_t numbers[2], const char *path)
{
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return 0;
	const int count = fscanf(file, "%" SCNu64 " %" SCNu64, &numbers[0],
				 &numbers[1]);
	fclose(file);
	return count > 0 && numbers[0] <= INT64_MAX ? count : 0;
}

/* The quota and the period of a group, in microseconds; false: it has none. Version 2 has
 * both in one file, version 1 in two. */
static bool read_quota(uint64_t *quota, uint64_t *period, const char *group)
{
	char path[PATH_SIZE + NAME_SIZE];
	uint64_t numbers[2] = {0, 0};
	snprintf(path, sizeof path, "%s/cpu.max", group);
	if (read_numbers(numbers, path) == 2) {
		*quota = numbers[0];
		*period = numbers[1];
		return *period > 0;
	}
	snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", group);
	if (read_numbers(numbers, path) < 1)
		return false;
	*quota = numbers[0];
	snprintf(path, sizeof path, "%s/cpu.cfs_period_us", group);
	if (read_numbers(numbers, path) < 1)
		return false;
	*period = numbers[0];
	return *period > 0;
}

/* The least of the group `path` below `top` and the groups around it. A container may see
 * its own group as the top, and the path of the machine: what is not there is passed
 * over. */
static unsigned least_quota(const char *top, const char *path)
{
	char group[PATH_SIZE];
	uint64_t quota, period, least = UINT_MAX;
	if (snprintf(group, sizeof group, "%s%s", top, path) >= (int)sizeof group)
		return UINT_MAX;
	for (;;) {
		if (read_quota(&quota, &period, group)) {
			const uint64_t count = quota / period + (quota % period > 0);
			least = count < least ? count : least;
		}
		char *slash = strrchr(group + strlen(top), '/');
		if (slash == NULL)
			return least > 0 ? (unsigned)least : 1;
		*slash = '\0';
	}
}

/* Whether "cpu" is in a list such as "cpu,cpuacct". */
static bool has_cpu(const char *list)
{
	for (; *list != '\0'; list += list[0] == ',') {
		const size_t length = strcspn(list, ",");
		if (length == 3 && memcmp(list, "cpu", 3) == 0)
			return true;
		list += length;
	}
	return false;
}

unsigned ralm_processor_quota(const char *root, const char *self)
{
	char line[PATH_SIZE + NAME_SIZE], top[PATH_SIZE];
	unsigned least = UINT_MAX;
	FILE *file = fopen(self, "re");
	while (file != NULL && fgets(line, sizeof line, file) != NULL) {
		/* "NUMBER:CONTROLLERS:PATH"; version 2 has no controllers there. */
		char *list = strchr(line, ':'), *path = NULL;
		if (list != NULL)
			path = strchr(++list, ':');
		if (path == NULL)
			continue;
		*path++ = '\0';
		path[strcspn(path, "\n")] = '\0';
		if (*list != '\0' && !has_cpu(list))
			continue;
		snprintf(top, sizeof top, "%s%s", root, *list != '\0' ? "/cpu" : "");
		const unsigned quota = least_quota(top, path);
		least = quota < least ? quota : least;
	}
	if (file != NULL)
		fclose(file);
	return least;
}
