/* Where the samples of a group lie. Samples come in lists that are in order of
 * their groups; of each stretch of one group its number and its length are
 * kept, packed as the difference to the group before: some 7 bytes where the
 * groups are many, fewer where they are few. Reading merges the lists.
 *
 * Groups are spread over all 64-bit numbers (ralm_mix64), and parted by their
 * highest bits: each part is read on its own, by whoever wants to. */
#ifndef RALM_MODEL_METRICS_STRETCHES_H
#define RALM_MODEL_METRICS_STRETCHES_H

#include <stdbool.h>

#include "ground/error.h"

enum { RALM_GROUP_PART_BITS = 6, RALM_GROUP_PARTS = 1 << RALM_GROUP_PART_BITS };

/* One list: of each part where its bytes and its records begin. */
struct ralm_stretch_list {
	size_t byte[RALM_GROUP_PARTS + 1], record[RALM_GROUP_PARTS + 1];
};

struct ralm_stretches {
	uint8_t *bytes; /* owned */
	size_t used, capacity;
	struct ralm_stretch_list *lists; /* owned */
	size_t count, list_capacity;
};

/* Zeroed, there are none. */
void ralm_stretches_release(struct ralm_stretches *stretches);

/* Adds the list of `count` records of `words` words each, whose first word is
 * the group and ascends. The records lie from place `first` on. */
int ralm_stretches_add(struct ralm_stretches *stretches,
		       const uint64_t *records, size_t words, size_t count,
		       size_t first, struct ralm_error *err) RALM_MUST_CHECK;

/* The lists of one part, as a heap: the lowest group first. */
struct ralm_stretch_cursor {
	const uint8_t *at, *end; /* bytes behind the stretch */
	uint64_t group;
	size_t begin, count; /* records of the stretch */
};
struct ralm_stretch_merge {
	struct ralm_stretch_cursor *heap; /* owned */
	size_t count; /* lists that have not ended */
};

/* Begins a part. The stretches stay as they are while it is read. */
int ralm_stretch_merge_init(struct ralm_stretch_merge *merge,
			    const struct ralm_stretches *stretches,
			    size_t part, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_stretch_merge_release(struct ralm_stretch_merge *merge);

/* The lowest group to come; false: there is none. */
bool ralm_stretch_merge_group(uint64_t *group,
			      const struct ralm_stretch_merge *merge);

/* The next stretch, if it is one of this group: the lowest. */
bool ralm_stretch_merge_next(size_t *begin, size_t *count,
			     struct ralm_stretch_merge *merge, uint64_t group);

#endif
