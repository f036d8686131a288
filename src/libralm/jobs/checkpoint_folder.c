#include "checkpoint_folder.h"

#include "../ground/memory.h"
#include "../ground/numbers.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined __APPLE__
#define st_mtim st_mtimespec
#endif

/* ---- names --------------------------------------------------------------- */

enum { NAME_MOST = 40 };

static void name_of(char name[NAME_MOST], uint64_t steps)
{
	snprintf(name, NAME_MOST, "step-%012" PRIu64 ".bin", steps);
}

void ralm_checkpoint_path(char path[RALM_CHECKPOINT_PATH], const char *folder,
			  uint64_t steps)
{
	char name[NAME_MOST];
	name_of(name, steps);
	snprintf(path, RALM_CHECKPOINT_PATH, "%s/%s", folder, name);
}

/* The steps in a name that begins as a checkpoint's; *rest is what follows. */
static bool begins(uint64_t *steps, const char **rest, const char *name)
{
	char own[NAME_MOST];
	if (strncmp(name, "step-", 5) != 0 ||
	    !ralm_parse_u64(steps, name + 5, strspn(name + 5, "0123456789"),
			    UINT64_MAX))
		return false;
	name_of(own, *steps); /* and not step-7.bin, which nobody would open */
	*rest = name + strlen(own);
	return strncmp(name, own, strlen(own)) == 0;
}

static bool is_checkpoint(uint64_t *steps, const char *name)
{
	const char *rest;
	return begins(steps, &rest, name) && *rest == '\0';
}

/* As ground/atomic_file.c names them. */
static bool is_temporary(const char *name)
{
	uint64_t steps;
	const char *rest;
	return name[0] == '.' && begins(&steps, &rest, name + 1) &&
	       rest[0] == '.' && strlen(rest) == strlen(".XXXXXX");
}

/* ---- what is there ------------------------------------------------------- */

static int last_written_first(const void *a, const void *b)
{
	const struct ralm_checkpoint_name *x = a, *y = b;
	if (x->written.tv_sec != y->written.tv_sec)
		return x->written.tv_sec < y->written.tv_sec ? 1 : -1;
	if (x->written.tv_nsec != y->written.tv_nsec)
		return x->written.tv_nsec < y->written.tv_nsec ? 1 : -1;
	return x->steps < y->steps ? 1 : x->steps > y->steps ? -1 : 0;
}

static int open_folder(DIR **dir, const char *folder, struct ralm_error *err)
{
	*dir = opendir(folder);
	if (*dir != NULL || errno == ENOENT)
		return 0;
	return ralm_error_system(err, "cannot read '%s'", folder);
}

int ralm_checkpoint_list(struct ralm_checkpoint_name **names, size_t *count,
			 const char *folder, struct ralm_error *err)
{
	DIR *dir;
	struct dirent *entry;
	struct stat st;
	size_t room = 0;
	int result = open_folder(&dir, folder, err);
	*names = NULL;
	*count = 0;
	while (result == 0 && dir != NULL && (entry = readdir(dir)) != NULL) {
		uint64_t steps;
		if (!is_checkpoint(&steps, entry->d_name) ||
		    fstatat(dirfd(dir), entry->d_name, &st, 0) != 0)
			continue;
		result = ralm_array_reserve(names, &room, *count + 1,
					    sizeof **names, err);
		if (result == 0)
			(*names)[(*count)++] =
				(struct ralm_checkpoint_name){steps, st.st_mtim};
	}
	if (dir != NULL)
		closedir(dir);
	if (*count > 1)
		qsort(*names, *count, sizeof **names, last_written_first);
	return result;
}

/* ---- what goes ----------------------------------------------------------- */

static int remove_temporaries(const char *folder, struct ralm_error *err)
{
	DIR *dir;
	struct dirent *entry;
	if (open_folder(&dir, folder, err) != 0)
		return -1;
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (is_temporary(entry->d_name))
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		closedir(dir);
	return 0;
}

int ralm_checkpoint_tidy(const char *folder, uint64_t keep,
			 struct ralm_error *err)
{
	struct ralm_checkpoint_name *names = NULL;
	size_t count = 0;
	int result = remove_temporaries(folder, err);
	if (result == 0 && keep > 0)
		result = ralm_checkpoint_list(&names, &count, folder, err);
	for (size_t i = keep; result == 0 && i < count; i++) {
		char path[RALM_CHECKPOINT_PATH];
		ralm_checkpoint_path(path, folder, names[i].steps);
		unlink(path);
	}
	free(names);
	return result;
}
