/* Preloaded into a tool (LD_PRELOAD), makes the n-th call of one kind fail,
 * once main has begun:
 *
 *     RALM_FAULT_CALL  read write open mmap fsync rename close ftruncate thread
 *                      malloc
 *     RALM_FAULT_NTH   n, from 1
 *     RALM_FAULT_ON    if set, every call after it fails, too: a disk that
 *                      stays full
 *     RALM_FAULT_MARK  a file that is made when a call was made to fail
 *     RALM_FAULT_SIGNAL  the number of a signal that the process gets instead,
 *                      before a call that does not fail
 *
 * Calls out of libraries that are not prepared for it (OpenBLAS) are
 * neither counted nor failed. glibc only. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_bool armed;
static atomic_long countdown;
static const char *failing;
static bool goes_on;

/* Set while glibc works for a library that is not prepared. Initial-exec: its
 * use allocates nothing. */
static _Thread_local bool exempt __attribute__((tls_model("initial-exec")));

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
int __libc_start_main(int (*main)(int, char **, char **), int argc,
		      char **argv, void (*init)(void), void (*fini)(void),
		      void (*rtld_fini)(void), void *stack_end);
ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
int __open_2(const char *path, int flags);

/* ---- which call fails --------------------------------------------------- */

static bool ours(void *caller)
{
	Dl_info info;
	if (dladdr(caller, &info) == 0 || info.dli_fname == NULL)
		return true;
	return strstr(info.dli_fname, "blas") == NULL &&
	       strstr(info.dli_fname, "ld-linux") == NULL;
}

static bool fails(const char *call, void *caller, int number)
{
	if (!atomic_load(&armed) || exempt || strcmp(call, failing) != 0 ||
	    !ours(caller))
		return false;
	long left = atomic_fetch_sub(&countdown, 1);
	if (left > 1 || (left < 1 && !goes_on))
		return false;
	const char *mark = getenv("RALM_FAULT_MARK");
	if (mark != NULL)
		syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, mark,
					   O_CREAT | O_WRONLY, 0666));
	const char *signal_number = getenv("RALM_FAULT_SIGNAL");
	if (signal_number != NULL) {
		syscall(SYS_kill, syscall(SYS_getpid), atoi(signal_number));
		return false;
	}
	errno = number;
	return true;
}
#define FAILS(call, number) fails(call, __builtin_return_address(0), number)

static int (*real_main)(int, char **, char **);

static int armed_main(int argc, char **argv, char **envp)
{
	const char *nth = getenv("RALM_FAULT_NTH");
	failing = getenv("RALM_FAULT_CALL");
	goes_on = getenv("RALM_FAULT_ON") != NULL;
	if (failing != NULL && nth != NULL) {
		atomic_store(&countdown, atol(nth));
		atomic_store(&armed, true);
	}
	return real_main(argc, argv, envp);
}

int __libc_start_main(int (*main)(int, char **, char **), int argc,
		      char **argv, void (*init)(void), void (*fini)(void),
		      void (*rtld_fini)(void), void *stack_end)
{
	int (*start)(int (*)(int, char **, char **), int, char **,
		     void (*)(void), void (*)(void), void (*)(void), void *);
	*(void **)&start = dlsym(RTLD_NEXT, "__libc_start_main");
	real_main = main;
	return start(armed_main, argc, argv, init, fini, rtld_fini, stack_end);
}

/* ---- the calls ---------------------------------------------------------- */

ssize_t read(int fd, void *buffer, size_t size)
{
	if (FAILS("read", EIO))
		return -1;
	return syscall(SYS_read, fd, buffer, size);
}

ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room)
{
	if (FAILS("read", EIO))
		return -1;
	return syscall(SYS_read, fd, buffer, size < room ? size : room);
}

/* What is said is no data: that it can be said is what is tested. */
ssize_t write(int fd, const void *buffer, size_t size)
{
	if (fd != STDERR_FILENO && FAILS("write", ENOSPC))
		return -1;
	return syscall(SYS_write, fd, buffer, size);
}

static int open_with(const char *path, int flags, va_list args)
{
	int mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, int) : 0;
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	if (FAILS("open", EMFILE))
		return -1;
	va_list args;
	va_start(args, flags);
	int fd = open_with(path, flags, args);
	va_end(args);
	return fd;
}

int open64(const char *path, int flags, ...)
{
	if (FAILS("open", EMFILE))
		return -1;
	va_list args;
	va_start(args, flags);
	int fd = open_with(path, flags, args);
	va_end(args);
	return fd;
}

int __open_2(const char *path, int flags)
{
	if (FAILS("open", EMFILE))
		return -1;
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0);
}

#define NEXT(function, ...)                                   \
	do {                                                  \
		__typeof__(&function) next;                   \
		*(void **)&next = dlsym(RTLD_NEXT, #function); \
		return next(__VA_ARGS__);                     \
	} while (0)

int mkostemp(char *name, int flags)
{
	if (FAILS("open", EMFILE))
		return -1;
	NEXT(mkostemp, name, flags);
}

int mkstemp(char *name)
{
	if (FAILS("open", EMFILE))
		return -1;
	NEXT(mkstemp, name);
}

/* A tool does without what the system tells of itself in /proc and /sys: what cannot be
 * opened there is as good as not there. */
FILE *fopen(const char *path, const char *mode)
{
	if (strncmp(path, "/proc/", 6) != 0 && strncmp(path, "/sys/", 5) != 0 &&
	    FAILS("open", EMFILE))
		return NULL;
	NEXT(fopen, path, mode);
}

/* Where stdio writes what it kept, which it does past our write. */
int fflush(FILE *file)
{
	if (FAILS("write", ENOSPC))
		return EOF;
	NEXT(fflush, file);
}

int fclose(FILE *file)
{
	int (*next)(FILE *);
	bool failed = __fwritable(file) && FAILS("write", ENOSPC);
	*(void **)&next = dlsym(RTLD_NEXT, "fclose");
	int result = next(file);
	if (failed)
		errno = ENOSPC;
	return failed ? EOF : result;
}

void *mmap(void *at, size_t size, int protection, int flags, int fd,
	   off_t offset)
{
	if (FAILS("mmap", ENOMEM))
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, at, size, protection, flags, fd,
			       offset);
}

int fsync(int fd)
{
	return FAILS("fsync", EIO) ? -1 : (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
	if (FAILS("rename", EACCES))
		return -1;
	return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

/* The descriptor is gone all the same. */
int close(int fd)
{
	bool failed = FAILS("close", EIO);
	int result = (int)syscall(SYS_close, fd);
	if (failed)
		errno = EIO;
	return failed ? -1 : result;
}

int ftruncate(int fd, off_t size)
{
	if (FAILS("ftruncate", ENOSPC))
		return -1;
	return (int)syscall(SYS_ftruncate, fd, size);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
		   void *(*run)(void *), void *argument)
{
	if (FAILS("thread", EAGAIN))
		return EAGAIN;
	NEXT(pthread_create, thread, attributes, run, argument);
}

/* ---- memory ------------------------------------------------------------- */

void *malloc(size_t size)
{
	return FAILS("malloc", ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return FAILS("malloc", ENOMEM) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return FAILS("malloc", ENOMEM) ? NULL : __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	if (FAILS("malloc", ENOMEM))
		return NULL;
	return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	if (FAILS("malloc", ENOMEM))
		return ENOMEM;
	*memory = __libc_memalign(alignment, size);
	return *memory != NULL ? 0 : ENOMEM;
}
