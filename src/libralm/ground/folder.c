#include "ground/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_bool unsynced;

bool ralm_folder_unsynced(void)
{
	return unsynced;
}

/* The folder that a path is in, to be freed; NULL: there is no memory. */
static char *folder_of(const char *path)
{
	size_t length = strlen(path);
	while (length > 1 && path[length - 1] == '/')
		length--; /* "a/b/" is in "a/" */
	while (length > 0 && path[length - 1] != '/')
		length--;
	return length > 0 ? strndup(path, length) : strdup(".");
}

bool ralm_folder_holds(const char *folder, const char *path)
{
	struct stat there, here;
	char *parent = folder_of(path);
	const bool holds = parent != NULL && stat(folder, &there) == 0 &&
			   stat(parent, &here) == 0 &&
			   there.st_dev == here.st_dev &&
			   there.st_ino == here.st_ino;
	free(parent);
	return holds;
}

static int sync_folder(const char *path)
{
	char *folder = folder_of(path);
	if (folder == NULL)
		return -1;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (fd < 0)
		return -1;
	/* Some file systems cannot sync a folder; they say EINVAL. */
	int result = fsync(fd) == 0 || errno == EINVAL ? 0 : -1;
	int number = errno;
	close(fd);
	errno = number;
	return result;
}

int ralm_folder_sync(const char *path)
{
	int result = sync_folder(path);
	if (result != 0)
		unsynced = true;
	return result;
}

int ralm_folder_make(const char *path, struct ralm_error *err)
{
	struct stat st;
	if (mkdir(path, 0777) == 0) {
		(void)!ralm_folder_sync(path);
		return 0;
	}
	if (errno != EEXIST)
		return ralm_error_system(err, "cannot make '%s'", path);
	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	else if (access(path, W_OK | X_OK) == 0)
		return 0;
	return ralm_error_system(err, "cannot write to '%s'", path);
}
