#include "jobs/fit/checkpoint_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HOST_MOST = 256 };

/* Writes "PID HOST\n", to say who holds it. If that fails, it is no error. */
static void sign(int fd)
{
	char host[HOST_MOST] = "";
	if (gethostname(host, sizeof host - 1) != 0)
		host[0] = '\0';
	if (ftruncate(fd, 0) == 0)
		dprintf(fd, "%ld %s\n", (long)getpid(), host);
}

static int in_use(int fd, const char *folder, struct ralm_error *err)
{
	char text[32 + HOST_MOST], host[HOST_MOST];
	long pid;
	ssize_t length = pread(fd, text, sizeof text - 1, 0);
	text[length > 0 ? length : 0] = '\0';
	if (sscanf(text, "%ld %255s", &pid, host) != 2)
		return ralm_error_set(err, RALM_ERROR_SYSTEM,
				      "'%s' is in use by another run", folder);
	return ralm_error_set(err, RALM_ERROR_SYSTEM,
			      "'%s' is in use by process %ld on %s", folder,
			      pid, host);
}

/* Whether the file is still the one at its path: the last holder may have removed it
 * after we opened and before we locked it. */
static bool in_place(int fd, const char *path)
{
	struct stat ours, there;
	return fstat(fd, &ours) == 0 && stat(path, &there) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/* A file that another user's run left may be readable only. */
static int open_file(const char *path)
{
	const int flags = O_CLOEXEC | O_NOFOLLOW; /* it is emptied */
	int fd = open(path, O_RDWR | O_CREAT | flags, 0666);
	if (fd < 0 && errno == EACCES)
		fd = open(path, O_RDONLY | flags);
	return fd;
}

int ralm_checkpoint_lock(struct ralm_checkpoint_lock *lock, const char *folder,
			 struct ralm_error *err)
{
	lock->fd = -1;
	snprintf(lock->path, sizeof lock->path, "%s/" RALM_CHECKPOINT_LOCK, folder);
	for (;;) {
		int result = 0;
		int fd = open_file(lock->path);
		if (fd < 0)
			return ralm_error_system(err, "cannot write '%s'",
						 lock->path);
		if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
			if (errno == EWOULDBLOCK)
				result = in_use(fd, folder, err);
			close(fd);
			return result;
		}
		if (in_place(fd, lock->path)) {
			lock->fd = fd;
			sign(fd);
			return 1;
		}
		close(fd);
	}
}

void ralm_checkpoint_unlock(struct ralm_checkpoint_lock *lock)
{
	if (lock->fd < 0)
		return;
	if (in_place(lock->fd, lock->path))
		unlink(lock->path); /* while it is held */
	close(lock->fd);
	lock->fd = -1;
}
