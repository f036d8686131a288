/* Click logs: one line a click, with columns of user, item, and perhaps time,
 * rating and event; read into memory, where ids are consecutive numbers. */
#ifndef RALM_FORMATS_CLICK_LOG_H
#define RALM_FORMATS_CLICK_LOG_H

#include <stdbool.h>

#include "ground/error.h"
#include "formats/ids.h"

struct ralm_click {
	uint32_t user, item; /* numbers in the log's users and items */
	double time;         /* seconds; 0 where the log has no times */
};

enum { RALM_CLICK_NOTES = 2 };

struct ralm_click_log {
	struct ralm_ids users, items;
	struct ralm_click *clicks; /* in the order of the lines */
	size_t count, capacity;
	bool has_times;
	const char *last_file; /* in which it ended; NULL: it was not read from one */
	uint64_t last_line;    /* of that file; 0: it has none */
	uint64_t lines; /* read, without blank ones and headers */
	uint64_t below_min_rating, other_events, missing_ids, bad_lines;
	struct ralm_error first_bad; /* where bad_lines > 0 */
	/* Notes for the user, though nothing failed: which columns were found
	 * by their names, which events no line has. */
	struct ralm_error notes[RALM_CLICK_NOTES];
	int note_count;
	/* Called now and then with the lines and bytes read so far; or NULL. */
	void (*watch)(void *context, uint64_t lines, uint64_t bytes);
	void *context;
};

void ralm_click_log_init(struct ralm_click_log *log);
void ralm_click_log_release(struct ralm_click_log *log);

/* Adds one click. */
int ralm_click_log_add(struct ralm_click_log *log,
		       const struct ralm_click *click, struct ralm_error *err)
	RALM_MUST_CHECK;

/* Reads the files (none, or "-": standard input) into a log that was initialised, and
 * which keeps pointers to their names. A format that is wrong is RALM_ERROR_CONFIG.
 * After a failure the log may hold what was read so far, and is to be released. */
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
