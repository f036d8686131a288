#include "jobs/fit/checkpoint_folder.h"

#include "jobs/fit/checkpoint_lock.h"

#include "ground/memory.h"
#include "ground/numbers.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- names --------------------------------------------------------------- */

enum { NAME_MOST = 40 };
#define UNKNOWN UINT64_MAX

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
	name_of(own, *steps); /* other spellings, as step-7.bin, are not ours */
	*rest = name + strlen(own);
	return strncmp(name, own, strlen(own)) == 0;
}

static bool is_checkpoint(uint64_t *steps, const char *name)
{
	const char *rest;
	return begins(steps, &rest, name) && *rest == '\0';
}

/* Whether it is a temporary file, as ground/atomic_file.c names them, of a checkpoint or
 * of the best model. */
static bool is_temporary(const char *name)
{
	static const char best[] = "." RALM_CHECKPOINT_BEST;
	uint64_t steps;
	const char *rest = name + sizeof best - 1;
	if (strncmp(name, best, sizeof best - 1) != 0 &&
	    !(name[0] == '.' && begins(&steps, &rest, name + 1)))
		return false;
	return rest[0] == '.' && strlen(rest) == strlen(".XXXXXX");
}

bool ralm_checkpoint_has_name(const char *name)
{
	return strncmp(name, "step-", 5) == 0 || strncmp(name, ".step-", 6) == 0 ||
	       strcmp(name, RALM_CHECKPOINT_LOCK) == 0;
}

/* ---- listing ------------------------------------------------------------- */

static int newest_first(const void *a, const void *b)
{
	const struct ralm_checkpoint_name *x = a, *y = b;
	if (x->run != y->run)
		return x->run < y->run ? 1 : -1;
	return x->steps < y->steps ? 1 : x->steps > y->steps ? -1 : 0;
}

static int open_folder(DIR **dir, const char *folder, struct ralm_error *err)
{
	*dir = opendir(folder);
	if (*dir != NULL || errno == ENOENT)
		return 0;
	return ralm_error_system(err, "cannot read '%s'", folder);
}

/* The run in the header of a mapped file; UNKNOWN: its header cannot be read. */
static uint64_t run_in(const void *bytes, size_t size)
{
	struct ralm_safetensors file;
	uint64_t run = 0;
	if (ralm_safetensors_parse(&file, bytes, size, "", NULL) != 0)
		return UNKNOWN;
	const char *text =
		ralm_safetensors_metadata(&file, RALM_CHECKPOINT_RUN);
	if (text != NULL &&
	    !ralm_parse_u64(&run, text, strlen(text), RALM_CHECKPOINT_RUNS))
		run = UNKNOWN;
	ralm_safetensors_release(&file);
	return run;
}

static uint64_t run_of(const char *folder, uint64_t steps)
{
	char path[RALM_CHECKPOINT_PATH];
	void *bytes;
	size_t size;
	ralm_checkpoint_path(path, folder, steps);
	if (ralm_safetensors_map(&bytes, &size, path, NULL) != 0)
		return UNKNOWN;
	const uint64_t run = run_in(bytes, size);
	munmap(bytes, size);
	return run;
}

/* Counts checkpoints of an unknown run as of the last run. */
static void settle_unknown(struct ralm_checkpoint_name *names, size_t count)
{
	uint64_t last = 0;
	for (size_t i = 0; i < count; i++)
		if (names[i].run != UNKNOWN && names[i].run > last)
			last = names[i].run;
	for (size_t i = 0; i < count; i++)
		if (names[i].run == UNKNOWN)
			names[i].run = last;
}

int ralm_checkpoint_list(struct ralm_checkpoint_name **names, size_t *count,
			 const char *folder, struct ralm_error *err)
{
	DIR *dir;
	struct dirent *entry;
	size_t room = 0;
	int result = open_folder(&dir, folder, err);
	*names = NULL;
	*count = 0;
	while (result == 0 && dir != NULL && (entry = readdir(dir)) != NULL) {
		uint64_t steps;
		if (!is_checkpoint(&steps, entry->d_name))
			continue;
		result = ralm_array_reserve(names, &room, *count + 1,
					    sizeof **names, err);
		if (result == 0)
			(*names)[(*count)++] =
				(struct ralm_checkpoint_name){
					run_of(folder, steps), steps};
	}
	if (dir != NULL)
		closedir(dir);
	settle_unknown(*names, *count);
	if (*count > 1)
		qsort(*names, *count, sizeof **names, newest_first);
	return result;
}

/* ---- removal ------------------------------------------------------------- */

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

int ralm_checkpoint_tidy(const char *folder, uint64_t steps, uint64_t keep,
			 struct ralm_error *err)
{
	struct ralm_checkpoint_name *names = NULL;
	size_t count = 0;
	uint64_t left = keep - 1; /* without that of `steps` */
	int result = remove_temporaries(folder, err);
	if (result == 0 && keep > 0)
		result = ralm_checkpoint_list(&names, &count, folder, err);
	for (size_t i = 0; result == 0 && i < count; i++) {
		char path[RALM_CHECKPOINT_PATH];
		if (names[i].steps == steps)
			continue;
		if (left > 0) {
			left--;
			continue;
		}
		ralm_checkpoint_path(path, folder, names[i].steps);
		unlink(path);
	}
	free(names);
	return result;
}

int ralm_checkpoint_next_run(uint64_t *run, const char *folder,
			     struct ralm_error *err)
{
	struct ralm_checkpoint_name *names;
	size_t count;
	int result = ralm_checkpoint_list(&names, &count, folder, err);
	if (result == 0)
		*run = 1 + (count > 0 ? names[0].run : 0);
	free(names);
	return result;
}
