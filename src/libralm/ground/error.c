#include "ground/error.h"

#include "ground/c_locale.h"
#include "ground/printable.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

RALM_PRINTF(3, 0)
static int set(struct ralm_error *err, enum ralm_error_code code,
	       const char *format, va_list args)
{
	if (err == NULL)
		return -1;
	err->code = code;
	err->line = 0;
	err->column = 0;
	err->file[0] = '\0';
	ralm_vsnprintf(err->message, sizeof err->message, format, args);
	ralm_make_printable(err->message);
	return -1;
}

int ralm_error_set(struct ralm_error *err, enum ralm_error_code code,
		   const char *format, ...)
{
	va_list args;
	va_start(args, format);
	set(err, code, format, args);
	va_end(args);
	return -1;
}

int ralm_error_system(struct ralm_error *err, const char *format, ...)
{
	int number = errno;
	va_list args;
	va_start(args, format);
	set(err, RALM_ERROR_SYSTEM, format, args);
	va_end(args);
	if (err != NULL) {
		size_t used = strlen(err->message);
		snprintf(err->message + used, sizeof err->message - used,
			 ": %s", strerror(number));
	}
	return -1;
}

int ralm_error_first(struct ralm_error *err, const struct ralm_error *errors,
		     size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (errors[i].code != RALM_OK) {
			if (err != NULL)
				*err = errors[i];
			return -1;
		}
	return 0;
}

int ralm_bad_line(uint64_t *count, struct ralm_error *first, bool skip,
		  const struct ralm_error *err)
{
	if (!skip || err->code != RALM_ERROR_DATA)
		return -1;
	if ((*count)++ == 0)
		*first = *err;
	return 0;
}

int ralm_check_range(const char *option, double value, double min, double max,
		     struct ralm_error *err)
{
	if (value >= min && value <= max) /* NaN is neither */
		return 0;
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "--%s: expected a number from %.10g to %.10g, got %.10g",
			      option, min, max, value);
}

int ralm_check_enumerator(const char *what, unsigned value, unsigned last,
			  struct ralm_error *err)
{
	if (value <= last)
		return 0;
	return ralm_error_set(err, RALM_ERROR_CONFIG, "%s: there is no value %u",
			      what, value);
}

int ralm_error_memory(struct ralm_error *err, size_t bytes)
{
	return ralm_error_set(err, RALM_ERROR_SYSTEM,
			      "out of memory (%zu bytes wanted)", bytes);
}

const char *ralm_input_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "stdin" : path;
}

int ralm_error_at(struct ralm_error *err, const char *file, uint64_t line,
		  uint32_t column)
{
	if (err == NULL)
		return -1;
	snprintf(err->file, sizeof err->file, "%s",
		 file ? ralm_input_name(file) : "");
	ralm_make_printable(err->file);
	err->line = line;
	err->column = column;
	return -1;
}

void ralm_error_format(char *text, size_t size, const struct ralm_error *err)
{
	char place[320] = "";
	size_t used = 0;
	if (err->file[0])
		used = (size_t)snprintf(place, sizeof place, "%s:", err->file);
	if (err->line)
		used += (size_t)snprintf(place + used, sizeof place - used,
					 "%" PRIu64 ":", err->line);
	if (err->column)
		used += (size_t)snprintf(place + used, sizeof place - used,
					 "%" PRIu32 ":", err->column);
	snprintf(text, size, "%s%s%s", place, used ? " " : "", err->message);
	/* A caller's words, the system's, and a character that was cut. */
	if (size > 0)
		ralm_make_printable(text);
}
