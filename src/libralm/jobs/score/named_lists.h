/* Named seed lists: a file of lists (formats/list_set.h) which samples refer to by
 * item. The file may be replaced while it is in use: whoever took a
 * set of lists keeps it whole until it is given back. */
#ifndef RALM_JOBS_SCORE_NAMED_LISTS_H
#define RALM_JOBS_SCORE_NAMED_LISTS_H

#include "formats/list_set.h"

struct ralm_named_lists; /* a file and the lists that it last held */

/* Reads the file, which has one list at least. hash_seed: see ralm_user_key. */
struct ralm_named_lists *ralm_named_lists_new(const char *path,
					      uint64_t hash_seed,
					      struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_named_lists_free(struct ralm_named_lists *lists);

/* Reads the file again when it is another one, or was written to, since it was
 * read last; or anyway when `force`. Returns 1 when there are new lists, 0 when
 * there is nothing new, -1 when it could not be read, or holds no list, as one
 * that is being written in place: the old lists stay, and this version of the
 * file is not tried again unless by force. One caller at a time. */
int ralm_named_lists_refresh(struct ralm_named_lists *lists, bool force,
			     struct ralm_error *err) RALM_MUST_CHECK;

/* The lists of now; unchanged until they are given back. */
struct ralm_list_set *ralm_named_lists_take(struct ralm_named_lists *lists);

#endif
