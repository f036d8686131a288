/* Values of users ("gender:F", ralm-users(5)) and the vectors that go with them, of
 * which the vector of a user whom training never saw is made:
 *
 *	1/k (sum of the means of the user's k values)
 *	+ k/(k + 10) (start + 1/√k (sum of the vectors of these))
 *
 * (rows/value_ridge.h). Files of earlier versions have no means; there the vector is
 * what is in the last brackets.
 *
 * In a file values are texts. A field of numbers is cut into bins, each of which is a
 * value that is named by the least number in it:
 *
 *	text      gender:F   gender:M   age=-inf    age=23.5   age=31
 *	numbers                         below 23.5  below 31   from 31 on */
#ifndef RALM_MODEL_VALUES_H
#define RALM_MODEL_VALUES_H

#include <stdbool.h>

#include "formats/user_lines.h"
#include "kernels/real.h"

struct ralm_values {
	size_t count, D;
	uint64_t *keys;	    /* (count) ralm_user_key of the texts */
	ralm_real *means;   /* (count,D); NULL: none */
	ralm_real *vectors; /* (count,D) */
	ralm_real *start;   /* (D) */
	char *texts;	    /* one after the other */
	uint64_t *ends;	    /* (count) where each ends */
	size_t text_size;
	bool borrowed; /* all of these lie in a mapped file */
	/* How they were found, for a file's metadata; not set in an opened file. */
	uint64_t users; /* from whose vectors */
	double penalty, explained; /* rows/value_ridge.h */
	char *fields; /* "NAME VALUES EXPLAINED NAME ..." */
};

/* A zeroed struct has no values. */
void ralm_values_release(struct ralm_values *values);

/* The text of value i; NULL: what a hostile file has there is none. */
const char *ralm_values_text(size_t *length, const struct ralm_values *values,
			     size_t i);

/* Checks that every text is one of a value and has its key, that no key comes twice, and
 * that all numbers are finite. */
int ralm_values_check(const struct ralm_values *values, uint64_t hash_seed,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* ---- from texts of lines to values --------------------------------------- */

/* The bins of a field of numbers, ascending. */
struct ralm_value_bins {
	double *least;	 /* (count) the least number of each */
	uint32_t *value; /* (count) */
	size_t count, room, value_room;
};

struct ralm_value_index {
	const struct ralm_values *values;
	uint64_t hash_seed;
	struct ralm_index index;	/* from keys to values */
	struct ralm_user_fields fields; /* in the order of their first values */
	struct ralm_value_bins *bins;	/* (fields.names.count) */
};

/* An index of the values, which are checked (ralm_values_check) and outlive it. */
int ralm_value_index_init(struct ralm_value_index *index,
			  const struct ralm_values *values, uint64_t hash_seed,
			  struct ralm_error *err) RALM_MUST_CHECK;
void ralm_value_index_release(struct ralm_value_index *index);

/* Tells a new parser of lines which fields there are, and of which kind. */
int ralm_value_index_teach(struct ralm_user_parser *parser,
			   const struct ralm_value_index *index,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* The value that a line says, read by a parser that was taught; RALM_INDEX_NONE: it has
 * no vector. */
uint32_t ralm_value_index_find(const struct ralm_value_index *index,
			       const struct ralm_user_value *value);

/* x (D) = the vector of a user with k > 0 values. */
void ralm_values_vector(ralm_real *x, const struct ralm_values *values,
			const uint32_t *value, size_t k);

#endif
