/* Named seed lists: a file of lists (formats/list_set.h) that samples name by their
 * item. The file may be replaced while it is in use: a set of lists that was taken
 * stays unchanged until it is given back. */
#ifndef RALM_JOBS_SCORE_NAMED_LISTS_H
#define RALM_JOBS_SCORE_NAMED_LISTS_H

#include "formats/list_set.h"

struct ralm_named_lists; /* a file, and its lists when last read */

/* Reads the file, which must have a list. hash_seed: see ralm_user_key. */
struct ralm_named_lists *ralm_named_lists_new(const char *path,
					      uint64_t hash_seed,
					      struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_named_lists_free(struct ralm_named_lists *lists);

/* Reads the file again if it was replaced or written to since it was last read, or in
 * any case with `force`. Returns 1: there are new lists; 0: nothing is new; -1: it
 * could not be read or has no list (somebody may be writing it). Then the old lists
 * stay, and this version of the file is tried again only with `force`. To be called by
 * one thread at a time. */
int ralm_named_lists_refresh(struct ralm_named_lists *lists, bool force,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* The current lists, to be given back by ralm_list_set_give_back. */
struct ralm_list_set *ralm_named_lists_take(struct ralm_named_lists *lists);

#endif
