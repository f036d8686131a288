#include "build_talk.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- how far it has come ------------------------------------------------- */

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

/* ---- what it left out ---------------------------------------------------- */

static void say_lines_left(const struct cli_tool *tool, uint64_t count,
			   uint64_t lines, const char *reason)
{
	if (count > 0)
		cli_warn(tool,
			 "%" PRIu64 " of %" PRIu64 " lines left out, %.1f %%: %s",
			 count, lines, 100 / (double)lines * (double)count, reason);
}

void build_say_lines(const struct cli_tool *tool,
		     const struct ralm_build_report *report)
{
	for (int i = 0; i < report->note_count; i++)
		cli_warn_error(tool, &report->notes[i]);
	say_lines_left(tool, report->other_events, report->lines,
		       "other events (--event)");
	say_lines_left(tool, report->missing_ids, report->lines,
		       "no user or no item (--missing)");
	cli_warn_bad_lines(tool, report->bad_lines,
			   report->lines + report->user_rows + report->bad_rows,
			   "lines", &report->first_bad);
}

void build_say_left_out(const struct cli_tool *tool,
			const struct ralm_build_options *build,
			const struct ralm_build_report *report)
{
	const struct ralm_build_counts *sets[] = {&report->train, &report->test,
						  &report->validation};
	uint64_t no_seeds = 0, no_negative = 0;
	double auc = report->test_activity_auc;
	for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
		no_seeds += sets[s]->no_seeds;
		no_negative += sets[s]->no_negative;
	}
	build_say_lines(tool, report);
	if (report->items_left_out && build->passes > 0)
		cli_warn(tool,
			 "%" PRIu64 " of %" PRIu64
			 " items left out: fewer than %" PRIu64
			 " users to train on (--min-seeds)",
			 report->items_left_out, report->items,
			 build->min_seeds + 1);
	if (no_seeds)
		cli_warn(tool,
			 "%" PRIu64 " clicks left out: fewer than %" PRIu64
			 " earlier users of the item (--min-seeds)",
			 no_seeds, build->min_seeds);
	if (no_negative)
		cli_warn(tool,
			 "%" PRIu64
			 " negatives left out: nearly every user clicked the item",
			 no_negative);
	if (fabs(auc - 0.5) > 0.1)
		cli_warn(tool,
			 "the target's activity alone has an AUC of %.3f on the test "
			 "set: popularity tells much of the labels there",
			 auc);
}
