/* Sample lines: the text of a seed list is made once, for every sample that
 * shares the list. */
#ifndef RALM_JOBS_BUILD_SAMPLE_LINES_H
#define RALM_JOBS_BUILD_SAMPLE_LINES_H

#include "formats/ids.h"
#include "formats/lines.h"

struct ralm_sample_lines {
	struct ralm_writer *writer;        /* not owned */
	const struct ralm_ids *users, *items; /* not owned */
	bool once;    /* the second line of a list says seeds:same, and no item */
	bool written; /* the list's first line is written */
	char *list; /* "user_seeds:ID user_seeds:ID " */
	size_t list_length, list_capacity;
	uint32_t item; /* that the list belongs to */
};

void ralm_sample_lines_init(struct ralm_sample_lines *lines,
			    struct ralm_writer *writer, bool once,
			    const struct ralm_ids *users,
			    const struct ralm_ids *items);
void ralm_sample_lines_release(struct ralm_sample_lines *lines);

/* Prefetches these users' ids. */
void ralm_sample_lines_prefetch(const struct ralm_sample_lines *lines,
				const uint32_t *users, size_t count);

/* The seed list of the lines that follow, and the item it belongs to. */
int ralm_sample_lines_list(struct ralm_sample_lines *lines,
			   const uint32_t *seeds, size_t count, uint32_t item,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* Writes one line. The writer keeps failures. */
void ralm_sample_lines_put(struct ralm_sample_lines *lines, uint32_t target,
			   int label);

#endif
