/* Values of users ("gender:F", ralm-users(5)) and the vectors that go with them, of
 * which the vector of a user whom training never saw is made (rows/value_ridge.h):
 *
 *	correction  start + 1/√k (sum of the vectors of the user's k values)
 *	vector      1/k (sum of their means) + k/(k + 10) correction
 *
 * Files of earlier versions have no means; there the vector is the correction.
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
	uint64_t users; /* how many users' vectors they were found from */
	double penalty, explained; /* rows/value_ridge.h */
	char *fields; /* "NAME VALUES EXPLAINED NAME ..."; NULL: none. Owned */
};

/* A zeroed struct has no values. */
void ralm_values_release(struct ralm_values *values);

/* Checks that every text is one of a value and has its key, that no key comes twice,
 * that the bins of a field ascend, and that all numbers are finite. */
int ralm_values_check(const struct ralm_values *values, uint64_t hash_seed,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* ---- from texts of lines to values --------------------------------------- */

/* The bins of a field of numbers, ascending. */
struct ralm_value_bins {
	double *least;	 /* (count) the least number of each */
	uint32_t *value; /* (count) which value each is */
	size_t count, room, value_room;
};

struct ralm_value_index {
	const struct ralm_values *values;
	uint64_t hash_seed;
	struct ralm_index index;	/* from keys to values */
	struct ralm_user_fields fields; /* in the order of their first values */
	struct ralm_value_bins *bins;	/* (fields.names.count) */
	size_t bins_room;
};

/* An index of the values, which outlive it. Checks them as ralm_values_check does. */
int ralm_value_index_init(struct ralm_value_index *index,
			  const struct ralm_values *values, uint64_t hash_seed,
			  struct ralm_error *err) RALM_MUST_CHECK;
void ralm_value_index_release(struct ralm_value_index *index);

/* Tells a new parser of lines which fields there are, and of which kind. */
int ralm_value_index_teach(struct ralm_user_parser *parser,
			   const struct ralm_value_index *index,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* The number of a value in a line that a parser which was taught has read;
 * RALM_INDEX_NONE: it has no vector. */
uint32_t ralm_value_index_find(const struct ralm_value_index *index,
			       const struct ralm_user_value *value);

/* x (D) = the vector of a user with k > 0 values, of the numbers in value (k). */
void ralm_values_vector(ralm_real *x, const struct ralm_values *values,
			const uint32_t *value, size_t k);

#endif
