/* An array that grows by appending and lives in RAM until a budget shared with
 * other arrays is used up, then in an unlinked temporary file mapped in its
 * place (in $TMPDIR or /tmp). Reading it is the same either way. */
#ifndef RALM_GROUND_SPILL_H
#define RALM_GROUND_SPILL_H

#include <stdbool.h>

#include "ground/error.h"

/* Bytes that the arrays of one owner may still take from RAM. */
struct ralm_spill_budget {
	uint64_t left;
};

struct ralm_spill {
	void *data; /* moves when room is made */
	/* Bytes of an element; elements used (the caller may lower it);
	 * elements that there is room for. */
	size_t size, used, capacity;
	struct ralm_spill_budget *budget; /* not owned */
	int fd; /* -1: in RAM */
};

void ralm_spill_init(struct ralm_spill *spill, size_t size,
		     struct ralm_spill_budget *budget);
/* Frees the memory or the file; the array is empty. Does nothing on a zeroed struct. */
void ralm_spill_release(struct ralm_spill *spill);

/* Whether `count` more can be appended without moving anything. */
static inline bool ralm_spill_has_room(const struct ralm_spill *spill,
				       size_t count)
{
	return spill->capacity - spill->used >= count;
}

/* Makes room for `count` more elements, which the caller writes behind those in use,
 * and counts in `used`. On failure the array stands as it was. */
int ralm_spill_reserve(struct ralm_spill *spill, size_t count,
		       struct ralm_error *err) RALM_MUST_CHECK;

#endif
