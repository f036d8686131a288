/* What ralm-build-data --stats prints: names and values, one a line, or as one JSON
 * object. */
#include "ralm.h"

#include "formats/lines.h"
#include "formats/yaml.h"
#include "ground/c_locale.h"
#include "ground/printable.h"

#include <math.h>
#include <stdlib.h>
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

static int put_quoted(struct stats *stats, const char *text)
{
	const size_t length = strlen(text);
	char *quoted = malloc(6 * length + 2);
	if (quoted == NULL)
		return ralm_error_memory(stats->err, 6 * length + 2);
	ralm_writer_put(&stats->writer, quoted,
			ralm_yaml_quote(quoted, text, length));
	free(quoted);
	return 0;
}

static int put_text(struct stats *stats, const char *name, const char *text)
{
	put_name(stats, name);
	if (stats->json)
		return put_quoted(stats, text);
	char *printable = strdup(text);
	if (printable == NULL)
		return ralm_error_memory(stats->err, strlen(text) + 1);
	ralm_make_printable(printable);
	put(stats, printable);
	put_end(stats);
	free(printable);
	return 0;
}

/* ---- what there is --------------------------------------------------------- */

/* The files: a list in JSON, else a line for each. */
static int put_sources(struct stats *stats, const char *const *paths, size_t count)
{
	int result = 0;
	if (stats->json)
		put_name(stats, "source");
	for (size_t i = 0; i < count && result == 0; i++) {
		const char *path = ralm_input_name(paths[i]);
		if (!stats->json) {
			result = put_text(stats, "source", path);
			continue;
		}
		put(stats, i == 0 ? "[" : ", ");
		result = put_quoted(stats, path);
	}
	if (stats->json)
		put(stats, count == 0 ? "[]" : "]");
	return result;
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

static int put_log(struct stats *stats, const struct ralm_build_report *report,
		   const struct ralm_build_options *options)
{
	static const char *const planted[] = {"planted click log"};
	const bool invented = options->planted;
	if (put_sources(stats, invented ? planted : options->paths,
			invented ? 1 : options->path_count) != 0)
		return -1;
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
		return 0;
	if (put_text(stats, "first time", report->first_time) != 0)
		return -1;
	return put_text(stats, "last time", report->last_time);
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
	stats->json = form == RALM_STATS_JSON;
	stats->begun = false;
	stats->err = err;
	return ralm_writer_open(&stats->writer, fd, name, err);
}

static int close_stats(struct stats *stats, int result)
{
	if (result == 0 && stats->json)
		put(stats, "}\n");
	return ralm_writer_close(&stats->writer, result, stats->err);
}

int ralm_build_write_stats(int fd, const char *name,
			   const struct ralm_build_report *report,
			   const struct ralm_build_options *options,
			   enum ralm_stats_form form, struct ralm_error *err)
{
	struct stats stats;
	if (open_stats(&stats, fd, name, form, err) != 0)
		return -1;
	const int result = put_log(&stats, report, options);
	if (result == 0)
		put_sets(&stats, report, options);
	return close_stats(&stats, result);
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
	return close_stats(&stats, 0);
}
