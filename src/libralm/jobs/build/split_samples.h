/* Samples that exist already: splitting them, and the ones that PaddleRec
 * ships. */
#ifndef RALM_JOBS_BUILD_SAMPLES_H
#define RALM_JOBS_BUILD_SAMPLES_H

#include "ground/error.h"

#include <stdbool.h>

enum ralm_sample_split {
	RALM_SAMPLES_BY_FIRST, /* by item where the first line has an item */
	RALM_SAMPLES_BY_ITEM,
	RALM_SAMPLES_BY_USER, /* the target */
	RALM_SAMPLES_BY_SAMPLE,
};

struct ralm_sample_split_options {
	const char *const *paths; /* "-" is standard input */
	size_t path_count;
	enum ralm_sample_split by;
	double test_ratio;
	uint64_t rng_seed;
	bool skip_bad;
	const char *test; /* file */
};

struct ralm_sample_split_report {
	uint64_t train, test; /* lines */
	uint64_t bad_lines;
	struct ralm_error first_bad; /* where bad_lines > 0 */
};

/* Copies each line, once it has been found to be a sample, to the test file or
 * to the descriptor, in one reading and constant memory. An item (or target) is
 * on one side with all its lines: which one, its id and rng_seed alone
 * decide. */
int ralm_split_samples(struct ralm_sample_split_report *report,
		       const struct ralm_sample_split_options *options, int fd,
		       const char *name, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Writes the 100 samples that PaddleRec's look-alike build_dataset.py makes,
 * byte for byte. */
int ralm_write_paddlerec(int fd, const char *name, struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
