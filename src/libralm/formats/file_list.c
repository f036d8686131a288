/* The files that one path stands for: itself, or those in a folder. */
#include "ralm.h"

#include "ground/memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Adds path, which was allocated and is freed where it cannot be added. NULL: memory
 * is short. */
static int add(struct ralm_file_list *list, char *path, struct ralm_error *err)
{
	if (path == NULL)
		return ralm_error_memory(err, 1);
	if (RALM_RESERVE(list->paths, list->capacity, list->count + 1,
			 err) != 0) {
		free(path);
		return -1;
	}
	list->paths[list->count++] = path;
	return 0;
}

static int add_entry(struct ralm_file_list *list, const char *folder,
		     const char *name, struct ralm_error *err)
{
	size_t size = strlen(folder) + strlen(name) + 2;
	char *path = malloc(size);
	if (path == NULL)
		return ralm_error_memory(err, size);
	snprintf(path, size, "%s/%s", folder, name);
	if (is_folder(path)) {
		free(path);
		return 0;
	}
	return add(list, path, err);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_folder(struct ralm_file_list *list, const char *folder,
		      struct ralm_error *err)
{
	DIR *dir = opendir(folder);
	if (dir == NULL)
		return ralm_error_system(err, "cannot open '%s'", folder);
	const struct dirent *entry;
	int result = 0;
	while (result == 0 && (errno = 0, entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			result = add_entry(list, folder, entry->d_name, err);
	if (result == 0 && errno != 0)
		result = ralm_error_system(err, "cannot read '%s'", folder);
	closedir(dir);
	if (result != 0)
		return -1;
	if (list->count == 0)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "there is no file in '%s'", folder);
	qsort(list->paths, list->count, sizeof *list->paths, by_name);
	return 0;
}

int ralm_file_list_init(struct ralm_file_list *list, const char *path,
			struct ralm_error *err)
{
	memset(list, 0, sizeof *list);
	if ((is_folder(path) ? add_folder(list, path, err)
			     : add(list, strdup(path), err)) == 0)
		return 0;
	ralm_file_list_release(list);
	return -1;
}

void ralm_file_list_release(struct ralm_file_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->paths[i]);
	free(list->paths);
	memset(list, 0, sizeof *list);
}
