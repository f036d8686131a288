/* Values: what users have, as ralm-users(5) writes it, and the vector of each. By
 * them a user whom training never saw has a vector:
 *
 *	1/k (sum of the means of the user's k values)
 *	+ k/(k + 10) (start + 1/√k (sum of the vectors of these))
 *
 * (rows/value_ridge.h). Files of before have no means: then it is what stands in
 * the last brackets.
 *
 * Values stand in a file as texts, "gender:F". A field of numbers is cut into
 * bins, each of which is a value that is called by the least number in it:
 *
 *	text      gender:F   gender:M   age=-inf    age=23.5   age=31
 *	of it                           below 23.5  below 31   from 31 on */
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
	/* How they were found, for a reader; not of an opened file, whose
	 * metadata has it. */
	uint64_t users; /* whose vectors they were found from */
	double penalty, explained;
	char *fields; /* "NAME VALUES EXPLAINED NAME ..." */
};

/* A zeroed struct has no values. */
void ralm_values_release(struct ralm_values *values);

/* The text of a value, or NULL: what lies there is none, whatever a hostile file
 * holds. */
const char *ralm_values_text(size_t *length, const struct ralm_values *values,
			     size_t i);

/* Every text is one, has its key and no other; all numbers are finite. O(count) */
int ralm_values_check(const struct ralm_values *values, uint64_t hash_seed,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* ---- from what a line says to values ------------------------------------- */

/* The bins of a field of numbers, ascending. */
struct ralm_value_bins {
	double *least;	 /* (count) the least number of each */
	uint32_t *value; /* (count) */
	size_t count, room, value_room;
};

struct ralm_value_index {
	const struct ralm_values *values;
	uint64_t hash_seed;
	struct ralm_index index;	/* of their keys */
	struct ralm_user_fields fields; /* numbered in order of first sight */
	struct ralm_value_bins *bins;	/* (fields.count) */
};

/* Checks them, too. The values outlive it. */
int ralm_value_index_init(struct ralm_value_index *index,
			  const struct ralm_values *values, uint64_t hash_seed,
			  struct ralm_error *err) RALM_MUST_CHECK;
void ralm_value_index_release(struct ralm_value_index *index);

/* Tells a new parser of lines the fields of the values, and their kinds. */
int ralm_value_index_teach(struct ralm_user_parser *parser,
			   const struct ralm_value_index *index,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* The value that is meant, by a parser that was taught; RALM_INDEX_NONE: it has
 * no vector. */
uint32_t ralm_value_index_find(const struct ralm_value_index *index,
			       const struct ralm_user_value *value);

/* x (D) = the vector of a user with those values (k), k > 0. */
void ralm_values_vector(ralm_real *x, const struct ralm_values *values,
			const uint32_t *value, size_t k);

#endif
