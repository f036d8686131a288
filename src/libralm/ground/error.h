/* Errors as values. A fallible call returns 0 or -1 (or NULL) and fills the
 * caller's struct ralm_error, or none where err is NULL, as it may be anywhere;
 * on failure its outputs are untouched. Nothing in the library prints or
 * exits. */
#ifndef RALM_GROUND_ERROR_H
#define RALM_GROUND_ERROR_H

#include <stddef.h>
#include <stdint.h>

#if defined __GNUC__
#define RALM_MUST_CHECK __attribute__((warn_unused_result))
#define RALM_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define RALM_MUST_CHECK
#define RALM_PRINTF(text, first)
#endif

enum ralm_error_code {
	RALM_OK = 0,
	RALM_ERROR_DATA,    /* an input line or file is not what it must be */
	RALM_ERROR_SYSTEM,  /* a system call failed: I/O, memory */
	RALM_ERROR_NUMERIC, /* NaN or infinity where a number was due */
	RALM_ERROR_CONFIG,  /* options or configuration; tools exit with 2 */
};

struct ralm_error {
	enum ralm_error_code code;
	uint64_t line;   /* 1-based; 0: the error has no line */
	uint32_t column; /* 1-based; 0: the error has no column */
	char file[256];  /* "": the error has no file; a longer name is cut */
	char message[512];
};

/* Fills err with a message and no place. Returns -1, so that a function can
 * end in `return ralm_error_set(...)`. err may be NULL. */
int ralm_error_set(struct ralm_error *err, enum ralm_error_code code,
		   const char *format, ...) RALM_PRINTF(3, 4);

/* The same with ": " and the text of errno behind the message. */
int ralm_error_system(struct ralm_error *err, const char *format, ...)
	RALM_PRINTF(2, 3);

/* For who looks at an error or keeps it, or adds to it: err, or `own` in its
 * stead where it is NULL. */
static inline struct ralm_error *ralm_error_or(struct ralm_error *err,
					       struct ralm_error *own)
{
	return err != NULL ? err : own;
}

/* Out of memory while getting `bytes`. Returns -1. */
int ralm_error_memory(struct ralm_error *err, size_t bytes);

/* Adds the place to an error that was just set. Returns -1. */
int ralm_error_at(struct ralm_error *err, const char *file, uint64_t line,
		  uint32_t column);

/* Writes "FILE:LINE:COLUMN: MESSAGE" without the parts that are not known
 * into text, cut to size. What is not printable in them was already replaced by
 * '?' when they were set (printable.h). */
void ralm_error_format(char *text, size_t size, const struct ralm_error *err);

#endif
