#include "build_talk.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void build_say_bad_lines(const struct cli_tool *tool, uint64_t count,
			 const struct ralm_error *first)
{
	char text[sizeof *first];
	if (count == 0)
		return;
	ralm_error_format(text, sizeof text, first);
	cli_warn(tool, "%" PRIu64 " bad lines left out, the first: %s", count,
		 text);
}

void build_say_stat(const char *name, uint64_t value)
{
	cli_say("%s\t%" PRIu64 "\n", name, value);
}

static void say_samples(const char *set, const struct ralm_build_counts *counts)
{
	char name[64];
	uint64_t all = counts->positives + counts->negatives;
	snprintf(name, sizeof name, "%s samples", set);
	build_say_stat(name, all);
	snprintf(name, sizeof name, "%s samples with label 1", set);
	build_say_stat(name, counts->positives);
	snprintf(name, sizeof name, "%s seed lists", set);
	build_say_stat(name, counts->lists);
	snprintf(name, sizeof name, "%s seeds", set);
	build_say_stat(name, counts->seeds);
	if (counts->cold_seeds > 0) {
		snprintf(name, sizeof name, "%s seeds who are cold", set);
		build_say_stat(name, counts->cold_seeds);
	}
	cli_say("%s share of lists repeated\t%.3f\n", set,
		all ? 1 - (double)counts->lists / (double)all : 0);
}

static void say_sources(const struct ralm_build_options *build)
{
	if (build->planted)
		cli_say("source\tplanted click log\n");
	for (size_t i = 0; i < build->path_count; i++)
		cli_say("source\t%s\n",
			strcmp(build->paths[i], "-") == 0 ? "stdin"
							 : build->paths[i]);
}

void build_say_stats(const struct ralm_build_options *build,
		     const struct ralm_build_report *report)
{
	say_sources(build);
	build_say_stat("users", report->users);
	build_say_stat("items", report->items);
	build_say_stat("clicks", report->clicks);
	build_say_stat("repeated clicks", report->repeats);
	if (!build->planted)
		build_say_stat("lines", report->lines);
	build_say_stat("lines with other events", report->other_events);
	build_say_stat("lines without user or item", report->missing_ids);
	build_say_stat("lines below the minimal rating", report->below_min_rating);
	build_say_stat("bad lines", report->bad_lines);
	if (report->first_time[0] != '\0') {
		cli_say("first time\t%s\n", report->first_time);
		cli_say("last time\t%s\n", report->last_time);
	}
	build_say_stat("training items", report->items_training);
	build_say_stat("items left out", report->items_left_out);
	say_samples("training", &report->train);
	if (build->users_file != NULL) {
		build_say_stat("users told of", report->users_told);
		build_say_stat("rows of the user table", report->user_rows);
		build_say_stat("values told", report->values_told);
	}
	if (build->test == NULL)
		return;
	build_say_stat("held-out items", report->items_held_out);
	build_say_stat("held-out users", report->users_held_out);
	build_say_stat("held-out clicks", report->clicks_held_out);
	say_samples("test", &report->test);
	cli_say("test AUC of activity alone\t%.4f\n",
		report->test_activity_auc);
}

void build_say_lines(const struct cli_tool *tool,
		     const struct ralm_build_report *report)
{
	double percent = 100 / (double)report->lines;
	for (int i = 0; i < report->note_count; i++) {
		char text[sizeof *report->notes];
		ralm_error_format(text, sizeof text, &report->notes[i]);
		cli_warn(tool, "%s", text);
	}
	if (report->other_events)
		cli_warn(tool,
			 "%" PRIu64 " of %" PRIu64
			 " lines left out, %.1f %%: other events (--event)",
			 report->other_events, report->lines,
			 percent * (double)report->other_events);
	if (report->missing_ids)
		cli_warn(tool,
			 "%" PRIu64 " of %" PRIu64
			 " lines left out, %.1f %%: no user or no item (--missing)",
			 report->missing_ids, report->lines,
			 percent * (double)report->missing_ids);
	build_say_bad_lines(tool, report->bad_lines, &report->first_bad);
}

void build_say_left_out(const struct cli_tool *tool,
			const struct ralm_build_options *build,
			const struct ralm_build_report *report)
{
	uint64_t no_seeds = report->train.no_seeds + report->test.no_seeds;
	uint64_t no_negative =
		report->train.no_negative + report->test.no_negative;
	double auc = report->test_activity_auc;
	build_say_lines(tool, report);
	if (report->items_left_out)
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
			 "the target's activity alone has an AUC of %.3f on the test set: "
			 "popularity tells much of the labels there",
			 auc);
}
