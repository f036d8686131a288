#include "fit_view.h"

#include "cli.h"
#include "libralm/ground/numbers.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#if !defined TIOCGWINSZ
#include <termios.h>
#endif

enum { LINE = 512, COLUMNS = 80 };

/* A line that is made of parts, as many as there is room for. */
struct line {
	char text[LINE];
	size_t used, room;
	bool full; /* a part had no room: nor have those behind it */
};

void fit_view_init(struct fit_view *view)
{
	const char *terminal = getenv("TERM");
	view->live = isatty(STDERR_FILENO) == 1 &&
		     !(terminal != NULL && strcmp(terminal, "dumb") == 0);
	view->open = false;
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

/* The first part is cut where it has no room; the others are left out. */
CLI_PRINTF(2, 3)
static void add(struct line *line, const char *format, ...)
{
	char part[96];
	va_list args;
	va_start(args, format);
	vsnprintf(part, sizeof part, format, args);
	va_end(args);
	const char *comma = line->used > 0 ? ", " : "";
	size_t length = strlen(comma) + strlen(part);
	line->full = line->full ||
		     (line->used > 0 && line->used + length > line->room);
	if (line->full)
		return;
	snprintf(line->text + line->used, line->room + 1 - line->used, "%s%s",
		 comma, part);
	line->used = strlen(line->text);
}

/* What says most comes first, and stays longest. */
static void compose(struct line *line, const struct ralm_fit_report *r)
{
	add(line, "epoch %" PRIu64 "/%" PRIu64, r->epoch, r->epochs);
	if (r->batches)
		add(line, "batch %" PRIu64 "/%" PRIu64, r->batch, r->batches);
	else
		add(line, "batch %" PRIu64, r->batch);
	add(line, "loss %.5f", r->loss);
	add(line, "AUC %.4f", r->auc);
	if (!isnan(r->validation_auc))
		add(line, "validation AUC %.4f", r->validation_auc);
	if (r->seconds_left >= 3600)
		add(line, "%.1f h left", r->seconds_left / 3600);
	else if (!isnan(r->seconds_left))
		add(line, "%.0f s left", r->seconds_left);
	add(line, "%.0f samples/s", r->samples_per_second);
	add(line, "BATCH_AUC %.4f", r->batch_auc);
}

void fit_view_show(struct fit_view *view, const struct ralm_fit_report *report)
{
	struct line line = {.room = sizeof line.text - 1};
	if (view->live) {
		/* Some terminals begin a new line behind the last column. */
		size_t room = terminal_width() - 1;
		line.room = room < line.room ? room : line.room;
	}
	compose(&line, report);
	bool ends = !view->live || report->epoch_ends;
	cli_say("%s%s%s", view->live ? "\r\033[K" : "", line.text,
		ends ? "\n" : "");
	view->open = !ends;
}

void fit_view_leave(struct fit_view *view)
{
	if (view->open)
		cli_say("\n");
	view->open = false;
}
