/* What ralm-build-data --stats prints: names and values, one a line, or as one JSON
 * object. */
#include "ralm.h"

#include "formats/lines.h"
#include "ground/c_locale.h"

#include <math.h>
#include <string.h>

struct stats {
	struct ralm_writer writer;
	bool json, begun;
	struct ralm_error *err;
};

/* ---- a name and a value ---------------------------------------------------- */

static void put(struct stats *stats, const char *text)
{
	ralm_writer_put_text(&stats->writer, text);
}

/* In JSON "held_out_items" in place of "held-out items". */
static void put_name(struct stats *stats, const char *name)
{
	if (!stats->json) {
		put(stats, name);
		put(stats, "\t");
		return;
	}
	put(stats, stats->begun ? ", \"" : "{\"");
	stats->begun = true;
	for (; *name != '\0'; name++)
		ralm_writer_put_char(&stats->writer,
				     *name == ' ' || *name == '-'   ? '_'
				     : *name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a'
								    : *name);
	put(stats, "\": ");
}

static void put_end(struct stats *stats)
{
	if (!stats->json)
		put(stats, "\n");
}

static void put_count(struct stats *stats, const char *name, uint64_t value)
{
	put_name(stats, name);
	ralm_writer_put_u64(&stats->writer, value);
	put_end(stats);
}

static void put_real(struct stats *stats, const char *name, double value,
		     int digits)
{
	char text[64];
	put_name(stats, name);
	ralm_snprintf(text, sizeof text, "%.*f", digits, value);
	put(stats, !isnan(value) ? text : stats->json ? "null" : "nan");
	put_end(stats);
}

static void put_text(struct stats *stats, const char *name, const char *text)
{
	put_name(stats, name);
	if (stats->json)
		ralm_writer_put_quoted(&stats->writer, text);
	else
		ralm_writer_put_printable(&stats->writer, text);
	put_end(stats);
}

/* ---- what there is --------------------------------------------------------- */

/* The files: a list in JSON, else a line for each. */
static void put_sources(struct stats *stats, const char *const *paths,
			size_t count)
{
	if (stats->json)
		put_name(stats, "source");
	for (size_t i = 0; i < count; i++) {
		const char *path = ralm_input_name(paths[i]);
		if (!stats->json) {
			put_text(stats, "source", path);
			continue;
		}
		put(stats, i == 0 ? "[" : ", ");
		ralm_writer_put_quoted(&stats->writer, path);
	}
	if (stats->json)
		put(stats, count == 0 ? "[]" : "]");
}

static void put_samples(struct stats *stats, const char *set,
			const struct ralm_build_counts *counts)
{
	const uint64_t all = counts->positives + counts->negatives;
	const struct {
		const char *what;
		uint64_t count;
	} rows[] = {{"samples", all},
		    {"samples with label 1", counts->positives},
		    {"seed lists", counts->lists},
		    {"seeds", counts->seeds},
		    {"seeds who are cold", counts->cold_seeds}};
	const size_t last = counts->cold_seeds > 0 ? 5 : 4; /* or there are none */
	char name[64];
	for (size_t i = 0; i < last; i++) {
		ralm_snprintf(name, sizeof name, "%s %s", set, rows[i].what);
		put_count(stats, name, rows[i].count);
	}
	ralm_snprintf(name, sizeof name, "%s share of lists repeated", set);
	put_real(stats, name,
		 all ? 1 - (double)counts->lists / (double)all : 0, 3);
}

static void put_log(struct stats *stats, const struct ralm_build_report *report,
		    const struct ralm_build_options *options)
{
	static const char *const planted[] = {"planted click log"};
	const bool invented = options->planted;
	put_sources(stats, invented ? planted : options->paths,
		    invented ? 1 : options->path_count);
	put_count(stats, "users", report->users);
	put_count(stats, "items", report->items);
	put_count(stats, "clicks", report->clicks);
	put_count(stats, "repeated clicks", report->repeats);
	if (!options->planted)
		put_count(stats, "lines", report->lines);
	put_count(stats, "lines with other events", report->other_events);
	put_count(stats, "lines without user or item", report->missing_ids);
	put_count(stats, "lines below the minimal rating",
		  report->below_min_rating);
	put_count(stats, "bad lines", report->bad_lines);
	if (report->first_time[0] == '\0')
		return;
	put_text(stats, "first time", report->first_time);
	put_text(stats, "last time", report->last_time);
}

static void put_sets(struct stats *stats, const struct ralm_build_report *report,
		     const struct ralm_build_options *options)
{
	put_count(stats, "training items", report->items_training);
	put_count(stats, "items left out", report->items_left_out);
	put_samples(stats, "training", &report->train);
	if (options->users_file != NULL) {
		put_count(stats, "users told of", report->users_told);
		put_count(stats, "rows of the user table", report->user_rows);
		put_count(stats, "values told", report->values_told);
	}
	if (options->seeds_file != NULL) {
		put_count(stats, "seed lists written", report->lists_written);
		put_count(stats, "seeds written", report->seeds_written);
	}
	if (options->test == NULL)
		return;
	put_count(stats, "held-out items", report->items_held_out);
	put_count(stats, "held-out users", report->users_held_out);
	put_count(stats, "held-out clicks", report->clicks_held_out);
	put_samples(stats, "test", &report->test);
	put_real(stats, "test AUC of activity alone",
		 report->test_activity_auc, 4);
	if (options->valid == NULL)
		return;
	put_count(stats, "validation items", report->items_validation);
	put_count(stats, "validation users", report->users_validation);
	put_count(stats, "validation clicks", report->clicks_validation);
	put_samples(stats, "validation", &report->validation);
	put_real(stats, "validation AUC of activity alone",
		 report->validation_activity_auc, 4);
}

/* ---- lifetime ---------------------------------------------------------------- */

static int open_stats(struct stats *stats, int fd, const char *name,
		      enum ralm_stats_form form, struct ralm_error *err)
{
	if (ralm_check_enumerator("form", form, RALM_STATS_JSON, err) != 0)
		return -1;
	stats->json = form == RALM_STATS_JSON;
	stats->begun = false;
	stats->err = err;
	return ralm_writer_open(&stats->writer, fd, name, err);
}

static int close_stats(struct stats *stats)
{
	if (stats->json)
		put(stats, "}\n");
	return ralm_writer_close(&stats->writer, 0, stats->err);
}

int ralm_build_write_stats(int fd, const char *name,
			   const struct ralm_build_report *report,
			   const struct ralm_build_options *options,
			   enum ralm_stats_form form, struct ralm_error *err)
{
	struct stats stats;
	if (open_stats(&stats, fd, name, form, err) != 0)
		return -1;
	put_log(&stats, report, options);
	put_sets(&stats, report, options);
	return close_stats(&stats);
}

int ralm_split_write_stats(int fd, const char *name,
			   const struct ralm_sample_split_report *report,
			   const struct ralm_sample_split_options *options,
			   enum ralm_stats_form form, struct ralm_error *err)
{
	struct stats stats;
	if (open_stats(&stats, fd, name, form, err) != 0)
		return -1;
	put_count(&stats, "training samples", report->train);
	put_count(&stats, "test samples", report->test);
	if (options->valid != NULL)
		put_count(&stats, "validation samples", report->validation);
	return close_stats(&stats);
}
