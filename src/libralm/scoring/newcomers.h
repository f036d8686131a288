/* Newcomers: users from a file of what is known of them (ralm-users(5)). Their
 * vectors are made of their values (model/values.h), each time they are asked for
 * and never kept, since what is known of a user may change.
 *
 * The file may be replaced while it is in use. If it only grew, just the added lines
 * are read. A caller that asks for several users holds the newcomers meanwhile, and so
 * sees one version of the file. */
#ifndef RALM_SCORING_NEWCOMERS_H
#define RALM_SCORING_NEWCOMERS_H

#include <pthread.h>

#include "ground/file_version.h"
#include "model/model.h"
#include "rows/value_sets.h"

/* What a file tells. */
struct ralm_told {
	struct ralm_value_sets sets; /* of users: of the model's values */
	struct ralm_user_ids ids;    /* of the users, in the order of sets */
	uint64_t lines;		     /* of the file, that were read */
};

struct ralm_newcomers {
	const struct ralm_model *model;
	enum ralm_users_known known;
	struct ralm_value_index index; /* of the model's values */
	/* Readers of told pass the door to take the lock; a change keeps the door
	 * closed until it has the lock, so that readers cannot keep it out. */
	pthread_mutex_t door;
	pthread_rwlock_t lock;
	struct ralm_told told;
	unsigned changes; /* of told, so far */
	/* For reading the file again: */
	char *path;
	struct ralm_file_version version; /* that was tried last */
	off_t end;	 /* bytes read; 0: what is added cannot be read alone */
	uint64_t sample; /* hash of some bytes before end */
};

/* Reads the file. It is an error if the model has no values, or the file tells none of
 * them of anybody. The model outlives the newcomers. */
struct ralm_newcomers *ralm_newcomers_new(const struct ralm_model *model,
					  const char *path,
					  enum ralm_users_known known,
					  struct ralm_error *err) RALM_MUST_CHECK;
void ralm_newcomers_free(struct ralm_newcomers *newcomers);

/* Reads the file again if it changed, or in any case with `force`. Returns 1; 0: nothing
 * is new; -1: it could not be read, and what was known stays (where memory ran out,
 * with a part of what was added). Waits until nobody holds the newcomers; nobody gets to
 * hold them before the change is made. To be called by one thread at a time, one that
 * does not hold them. */
int ralm_newcomers_refresh(struct ralm_newcomers *newcomers, bool force,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* Between the two the newcomers do not change. Any number of threads may hold them at a
 * time, each once. NULL: nothing happens. */
void ralm_newcomers_hold(struct ralm_newcomers *newcomers);
void ralm_newcomers_let_go(struct ralm_newcomers *newcomers);

/* The calls below are for threads that hold the newcomers. */

/* Whether the file tells of a user something that has a vector. */
bool ralm_newcomers_has(const struct ralm_newcomers *newcomers, uint64_t key);

/* x (D) = the vector of a user whom ralm_newcomers_has; false: of another. */
bool ralm_newcomers_vector(ralm_real *x, const struct ralm_newcomers *newcomers,
			   uint64_t key);

/* The id of a user, in place or in digits. Returns 1; 0: the file does not tell of the
 * user; or -1. */
int ralm_newcomers_id(const char **id, size_t *length,
		      char digits[RALM_USER_ID_DIGITS],
		      const struct ralm_newcomers *newcomers, uint64_t key,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* Whether the file changes the vectors of users whom the model knows. */
static inline bool ralm_newcomers_first(const struct ralm_newcomers *newcomers)
{
	return newcomers != NULL && newcomers->known != RALM_USERS_MODEL;
}

/* Whether the vector of a user is ralm_newcomers_vector's. in_model: the model has
 * one, which it is else. newcomers may be NULL. */
static inline bool ralm_newcomers_provide(const struct ralm_newcomers *newcomers,
					  uint64_t key, bool in_model)
{
	return newcomers != NULL &&
	       (!in_model || ralm_newcomers_first(newcomers)) &&
	       ralm_newcomers_has(newcomers, key);
}

/* A model in which the newcomers are users like others, with rows of their own; users
 * whom both know have the vectors that ralm_newcomers_provide says. It shares with the
 * first model what is the same. To be freed before either of the two. Holds the
 * newcomers itself. */
struct ralm_model *ralm_newcomers_model(struct ralm_newcomers *newcomers,
					struct ralm_error *err) RALM_MUST_CHECK;
void ralm_newcomers_model_free(struct ralm_model *model);

#endif
