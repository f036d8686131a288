/* How much input there is, where that is known before it is read. */
#ifndef RALM_FORMATS_INPUT_SIZE_H
#define RALM_FORMATS_INPUT_SIZE_H

#include <stddef.h>
#include <stdint.h>

/* The bytes of a reader's files (lines.h) that are not read yet; 0: not known, since
 * one of them is no regular file, or cannot be looked at. */
uint64_t ralm_input_size(const char *const *paths, size_t path_count);

#endif
