/* Newcomers: users of whom a file tells (ralm-users(5)), whose vectors are those
 * of their values (model/values.h). The file may be replaced while it is in use,
 * and may grow: lines that were added to it are read alone. Who asks for several
 * users holds the newcomers meanwhile, and so sees one version of the file.
 *
 * Vectors are made when they are asked for, and never kept: what is known of a
 * user may change. */
#ifndef RALM_SCORING_NEWCOMERS_H
#define RALM_SCORING_NEWCOMERS_H

#include <pthread.h>

#include "ground/file_version.h"
#include "model/model.h"
#include "rows/value_sets.h"

/* Whom a file tells of. */
struct ralm_told {
	struct ralm_value_sets sets; /* of values of the model */
	struct ralm_user_ids ids;    /* by the users' numbers in sets */
	uint64_t lines;		     /* that it was read from */
};

struct ralm_newcomers {
	const struct ralm_model *model;
	enum ralm_users_known known;
	struct ralm_value_index index; /* of the model's values */
	pthread_mutex_t door; /* of lock, so that who changes told is let in */
	pthread_rwlock_t lock; /* of: */
	struct ralm_told told;
	unsigned changes; /* how often told changed */
	/* Of the file, for who reads it again. */
	char *path;
	struct ralm_file_version version; /* that was tried last */
	off_t end;	 /* what was read; 0: it cannot be gone on with */
	uint64_t sample; /* of the bytes before end */
};

/* Reads the file. That the model has no values, and that none of them is told of
 * anybody, are errors. The model outlives the newcomers. */
struct ralm_newcomers *ralm_newcomers_new(const struct ralm_model *model,
					  const char *path,
					  enum ralm_users_known known,
					  struct ralm_error *err) RALM_MUST_CHECK;
void ralm_newcomers_free(struct ralm_newcomers *newcomers);

/* Reads again what is new of the file, or all of it with `force`: 1; 0, there is
 * nothing new; -1, it could not be read, and what was known stays. One caller at a
 * time, who holds nothing; what is new is known when all have let go who hold the
 * newcomers, and nobody holds them anew before. */
int ralm_newcomers_refresh(struct ralm_newcomers *newcomers, bool force,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* Between the two nothing of the newcomers changes. Any number of threads hold
 * them, each once. NULL: there is nothing to hold. */
void ralm_newcomers_hold(struct ralm_newcomers *newcomers);
void ralm_newcomers_let_go(struct ralm_newcomers *newcomers);

/* What follows is asked by who holds them. */

bool ralm_newcomers_has(const struct ralm_newcomers *newcomers, uint64_t key);

/* x (D) = the vector of a user whom the file tells of; false: it does not, or
 * only things that have no vector. */
bool ralm_newcomers_vector(ralm_real *x, const struct ralm_newcomers *newcomers,
			   uint64_t key);

/* The id of a user, in place or in digits: 1; 0, the file does not tell of them;
 * or -1. */
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

/* The model with the newcomers among its users, of whom it then has rows like of
 * others; of whom both know, with the vectors of *newcomers. To be released by
 * ralm_newcomers_model_free, before either. It copies of vectors what differs. */
struct ralm_model *ralm_newcomers_model(struct ralm_newcomers *newcomers,
					struct ralm_error *err) RALM_MUST_CHECK;
void ralm_newcomers_model_free(struct ralm_model *model);

/* newcomers_read.c: told = all that the file says; and what `text`, the whole lines
 * of it that are next, adds. told NULL: are they good? */
int ralm_told_read(struct ralm_told *told, const struct ralm_newcomers *newcomers,
		   struct ralm_error *err) RALM_MUST_CHECK;
int ralm_told_add(struct ralm_told *told, const struct ralm_newcomers *newcomers,
		  const char *text, size_t length,
		  struct ralm_error *err) RALM_MUST_CHECK;
void ralm_told_release(struct ralm_told *told);

#endif
