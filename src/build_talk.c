#include "build_talk.h"

#include <inttypes.h>
#include <math.h>

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
