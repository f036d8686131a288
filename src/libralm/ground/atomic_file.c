#include "ground/atomic_file.h"

#include "ground/folder.h"
#include "ground/rng.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- what a signal removes ----------------------------------------------- */

/* Temporary files that a signal handler has to remove, each of one process: a child has
 * those of its parent as well, who goes on writing them. */
enum { SLOTS = 64 };
static struct {
	_Atomic(const char *) name; /* NULL: free; empty: being taken */
	_Atomic pid_t process;
} temporaries[SLOTS];
static atomic_uint removers; /* who go over them now */

static int slot_take(const char *name)
{
	for (int i = 0; i < SLOTS; i++) {
		const char *none = NULL;
		if (!atomic_compare_exchange_strong(&temporaries[i].name, &none, ""))
			continue;
		temporaries[i].process = getpid();
		atomic_store(&temporaries[i].name, name);
		return i;
	}
	return -1; /* no slot left: only a signal would leave the file behind */
}

/* After it nobody reads the name: a handler in another thread may have been about
 * to. */
static void slot_give_back(int slot)
{
	if (slot < 0)
		return;
	atomic_store(&temporaries[slot].name, NULL);
	while (atomic_load(&removers) > 0)
		sched_yield();
}

void ralm_remove_unfinished(void)
{
	atomic_fetch_add(&removers, 1);
	for (int i = 0; i < SLOTS; i++) {
		const char *name = atomic_load(&temporaries[i].name);
		if (name != NULL && *name != '\0' &&
		    temporaries[i].process == getpid())
			unlink(name);
	}
	atomic_fetch_sub(&removers, 1);
}

static void forget(struct ralm_atomic_file *file)
{
	slot_give_back(file->slot);
	free(file->path);
	free(file->temporary);
	memset(file, 0, sizeof *file);
	file->fd = file->slot = -1;
}

/* ---- opening ------------------------------------------------------------- */

bool ralm_is_stdout(const char *path)
{
	return strcmp(path, "/dev/stdout") == 0;
}

/* What is no regular file cannot be replaced: it is opened as it is. */
static int open_as_is(struct ralm_atomic_file *file)
{
	struct stat st;
	file->fd = ralm_is_stdout(file->path)
			   ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
			   : open(file->path, O_WRONLY | O_CLOEXEC);
	if (file->fd < 0 || fstat(file->fd, &st) != 0)
		return -1;
	file->once = !S_ISCHR(st.st_mode); /* /dev/null takes any number */
	return 0;
}

/* How many bytes of a name to use: all, or as many whole characters as leave room for
 * the rest of a temporary's name within NAME_MAX bytes. */
static int short_name(const char *name)
{
	const size_t most = NAME_MAX - (sizeof "..XXXXXX" - 1);
	size_t length = strlen(name);
	if (length > most)
		for (length = most;
		     length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80;)
			length--;
	return (int)length;
}

/* Makes a new file and takes a slot for it, with no signal in between: one before the
 * file is made would remove somebody else's of that name. */
static int create(struct ralm_atomic_file *file, mode_t mode)
{
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	file->fd = open(file->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
			mode);
	int number = errno;
	if (file->fd >= 0)
		file->slot = slot_take(file->temporary);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = number;
	return file->fd >= 0 ? 0 : -1;
}

/* ".NAME.XXXXXX", where X depends on file, process and time. O_EXCL passes over
 * one that another machine has made on the same disk. */
static int open_temporary(struct ralm_atomic_file *file, mode_t mode)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	static atomic_uint_fast64_t count;
	const char *slash = strrchr(file->path, '/');
	const char *base = slash ? slash + 1 : file->path;
	size_t size = strlen(file->path) + sizeof "..XXXXXX";
	file->temporary = malloc(size);
	if (file->temporary == NULL)
		return -1;
	int end = snprintf(file->temporary, size, "%.*s.%.*s.XXXXXX",
			   (int)(base - file->path), file->path,
			   short_name(base), base);
	for (int tries = 0; tries < 100; tries++) {
		uint64_t x = ralm_mix64(ralm_mix64((uint64_t)time(NULL)) ^
					(uint64_t)getpid()) +
			     atomic_fetch_add(&count, 1);
		x = ralm_mix64(x);
		for (int i = 1; i <= 6; i++, x /= 36)
			file->temporary[end - i] = digits[x % 36];
		if (create(file, mode) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	int number = errno;
	free(file->temporary);
	file->temporary = NULL;
	errno = number;
	return -1;
}

/* The path of the file to be replaced or created; to be freed. */
static char *place_of(const char *path, bool exists)
{
	struct stat link;
	if (exists)
		return access(path, W_OK) == 0 ? realpath(path, NULL) : NULL;
	/* A link to nothing would be replaced by a file: an error is better. */
	if (lstat(path, &link) == 0) {
		errno = ENOENT;
		return NULL;
	}
	return strdup(path);
}

int ralm_atomic_open(struct ralm_atomic_file *file, const char *path,
		     struct ralm_error *err)
{
	struct stat old;
	bool exists = stat(path, &old) == 0;
	int failed;
	*file = (struct ralm_atomic_file){.fd = -1, .slot = -1};
	if ((exists && !S_ISREG(old.st_mode)) ||
	    ralm_is_stdout(path)) {
		file->path = strdup(path);
		failed = file->path == NULL || open_as_is(file) != 0;
	} else {
		file->path = place_of(path, exists);
		/* What others may read of an old file, they may when owner and
		 * mode are its own, and not before. */
		failed = file->path == NULL ||
			 open_temporary(file, exists ? 0600 : 0666) != 0;
		if (!failed && exists) {
			(void)!fchown(file->fd, old.st_uid, old.st_gid);
			(void)!fchmod(file->fd, old.st_mode & 07777);
		}
	}
	if (!failed)
		return 0;
	ralm_error_system(err, "cannot write '%s'", path);
	if (file->fd >= 0)
		close(file->fd);
	forget(file);
	return -1;
}

int ralm_atomic_rewind(struct ralm_atomic_file *file, struct ralm_error *err)
{
	if (file->temporary != NULL && (ftruncate(file->fd, 0) != 0 ||
					lseek(file->fd, 0, SEEK_SET) != 0))
		return ralm_error_system(err, "cannot write '%s'", file->path);
	return 0;
}

/* ---- the end ------------------------------------------------------------- */

/* Flushes to the disk itself, which fsync alone does not do everywhere. */
static int sync_data(int fd)
{
#if defined F_FULLFSYNC
	if (fcntl(fd, F_FULLFSYNC) == 0)
		return 0;
#endif
	return fsync(fd);
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
	int failed = sync_data(fd) != 0;
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
	} else {
		/* ralm_folder_unsynced tells of a failure here. */
		(void)!ralm_folder_sync(file->path);
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
