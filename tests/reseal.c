/* reseal FILE...: puts the digests of a model file right after a test has
 * changed it, so that what is wrong with it is looked at. */
#include "libralm/formats/safetensors.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIGITS = RALM_DIGEST_SIZE - 1 };

static void must(int ok)
{
	if (!ok)
		exit(99);
}

static void seal(char *bytes, size_t size)
{
	char digest[RALM_DIGEST_SIZE];
	ralm_safetensors_seal(digest, bytes, size);
	memcpy(bytes + 8 + strlen(RALM_SAFETENSORS_SEAL), digest, DIGITS);
}

static void reseal(char *bytes, size_t size)
{
	static const char key[] = "\"digest\":\"";
	struct ralm_safetensors file;
	char digest[RALM_DIGEST_SIZE];
	uint64_t length;
	must(size > 8);
	memcpy(&length, bytes, sizeof length);
	must(length < size - 8);
	seal(bytes, 8 + (size_t)length);
	must(ralm_safetensors_parse(&file, bytes, size, "", NULL) == 0);
	ralm_safetensors_digest_read(digest, &file);
	ralm_safetensors_release(&file);
	for (size_t i = 8; i + sizeof key + DIGITS < 8 + length; i++)
		if (memcmp(bytes + i, key, sizeof key - 1) == 0)
			memcpy(bytes + i + sizeof key - 1, digest, DIGITS);
	seal(bytes, 8 + (size_t)length);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct stat st;
		int fd = open(argv[i], O_RDWR);
		must(fd >= 0 && fstat(fd, &st) == 0);
		char *bytes = mmap(NULL, (size_t)st.st_size,
				   PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		must(bytes != MAP_FAILED);
		reseal(bytes, (size_t)st.st_size);
		munmap(bytes, (size_t)st.st_size);
		close(fd);
	}
	return 0;
}
