/* How far an evaluation has come, for options->progress. */
#ifndef RALM_JOBS_EVALUATE_EVALUATE_PROGRESS_H
#define RALM_JOBS_EVALUATE_EVALUATE_PROGRESS_H

#include "formats/input_size.h"
#include "ralm.h"

struct ralm_evaluate_progress {
	const struct ralm_evaluate_options *options;
	uint64_t size; /* bytes of the input; 0: not known */
	uint64_t bytes, lines; /* of it that were read */
};

static inline struct ralm_evaluate_progress
ralm_evaluate_progress(const struct ralm_evaluate_options *options,
		       const char *const *paths, size_t path_count)
{
	struct ralm_evaluate_progress progress = {.options = options};
	if (options->progress != NULL)
		progress.size = ralm_input_size(paths, path_count);
	return progress;
}

/* More lines were read. By one thread at a time. */
static inline void
ralm_evaluate_progress_add(struct ralm_evaluate_progress *progress,
			   uint64_t lines, uint64_t bytes)
{
	const struct ralm_evaluate_options *options = progress->options;
	progress->lines += lines;
	progress->bytes += bytes;
	if (options->progress != NULL)
		options->progress(options->context, RALM_EVALUATE_READS,
				  progress->lines,
				  ralm_input_share(progress->bytes,
						   progress->size));
}

#endif
