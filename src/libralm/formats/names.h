/* Names, numbered in order of first sight: the text of each is kept once and found
 * by its bytes. For the names of lists and fields; millions of ids are in ids.h. */
#ifndef RALM_FORMATS_NAMES_H
#define RALM_FORMATS_NAMES_H

#include "ground/index.h"

struct ralm_names {
	size_t count;
	char *text;   /* of all, one after the other */
	size_t *ends; /* (count) where each ends in it */
	uint64_t *hashes; /* (count) */
	size_t text_room, end_room, hash_room;
	struct ralm_index index; /* of the hashes */
};

/* A struct that is all zero has no name yet. */
void ralm_names_release(struct ralm_names *names);

/* The number of a name; RALM_INDEX_NONE: it is not there. */
uint32_t ralm_names_find(const struct ralm_names *names, const char *name,
			 size_t length);

/* Sets *number to that of a name, whose length is not 0. Returns 1 where the name is
 * new, 0 where it is known, or -1 without memory. The caller sees to it that there are
 * fewer than RALM_INDEX_NONE names. */
int ralm_names_add(uint32_t *number, struct ralm_names *names, const char *name,
		   size_t length, struct ralm_error *err) RALM_MUST_CHECK;

/* The text of a name, not NUL-terminated. */
static inline const char *ralm_names_text(const struct ralm_names *names,
					  uint32_t number, size_t *length)
{
	const size_t begin = number > 0 ? names->ends[number - 1] : 0;
	*length = names->ends[number] - begin;
	return names->text + begin;
}

#endif
