/* Audiences as text: USER<TAB>SCORE, with a file of lists <TAB>ITEM; into one
 * descriptor or file, or a file a list. */
#ifndef RALM_JOBS_EXPAND_EXPAND_WRITE_H
#define RALM_JOBS_EXPAND_EXPAND_WRITE_H

#include "formats/lines.h"
#include "ground/atomic_file.h"
#include "ground/used_files.h"
#include "jobs/expand/expand_lists.h"

/* Notes the files that ralm_expand reads and writes, but for those that have their names
 * from items. */
void ralm_expand_use_files(struct ralm_used_files *used,
			   const struct ralm_scorer *scorer,
			   const char *const *paths, size_t path_count, int fd,
			   const char *name,
			   const struct ralm_expand_options *options);

/* Before the work: opens options->output where it is one file. Where it is several,
 * checks that each item can be part of a name, that no file is one of those that are
 * read, and that the first can be opened. file->fd is -1 before; ralm_atomic_abort
 * afterwards does no harm. */
int ralm_expand_write_open(struct ralm_atomic_file *file,
			   const struct ralm_expand_lists *lists,
			   const struct ralm_used_files *used,
			   const struct ralm_expand_options *options,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* Where audiences go, and what is written of them. */
struct ralm_expand_output {
	const char *pattern; /* NULL, a file's name, or with a %s for an item */
	struct ralm_atomic_file *file; /* of the pattern */
	int fd;           /* without a pattern */
	const char *name; /* of fd, for messages */
	const struct ralm_scorer *scorer;
	const struct ralm_expand_size *size;
	bool raw;
};

/* Writes all audiences, which are sorted. */
int ralm_expand_write(struct ralm_expand_counts *counts,
		      const struct ralm_expand_lists *lists,
		      const struct ralm_expand_output *output,
		      struct ralm_error *err) RALM_MUST_CHECK;

/* One line: a user, how good, and the item of a list (NULL: none). False: the score
 * is below the least, and nothing was put. */
bool ralm_expand_put(struct ralm_writer *writer,
		     const struct ralm_expand_output *output, const char *id,
		     size_t length, float cosine,
		     const struct ralm_expand_list *item);

/* Calls put(writer, context, err) for what goes to the one file or descriptor. */
typedef int ralm_expand_put_all(struct ralm_writer *writer, void *context,
				struct ralm_error *err);
int ralm_expand_write_one(const struct ralm_expand_output *output,
			  ralm_expand_put_all *put, void *context,
			  struct ralm_error *err) RALM_MUST_CHECK;

#endif
