/* What the fuzz targets share. A target aborts where something is not as its
 * comment says. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void must(bool condition)
{
	if (!condition)
		abort();
}

/* The descriptor of a file that holds these bytes, for what reads one or a
 * path: no disk, where memory can be a file. There is one, filled anew by every
 * call. */
static inline int file_of(const void *bytes, size_t size)
{
	static int fd = -1;
	if (fd < 0) {
#ifdef __linux__
		fd = memfd_create("fuzz", 0);
#else
		FILE *file = tmpfile();
		must(file != NULL);
		fd = fileno(file);
#endif
	}
	must(fd >= 0 && ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0 &&
	     write(fd, bytes, size) == (ssize_t)size &&
	     lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

#endif
