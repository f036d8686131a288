#include "build_view.h"

#include <stdio.h>
#include <sys/stat.h>

/* Bytes. Once `enough` training samples are written, the size of all of them is
 * estimated (they come in random order, so the first are like the rest), and told
 * on a line of its own where it is `large`. */
static const double enough = 256 << 10, large = 100e6;

void build_view_init(struct build_view *view, const struct cli_tool *tool)
{
	struct stat out;
	*view = (struct build_view){.tool = tool};
	view->shared = fstat(STDOUT_FILENO, &out) != 0 || S_ISFIFO(out.st_mode) ||
		       S_ISSOCK(out.st_mode) || live_line_meets_stdout();
}

/* "370 MB", "1.2 GB" */
static void set_size(struct build_view *view, double bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB"};
	size_t unit = 0;
	for (bytes /= 1e3; bytes >= 999.5 && unit < 3; unit++)
		bytes /= 1e3;
	snprintf(view->size, sizeof view->size, "%.*f %s", bytes < 9.95 ? 1 : 0,
		 bytes, units[unit]);
}

static void tell_size(struct build_view *view, double written, double done)
{
	if (view->size_told || written < enough)
		return;
	view->size_told = true;
	if (written / done < large)
		return;
	progress_clear(&view->progress);
	cli_warn(view->tool, "about %s of training samples follow (--passes)",
		 view->size);
}

static void begin_phase(struct build_view *view, enum ralm_build_phase phase)
{
	progress_clear(&view->progress);
	if (phase == RALM_BUILD_READS)
		progress_init(&view->progress, "lines", "click log", false);
	else
		progress_init(&view->progress, "samples",
			      phase == RALM_BUILD_SPLITS ? "input" : view->size,
			      view->shared);
	view->began = true;
	view->phase = phase;
}

void build_view_progress(void *context, const struct ralm_build_progress *p)
{
	struct build_view *view = context;
	if (!view->began || view->phase != p->phase)
		begin_phase(view, p->phase);
	if (p->phase == RALM_BUILD_WRITES) {
		const double written = (double)p->bytes;
		set_size(view, written / p->done);
		tell_size(view, written, p->done);
	}
	progress_tell(&view->progress, p->lines, p->done);
}

void build_view_end(struct build_view *view)
{
	progress_clear(&view->progress);
}
