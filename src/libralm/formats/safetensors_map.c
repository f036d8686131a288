#include "formats/safetensors.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int map_file(void **bytes, size_t *size, int fd, const char *path,
		    struct ralm_error *err)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return ralm_error_system(err, "cannot read '%s'", path);
	if (!S_ISREG(st.st_mode)) {
		ralm_error_set(err, RALM_ERROR_DATA, "not a regular file");
		return ralm_error_at(err, path, 0, 0);
	}
	if (st.st_size == 0) {
		ralm_error_set(err, RALM_ERROR_DATA, "truncated: 0 bytes");
		return ralm_error_at(err, path, 0, 0);
	}
	if ((uintmax_t)st.st_size > SIZE_MAX)
		return ralm_error_memory(err, SIZE_MAX);
	void *mapped = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED)
		return ralm_error_system(err, "cannot map '%s'", path);
	*bytes = mapped;
	*size = (size_t)st.st_size;
	return 0;
}

int ralm_safetensors_map(void **bytes, size_t *size, const char *path,
			 struct ralm_error *err)
{
	/* O_NONBLOCK: a pipe is refused, without waiting for its writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return ralm_error_system(err, "cannot open '%s'", path);
	int result = map_file(bytes, size, fd, path, err);
	close(fd);
	return result;
}

static int take_digest(char digest[RALM_DIGEST_SIZE],
		       const struct ralm_safetensors *file, const char *path,
		       struct ralm_error *err)
{
	const char *text = ralm_safetensors_metadata(file, "digest");
	if (text == NULL || strlen(text) != RALM_DIGEST_SIZE - 1) {
		ralm_error_set(err, RALM_ERROR_DATA,
			       "no digest that tells the model from others");
		return ralm_error_at(err, path, 0, 0);
	}
	strcpy(digest, text);
	return 0;
}

int ralm_safetensors_digest_of(char digest[RALM_DIGEST_SIZE], const char *path,
			       struct ralm_error *err)
{
	struct ralm_safetensors file;
	void *bytes = NULL;
	size_t size = 0;
	if (ralm_safetensors_map(&bytes, &size, path, err) != 0)
		return -1;
	int result = ralm_safetensors_parse(&file, bytes, size, path, err);
	if (result == 0) {
		result = take_digest(digest, &file, path, err);
		ralm_safetensors_release(&file);
	}
	munmap(bytes, size);
	return result;
}
