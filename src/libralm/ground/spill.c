#include "ground/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* How many bytes a file grows by at a time. */
enum { GROW_LEAST = 1 << 20, GROW_MOST = 64 << 20 };

void ralm_spill_init(struct ralm_spill *spill, size_t size,
		     struct ralm_spill_budget *budget)
{
	memset(spill, 0, sizeof *spill);
	spill->size = size;
	spill->budget = budget;
	spill->fd = -1;
}

void ralm_spill_release(struct ralm_spill *spill)
{
	size_t bytes = spill->capacity * spill->size;
	if (spill->budget == NULL)
		return; /* zeroed: there is no file, although fd is 0 */
	if (spill->fd >= 0) {
		if (bytes > 0)
			munmap(spill->data, bytes);
		close(spill->fd);
	} else {
		free(spill->data);
		spill->budget->left += bytes;
	}
	ralm_spill_init(spill, spill->size, spill->budget);
}

static int open_temporary(struct ralm_error *err)
{
	char path[4096];
	const char *folder = getenv("TMPDIR");
	if (folder == NULL || *folder == '\0')
		folder = "/tmp";
	int length = snprintf(path, sizeof path, "%s/ralm-XXXXXX", folder);
	if (length >= (int)sizeof path)
		return ralm_error_set(err, RALM_ERROR_SYSTEM,
				      "TMPDIR is too long");
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return ralm_error_system(
			err, "cannot make a temporary file in '%s'", folder);
	unlink(path);
	return fd;
}

/* Allocates blocks of the file for [from, to), so that a full disk is an error
 * here and not SIGBUS when a page is written. */
static int allocate(int fd, size_t from, size_t to)
{
#if !defined __APPLE__
	int result;
	do
		result = posix_fallocate(fd, (off_t)from, (off_t)(to - from));
	while (result == EINTR);
	if (result == 0)
		return 0;
	if (result != EINVAL && result != EOPNOTSUPP) {
		errno = result;
		return -1;
	}
#endif
	static const char zeros[64 << 10];
	while (from < to) {
		size_t n = to - from < sizeof zeros ? to - from : sizeof zeros;
		ssize_t put = pwrite(fd, zeros, n, (off_t)from);
		if (put < 0 && errno != EINTR)
			return -1;
		if (put > 0)
			from += (size_t)put;
	}
	return 0;
}

/* Moves the array to a file of `capacity` elements, or makes its file as
 * large. */
static int grow_file(struct ralm_spill *spill, size_t capacity,
		     struct ralm_error *err)
{
	size_t old = spill->fd >= 0 ? spill->capacity * spill->size : 0;
	size_t bytes = capacity * spill->size;
	int fd = spill->fd >= 0 ? spill->fd : open_temporary(err);
	if (fd < 0)
		return -1;
	void *map = MAP_FAILED;
	if (allocate(fd, old, bytes) == 0)
		map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			   0);
	if (map == MAP_FAILED) {
		ralm_error_system(err, "cannot grow a temporary file to %zu bytes",
				  bytes);
		if (fd != spill->fd)
			close(fd);
		return -1;
	}
	if (spill->fd >= 0) {
		munmap(spill->data, old);
	} else {
		if (spill->used > 0)
			memcpy(map, spill->data, spill->used * spill->size);
		free(spill->data);
		spill->budget->left += spill->capacity * spill->size;
	}
	spill->fd = fd;
	spill->data = map;
	spill->capacity = capacity;
	return 0;
}

/* Grows in RAM by half, or by what is left of the budget; returns 1 where that
 * is not enough. */
static int grow_memory(struct ralm_spill *spill, size_t want,
		       struct ralm_error *err)
{
	size_t held = spill->capacity * spill->size;
	uint64_t may = spill->budget->left + held;
	size_t grown = spill->capacity + spill->capacity / 2;
	grown = grown < want ? want : grown;
	if (grown > may / spill->size)
		grown = may / spill->size;
	if (grown < want)
		return 1;
	size_t bytes = grown * spill->size;
	void *data = realloc(spill->data, bytes);
	if (data == NULL)
		return ralm_error_memory(err, bytes);
	spill->data = data;
	spill->capacity = grown;
	spill->budget->left = may - bytes;
	return 0;
}

int ralm_spill_reserve(struct ralm_spill *spill, size_t count,
		       struct ralm_error *err)
{
	if (ralm_spill_has_room(spill, count))
		return 0;
	if (count > SIZE_MAX - spill->used)
		return ralm_error_memory(err, SIZE_MAX);
	const size_t want = spill->used + count;
	if (want > (SIZE_MAX / 2 - GROW_MOST) / spill->size)
		return ralm_error_memory(err, SIZE_MAX);
	if (spill->fd < 0) {
		int result = grow_memory(spill, want, err);
		if (result <= 0)
			return result;
	}
	size_t more = spill->capacity * spill->size / 2;
	more = more < GROW_LEAST ? GROW_LEAST : more;
	more = more > GROW_MOST ? GROW_MOST : more;
	return grow_file(spill, want + more / spill->size, err);
}
