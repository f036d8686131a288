/* Click logs: a line for each click, columns of user, item, and perhaps time
 * and rating, read into memory with ids as dense numbers. */
#ifndef RALM_FORMATS_CLICKS_H
#define RALM_FORMATS_CLICKS_H

#include <stdbool.h>

#include "../ground/error.h"
#include "ids.h"

/* How the text is to be read; all texts outlive the reading. */
struct ralm_click_format {
	/* Roles (user, item, time, rating, _) in the order of the columns, or
	 * ROLE=NAME pairs that name fields of the header. Columns behind the
	 * last one named are passed over. NULL: user,item and, where the
	 * first line has a third column, time. */
	const char *columns;
	/* One or more bytes; NULL: a tab. Behind any single byte but tab and
	 * space a field may stand in double quotes, as in CSV. */
	const char *delimiter;
	/* A line whose rating is below is no click. NULL: none is. */
	const char *min_rating;
	bool header;   /* the first line of each file names the columns */
	bool skip_bad; /* count bad lines instead of failing */
};

struct ralm_click {
	uint32_t user, item; /* numbers in the log's users and items */
	double time;         /* seconds; 0 where the log has no times */
};

struct ralm_click_log {
	struct ralm_ids users, items;
	struct ralm_click *clicks; /* in the order of the lines */
	size_t count, capacity;
	bool has_times;
	const char *last_file; /* where it ended; NULL: it was not read */
	uint64_t last_line;
	uint64_t lines; /* read, but for blank ones */
	uint64_t below_min_rating, bad_lines;
	struct ralm_error first_bad; /* where bad_lines > 0 */
};

void ralm_click_log_init(struct ralm_click_log *log);
void ralm_click_log_release(struct ralm_click_log *log);

/* Adds one click. */
int ralm_click_log_add(struct ralm_click_log *log,
		       const struct ralm_click *click, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Reads the files (none, or "-": standard input) into a log that was
 * initialised and keeps pointers to their names. A wrong format is
 * RALM_ERROR_CONFIG. On failure the log may hold what was read so far and is
 * to be released. */
int ralm_click_log_read(struct ralm_click_log *log, const char *const *paths,
			size_t path_count,
			const struct ralm_click_format *format,
			struct ralm_error *err) RALM_MUST_CHECK;

/* The same from a descriptor that stays the caller's. */
int ralm_click_log_read_fd(struct ralm_click_log *log, int fd,
			   const char *name,
			   const struct ralm_click_format *format,
			   struct ralm_error *err) RALM_MUST_CHECK;

#endif
