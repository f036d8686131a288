/* ground/spill and ground/atomic_file where the system answers otherwise than usual: the
 * calls of this program stand before the system's. */
#include "check.h"

#include "libralm/ground/atomic_file.h"
#include "libralm/ground/spill.h"
#include "libralm/ralm.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __linux__ && defined SYS_openat

static struct ralm_error err;

/* ---- interrupted --------------------------------------------------------- */

static int interruptions;

int posix_fallocate(int fd, off_t from, off_t count)
{
	if (interruptions > 0) {
		interruptions--;
		return EINTR;
	}
	return ftruncate(fd, from + count) == 0 ? 0 : errno;
}

static void test_interrupted(void)
{
	struct ralm_spill_budget budget = {.left = 0};
	struct ralm_spill spill;
	ralm_spill_init(&spill, 1, &budget);
	interruptions = 3;
	check(ralm_spill_reserve(&spill, 10, &err) == 0 && spill.fd >= 0 &&
		      interruptions == 0,
	      "a signal does not end the making of a temporary file");
	ralm_spill_release(&spill);
}

/* ---- a temporary that somebody else has ---------------------------------- */

static char taken[200]; /* the name that was tried first */
static bool take;       /* it is somebody else's by then */
static mode_t made_with;

int open(const char *path, int flags, ...)
{
	va_list args;
	va_start(args, flags);
	const mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	const bool was_taken = take && (flags & O_EXCL);
	if (was_taken) {
		take = false;
		snprintf(taken, sizeof taken, "%s", path);
		close((int)syscall(SYS_openat, AT_FDCWD, path,
				   O_WRONLY | O_CREAT, 0600));
	}
	made_with = mode;
	const int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	const int number = errno;
	if (was_taken) /* as a signal handler would */
		ralm_remove_unfinished();
	errno = number;
	return fd;
}

static void test_taken(const char *path)
{
	struct ralm_atomic_file file;
	take = true;
	check(ralm_atomic_open(&file, path, &err) == 0 &&
		      access(taken, F_OK) == 0 &&
		      strcmp(file.temporary, taken) != 0,
	      "somebody else's file is passed over, and no signal removes it");
	ralm_atomic_abort(&file);
	check(unlink(taken) == 0, "nor does the end of the own one");
}

static void test_mode(const char *path)
{
	struct ralm_atomic_file file;
	struct stat st;
	const mode_t mask = umask(0);
	bool ok = ralm_atomic_open(&file, path, &err) == 0 &&
		  made_with == 0666 &&
		  ralm_atomic_commit(&file, &err) == 0 &&
		  chmod(path, 0640) == 0;
	ok = ok && ralm_atomic_open(&file, path, &err) == 0;
	check(ok && made_with == 0600 && fstat(file.fd, &st) == 0 &&
		      (st.st_mode & 07777) == 0640,
	      "the temporary for an old file is nobody else's before it has its mode");
	ralm_atomic_abort(&file);
	umask(mask);
	unlink(path);
}

/* ---- a signal in another thread ------------------------------------------ */

static char folder[] = "/tmp/ralm-calls-XXXXXX";
static atomic_bool stop;
static atomic_int wrong_names;

/* Reads the name late: had it been freed, it would be another by then. */
int unlink(const char *path)
{
	usleep(10);
	wrong_names += strncmp(path, folder, strlen(folder)) != 0;
	return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

static void *remove_often(void *unused)
{
	(void)unused;
	while (!stop)
		ralm_remove_unfinished();
	return NULL;
}

static void test_names(const char *path)
{
	struct ralm_atomic_file file;
	pthread_t thread;
	wrong_names = 0;
	bool ok = pthread_create(&thread, NULL, remove_often, NULL) == 0;
	for (int i = 0; ok && i < 1000; i++) {
		ok = ralm_atomic_open(&file, path, &err) == 0;
		ralm_atomic_abort(&file);
	}
	stop = true;
	pthread_join(thread, NULL);
	check(ok && wrong_names == 0,
	      "another thread that removes what is unfinished reads no freed name");
}

int main(void)
{
	char path[64];
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/m", folder);
	test_interrupted();
	test_taken(path);
	test_mode(path);
	test_names(path);
	check(rmdir(folder) == 0, "nothing is left behind");
	return check_done();
}
#else
int main(void)
{
	check(true, "system calls # SKIP not on this system");
	return check_done();
}
#endif
