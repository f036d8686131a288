#include "fit_view.h"

#include "cli.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 512 };

/* A line that is made of parts, as many as there is room for. */
struct line {
	char text[LINE];
	size_t used, room;
	bool full; /* a part had no room: nor have those behind it */
};

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

void fit_view_show(struct live_line *view, const struct ralm_fit_report *report)
{
	struct line line = {.room = sizeof line.text - 1};
	const size_t room = live_line_room(view);
	line.room = room < line.room ? room : line.room;
	compose(&line, report);
	live_line_show(view, line.text, report->epoch_ends);
}
