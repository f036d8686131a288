/* Audiences as text: USER<TAB>SCORE, with a file of lists <TAB>ITEM; into one
 * descriptor or file, or a file a list. */
#ifndef RALM_JOBS_EXPAND_WRITE_H
#define RALM_JOBS_EXPAND_WRITE_H

#include "ground/atomic_file.h"
#include "jobs/expand/expand_lists.h"

/* Before the work: opens options->output, where it is one file, and looks whether
 * each item can be part of a name where it is several. file->fd is -1 before;
 * ralm_atomic_abort afterwards does no harm. */
int ralm_expand_write_open(struct ralm_atomic_file *file,
			   const struct ralm_expand_lists *lists,
			   const struct ralm_expand_options *options,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* Writes all audiences, which are in order, to the open file, to files of their own,
 * or to fd, which messages call `name`. */
int ralm_expand_write(struct ralm_expand_counts *counts,
		      const struct ralm_expand_lists *lists,
		      const struct ralm_scorer *scorer,
		      const struct ralm_expand_size *size,
		      struct ralm_atomic_file *file, int fd, const char *name,
		      const struct ralm_expand_options *options,
		      struct ralm_error *err) RALM_MUST_CHECK;

#endif
