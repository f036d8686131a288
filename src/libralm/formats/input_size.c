#include "formats/input_size.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Adds the bytes of a regular file; of standard input, those behind the place that it
 * was read up to. False: not known. */
static bool add_size(uint64_t *all, const char *path)
{
	const bool input = strcmp(path, "-") == 0;
	struct stat st;
	if ((input ? fstat(STDIN_FILENO, &st) : stat(path, &st)) != 0 ||
	    !S_ISREG(st.st_mode))
		return false;
	const off_t read = input ? lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;
	if (st.st_size > read)
		*all += (uint64_t)(st.st_size - read);
	return read >= 0;
}

uint64_t ralm_input_size(const char *const *paths, size_t path_count)
{
	uint64_t all = 0;
	bool known = path_count > 0 || add_size(&all, "-");
	for (size_t i = 0; i < path_count; i++)
		known = known && add_size(&all, paths[i]);
	return known ? all : 0;
}

double ralm_input_share(uint64_t bytes, uint64_t size)
{
	return size > 0 ? fmin((double)bytes / (double)size, 1) : NAN;
}
