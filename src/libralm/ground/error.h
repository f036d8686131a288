/* Errors as values: how struct ralm_error (ralm.h) is filled. Characters that
 * are not printable become '?' (printable.h). */
#ifndef RALM_GROUND_ERROR_H
#define RALM_GROUND_ERROR_H

#include "ralm.h"

#if defined __GNUC__
#define RALM_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define RALM_PRINTF(text, first)
#endif

/* Fills err with a message and no place. Returns -1, so that a function can
 * end in `return ralm_error_set(...)`. err may be NULL. */
int ralm_error_set(struct ralm_error *err, enum ralm_error_code code,
		   const char *format, ...) RALM_PRINTF(3, 4);

/* The same with ": " and the text of errno behind the message. */
int ralm_error_system(struct ralm_error *err, const char *format, ...)
	RALM_PRINTF(2, 3);

/* err, or `own` where it is NULL: for a caller that reads or changes an
 * error. */
static inline struct ralm_error *ralm_error_or(struct ralm_error *err,
					       struct ralm_error *own)
{
	return err != NULL ? err : own;
}

/* How many bytes of a text a message quotes ("'%.*s'"). */
static inline int ralm_shown(size_t length)
{
	return length < 80 ? (int)length : 80;
}

/* Copies the first of errors (count) that was filled to err, and returns -1; 0: none
 * was. */
int ralm_error_first(struct ralm_error *err, const struct ralm_error *errors,
		     size_t count);

/* A line that cannot be read (err, with its place). If such lines are to be left out and
 * the line is at fault (RALM_ERROR_DATA), counts it, keeps the error of the first, and
 * returns 0; else -1. */
int ralm_bad_line(uint64_t *count, struct ralm_error *first, bool skip,
		  const struct ralm_error *err) RALM_MUST_CHECK;

/* RALM_ERROR_CONFIG where a number is not from min to max, or is NaN. option: without
 * its hyphens. */
int ralm_check_range(const char *option, double value, double min, double max,
		     struct ralm_error *err) RALM_MUST_CHECK;

/* RALM_ERROR_CONFIG where an enumerator is none of 0 to last. what: the field or
 * parameter that has it. */
int ralm_check_enumerator(const char *what, unsigned value, unsigned last,
			  struct ralm_error *err) RALM_MUST_CHECK;

/* Out of memory while getting `bytes`. Returns -1. */
int ralm_error_memory(struct ralm_error *err, size_t bytes);

/* What messages call an input: "-" is "stdin". */
const char *ralm_input_name(const char *path);

/* Adds the place to an error that was just set; file is a path or such a name. Returns
 * -1. */
int ralm_error_at(struct ralm_error *err, const char *file, uint64_t line,
		  uint32_t column);

#endif
