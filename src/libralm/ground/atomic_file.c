#include "atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Temporaries that a signal handler would have to remove. */
enum { SLOTS = 64 };
static _Atomic(char *) temporaries[SLOTS];

static int slot_take(char *name)
{
	for (int i = 0; i < SLOTS; i++) {
		char *none = NULL;
		if (atomic_compare_exchange_strong(&temporaries[i], &none, name))
			return i;
	}
	return -1; /* more files than slots: only a signal would leave it */
}

static void slot_give_back(int slot)
{
	if (slot >= 0)
		atomic_store(&temporaries[slot], NULL);
}

void ralm_atomic_unlink_all(void)
{
	for (int i = 0; i < SLOTS; i++) {
		char *name = atomic_load(&temporaries[i]);
		if (name != NULL)
			unlink(name);
	}
}

static void forget(struct ralm_atomic_file *file)
{
	slot_give_back(file->slot);
	free(file->path);
	free(file->temporary);
	memset(file, 0, sizeof *file);
	file->fd = file->slot = -1;
}

/* The mode a plain open(2) would have given: mkstemp makes files private. */
static void apply_mode(int fd, const struct stat *old)
{
	if (old != NULL) {
		(void)!fchmod(fd, old->st_mode & 07777);
		return;
	}
	mode_t mask = umask(0);
	umask(mask);
	(void)!fchmod(fd, 0666 & ~mask);
}

int ralm_atomic_open(struct ralm_atomic_file *file, const char *path,
		     struct ralm_error *err)
{
	memset(file, 0, sizeof *file);
	file->fd = file->slot = -1;
	struct stat old;
	int exists = stat(path, &old) == 0;
	if (exists && S_ISDIR(old.st_mode)) {
		errno = EISDIR;
		return ralm_error_system(err, "cannot write '%s'", path);
	}
	if (exists && !S_ISREG(old.st_mode)) {
		file->fd = open(path, O_WRONLY | O_CLOEXEC);
		file->path = strdup(path);
		if (file->fd >= 0 && file->path != NULL)
			return 0;
		goto fail;
	}
	/* A symbolic link is followed: what it points to is replaced. */
	file->path = exists ? realpath(path, NULL) : strdup(path);
	if (file->path == NULL)
		goto fail;
	size_t size = strlen(file->path) + sizeof ".XXXXXX" + 1;
	file->temporary = malloc(size);
	if (file->temporary == NULL)
		goto fail;
	const char *slash = strrchr(file->path, '/');
	const char *base = slash ? slash + 1 : file->path;
	snprintf(file->temporary, size, "%.*s.%s.XXXXXX",
		 (int)(base - file->path), file->path, base);
	file->fd = mkostemp(file->temporary, O_CLOEXEC);
	if (file->fd < 0)
		goto fail;
	file->slot = slot_take(file->temporary);
	apply_mode(file->fd, exists ? &old : NULL);
	return 0;
fail:
	ralm_error_system(err, "cannot write '%s'", path);
	if (file->fd >= 0)
		close(file->fd);
	forget(file);
	return -1;
}

static int sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1)
			     : strdup(".");
	if (folder == NULL)
		return -1;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (fd < 0)
		return -1;
	/* Some file systems cannot sync a folder; they say EINVAL. */
	int result = fsync(fd) == 0 || errno == EINVAL ? 0 : -1;
	close(fd);
	return result;
}

int ralm_atomic_commit(struct ralm_atomic_file *file, struct ralm_error *err)
{
	int fd = file->fd;
	file->fd = -1;
	if (file->temporary == NULL) {
		int closed = close(fd);
		if (closed != 0)
			ralm_error_system(err, "cannot write '%s'", file->path);
		forget(file);
		return closed == 0 ? 0 : -1;
	}
	int failed = fsync(fd) != 0;
	int number = errno;
	if (close(fd) != 0 && !failed) {
		failed = 1;
		number = errno;
	}
	if (!failed && rename(file->temporary, file->path) != 0) {
		failed = 1;
		number = errno;
	}
	if (failed) {
		unlink(file->temporary);
		errno = number;
		ralm_error_system(err, "cannot write '%s'", file->path);
	} else if (sync_folder(file->path) != 0) {
		/* The file is in place but may not survive a power cut. */
		failed = 1;
		ralm_error_system(err, "cannot sync the folder of '%s'",
				  file->path);
	}
	forget(file);
	return failed ? -1 : 0;
}

void ralm_atomic_abort(struct ralm_atomic_file *file)
{
	if (file->path == NULL)
		return;
	if (file->fd >= 0)
		close(file->fd);
	if (file->temporary != NULL)
		unlink(file->temporary);
	forget(file);
}
