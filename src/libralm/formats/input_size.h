/* How much input there is, where that is known before it is read. */
#ifndef RALM_FORMATS_INPUT_SIZE_H
#define RALM_FORMATS_INPUT_SIZE_H

#include <stddef.h>
#include <stdint.h>

/* The bytes of a reader's files (lines.h) that are not read yet; 0: not known, since
 * one of them is no regular file, or cannot be looked at. */
uint64_t ralm_input_size(const char *const *paths, size_t path_count);

/* The share of such a size that `bytes` are; NAN where it is not known. A file that grows
 * while it is read is not more than whole. */
double ralm_input_share(uint64_t bytes, uint64_t size);

#endif
