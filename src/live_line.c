#include "live_line.h"

#include "libralm/ground/numbers.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#if !defined TIOCGWINSZ
#include <termios.h>
#endif

enum { COLUMNS = 80 };

void live_line_init(struct live_line *line)
{
	const char *terminal = getenv("TERM");
	line->live = isatty(STDERR_FILENO) == 1 &&
		     !(terminal != NULL && strcmp(terminal, "dumb") == 0);
	line->open = false;
}

bool live_line_meets_stdout(void)
{
	struct stat out, err;
	return isatty(STDOUT_FILENO) == 1 && fstat(STDOUT_FILENO, &out) == 0 &&
	       fstat(STDERR_FILENO, &err) == 0 && out.st_rdev == err.st_rdev;
}

/* Asked each time: a window may change. */
static size_t terminal_width(void)
{
	struct winsize size;
	uint64_t columns;
	const char *given = getenv("COLUMNS");
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (given != NULL &&
	    ralm_parse_u64(&columns, given, strlen(given), UINT16_MAX) && columns > 0)
		return (size_t)columns;
	return COLUMNS;
}

size_t live_line_room(const struct live_line *line)
{
	/* Some terminals begin a new line behind the last column. */
	return line->live ? terminal_width() - 1 : SIZE_MAX;
}

void live_text_init(struct live_text *text, const struct live_line *line)
{
	const size_t room = live_line_room(line);
	*text = (struct live_text){
		.room = room < LIVE_TEXT - 1 ? room : LIVE_TEXT - 1};
}

void live_text_add(struct live_text *text, const char *format, ...)
{
	char part[96];
	va_list args;
	va_start(args, format);
	vsnprintf(part, sizeof part, format, args);
	va_end(args);
	const char *comma = text->used > 0 ? ", " : "";
	size_t length = strlen(comma) + strlen(part);
	text->full = text->full ||
		     (text->used > 0 && text->used + length > text->room);
	if (text->full)
		return;
	snprintf(text->text + text->used, text->room + 1 - text->used, "%s%s",
		 comma, part);
	text->used = strlen(text->text);
}

void live_line_show(struct live_line *line, const char *text, bool ends)
{
	ends = ends || !line->live;
	cli_say("%s%s%s", line->live ? "\r\033[K" : "", text, ends ? "\n" : "");
	line->open = !ends;
}

void live_line_leave(struct live_line *line)
{
	if (line->open)
		cli_say("\n");
	line->open = false;
}

void live_line_clear(struct live_line *line)
{
	if (line->open)
		cli_say("\r\033[K");
	line->open = false;
}
