/* How many processors control groups leave, from folders that look like theirs. */
#include "check.h"

#include "libralm/ground/processor_quota.h"
#include "libralm/ground/processors.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes the folders of a path. */
static void make_folders(const char *path)
{
	char part[256];
	for (const char *p = path; (p = strchr(p, '/')) != NULL; p++) {
		snprintf(part, sizeof part, "%.*s", (int)(p - path), path);
		if (mkdir(part, 0777) != 0 && errno != EEXIST)
			abort();
	}
}

static void put(const char *path, const char *text)
{
	make_folders(path);
	FILE *file = fopen(path, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		abort();
}

static unsigned quota(const char *root, const char *groups)
{
	put("self", groups);
	return ralm_processor_quota(root, "self");
}

static void test_version_2(void)
{
	const char *const deep = "0::/pods/one/two\n";
	check(quota("none", deep) == UINT_MAX &&
		      ralm_processor_quota("none", "missing") == UINT_MAX,
	      "no control groups, no limit");
	put("v2/cpu.max", "max 100000\n");
	put("v2/pods/one/two/cpu.max", "max 100000\n");
	check(quota("v2", deep) == UINT_MAX, "max is no limit");
	put("v2/pods/one/two/cpu.max", "400000 100000\n");
	check(quota("v2", deep) == 4, "four processors");
	put("v2/pods/cpu.max", "150000 100000\n");
	check(quota("v2", deep) == 2, "a group around it has one and a half: two");
	put("v2/pods/cpu.max", "20000 100000\n");
	check(quota("v2", deep) == 1, "a fifth is one");
	check(quota("v2", "0::/elsewhere/three\n") == UINT_MAX,
	      "a path that is not there leaves those around it");
	put("v2/cpu.max", "300000 100000\n");
	check(quota("v2", "0::/elsewhere/three\n") == 3 && quota("v2", "0::/\n") == 3,
	      "a container's own group is at the top");
	put("v2/cpu.max", "300000\n");
	check(quota("v2", "0::/\n") == UINT_MAX, "half a file is none");
	put("v2/cpu.max", "300000 0\n");
	check(quota("v2", "0::/\n") == UINT_MAX, "nor is a period of nothing");
}

static void test_version_1(void)
{
	const char *const groups = "9:name=systemd:/a\n4:cpuset:/a\n"
				   "3:cpuacct,cpu:/a/b\n1:memory:/\n";
	put("v1/cpu/a/b/cpu.cfs_quota_us", "-1\n");
	put("v1/cpu/a/b/cpu.cfs_period_us", "100000\n");
	check(quota("v1", groups) == UINT_MAX, "version 1: -1 is no limit");
	put("v1/cpu/a/cpu.cfs_quota_us", "500000\n");
	check(quota("v1", groups) == UINT_MAX, "nor is a quota without a period");
	put("v1/cpu/a/cpu.cfs_period_us", "200000\n");
	check(quota("v1", groups) == 3, "two and a half are three");
	check(quota("v1", "4:cpuset:/a\n5:cpuacct:/a\n") == UINT_MAX,
	      "groups of other things do not count");
	check(quota("v1", "no group\n:\n::\n\n") == UINT_MAX, "odd lines are none");
}

int main(void)
{
	char folder[] = "/tmp/ralm-processors-XXXXXX", command[64];
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		abort();
	test_version_2();
	test_version_1();
	check(ralm_processors() >= 1 && ralm_threads_wanted(0) >= 1 &&
		      ralm_threads_wanted(7) == 7 && ralm_threads_wanted(5000) == 1024,
	      "threads: as many as are wanted");
	snprintf(command, sizeof command, "rm -r '%s'", folder);
	return system(command) == 0 ? check_done() : 99;
}
