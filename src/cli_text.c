/* What the tools print. */
#include "cli.h"

#include "libralm/ground/printable.h"
#include "libralm/ground/transfer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Text that waits to be written to standard output, and the errno of the first
 * write that failed. */
static char waiting[4096];
static size_t waiting_count;
static int out_error;

static void write_waiting(void)
{
	if (out_error == 0 &&
	    ralm_write(STDOUT_FILENO, waiting, waiting_count) != 0)
		out_error = errno;
	waiting_count = 0;
}

void cli_put(const char *text)
{
	for (; *text; text++) {
		if (waiting_count == sizeof waiting)
			write_waiting();
		waiting[waiting_count++] = *text;
	}
}

void cli_print(const char *format, ...)
{
	char text[1024];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	cli_put(text);
}

void cli_say(const char *format, ...)
{
	char text[1024];
	va_list args;
	va_start(args, format);
	int length = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (length >= (int)sizeof text)
		length = sizeof text - 1;
	if (length > 0)
		(void)!ralm_write(STDERR_FILENO, text, (size_t)length);
}

/* "PROGRAM: message" in one write, so that lines of several programs do not
 * mix. */
CLI_PRINTF(2, 0)
static void say_line(const struct cli_tool *tool, const char *format,
		     va_list args)
{
	char text[8192];
	size_t used = (size_t)snprintf(text, sizeof text - 1, "%s: ", tool->name);
	vsnprintf(text + used, sizeof text - 1 - used, format, args);
	ralm_make_printable(text);
	used = strlen(text);
	text[used++] = '\n';
	(void)!ralm_write(STDERR_FILENO, text, used);
}

void cli_warn(const struct cli_tool *tool, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say_line(tool, format, args);
	va_end(args);
}

void cli_warn_error(const struct cli_tool *tool, const struct ralm_error *err)
{
	char text[sizeof *err];
	ralm_error_format(text, sizeof text, err);
	cli_warn(tool, "%s", text);
}

void cli_warn_share(const struct cli_tool *tool, uint64_t count, uint64_t all,
		    const char *things, const char *format, ...)
{
	char text[1024];
	va_list args;
	if (count == 0)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	cli_warn(tool, "%" PRIu64 " of %" PRIu64 " %s (%.3g %%) %s", count, all,
		 things, 100 * (double)count / (double)all, text);
}

void cli_warn_bad_lines(const struct cli_tool *tool, uint64_t count, uint64_t all,
			const char *lines, const struct ralm_error *first)
{
	char text[sizeof *first];
	if (count == 0)
		return;
	ralm_error_format(text, sizeof text, first);
	cli_warn_share(tool, count, all, lines, "are bad and left out, the first: %s",
		       text);
}

void (*cli_leaving)(int status);

_Noreturn static void leave(int status)
{
	ralm_remove_unfinished();
	if (cli_leaving != NULL)
		cli_leaving(status);
	exit(status);
}

void cli_fail(const struct cli_tool *tool, const struct ralm_error *err)
{
	cli_warn_error(tool, err);
	leave(err->code == RALM_ERROR_CONFIG ? EXIT_USAGE : EXIT_DATA);
}

void cli_usage(const struct cli_tool *tool, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say_line(tool, format, args);
	va_end(args);
	cli_say("Try '%s --help'\n", tool->name);
	leave(EXIT_USAGE);
}

int cli_finish(const struct cli_tool *tool, int status)
{
	if (ralm_folder_unsynced())
		cli_warn(tool, "cannot sync a folder: what was written there "
			       "may not outlive a power cut");
	write_waiting();
	if (fflush(stdout) != 0 && out_error == 0)
		out_error = errno;
	/* close reports failures that a network file system held back. */
	if (close(STDOUT_FILENO) != 0 && out_error == 0)
		out_error = errno;
	if (out_error != 0) {
		cli_warn(tool, "stdout: cannot write: %s", strerror(out_error));
		if (status == 0)
			status = EXIT_DATA;
	}
	if (cli_leaving != NULL)
		cli_leaving(status);
	return status;
}
