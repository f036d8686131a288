/* Splitting existing samples; and the samples that PaddleRec ships. */
#include "ralm.h"

#include "formats/blank.h"
#include "formats/input_size.h"
#include "formats/lines.h"
#include "formats/sample_text.h"
#include "formats/seed_slots.h"
#include "ground/atomic_file.h"
#include "ground/memory.h"
#include "ground/rng.h"
#include "ground/used_files.h"
#include "jobs/build/check_numbers.h"
#include "jobs/build/held_out.h"
#include "jobs/build/rng_streams.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* An output, and the number of the list of its last line. */
struct side {
	struct ralm_writer writer;
	uint64_t list;
	/* The line that spells that list here has another item than the one which
	 * spells it in the input. */
	bool other_item;
};

struct splitter {
	struct ralm_reader reader;
	uint64_t size; /* of the input, in bytes; 0: not known */
	struct ralm_sample_parser parser;
	struct side sides[RALM_SETS]; /* training's has no file */
	/* The last line that spells its seeds, the list-th of them. */
	char *line;
	size_t length, capacity;
	uint64_t list;
	struct ralm_atomic_file files[RALM_SETS];
	struct ralm_rng rng;
	const struct ralm_sample_split_options *options;
	enum ralm_sample_split by;
};

/* A number in [0, 1), uniform, a function of the bytes. */
static double place_of(const struct splitter *splitter, const void *bytes,
		       size_t length)
{
	uint64_t hash = XXH3_64bits_withSeed(bytes, length,
					     splitter->options->rng_seed);
	return (double)(ralm_mix64(hash) >> 11) * 0x1p-53;
}

/* The first of a uniform number are the test's, those behind it validate. */
static int set_at(const struct splitter *splitter, double place)
{
	const struct ralm_sample_split_options *o = splitter->options;
	const double more = ralm_validation_ratio(o->test_ratio, o->valid_ratio);
	if (place < o->test_ratio)
		return RALM_SET_TEST;
	return o->valid != NULL && place < o->test_ratio + more
		       ? RALM_SET_VALIDATION
		       : RALM_SET_TRAINING;
}

/* The set that a sample goes to; -1: it lacks what that depends on. */
static int set_of(struct splitter *splitter,
		  const struct ralm_sample_line *sample, struct ralm_error *err)
{
	if (splitter->by == RALM_SAMPLES_BY_FIRST)
		splitter->by = sample->item != NULL ? RALM_SAMPLES_BY_ITEM
						    : RALM_SAMPLES_BY_SAMPLE;
	switch (splitter->by) {
	case RALM_SAMPLES_BY_USER:
		return set_at(splitter,
			      place_of(splitter, &sample->target_key,
				       sizeof sample->target_key));
	case RALM_SAMPLES_BY_ITEM:
		if (sample->item == NULL)
			return ralm_error_set(
				err, RALM_ERROR_DATA,
				"no item slot to split by (--split-by)");
		return set_at(splitter, place_of(splitter, sample->item,
						 sample->item_length));
	default:
		return set_at(splitter, ralm_rng_uniform(&splitter->rng));
	}
}

/* ---- lines that say seeds:same ----------------------------------------------- */

/* Puts the slots of a line that are seeds, spelled or seeds:same, or those that
 * are not. */
static void put_slots(struct ralm_writer *writer, const char *line,
		      size_t length, bool seeds)
{
	const char *end = line + length;
	for (const char *slot; line < end; line = slot) {
		line += ralm_blanks(line, (size_t)(end - line));
		for (slot = line; slot < end && !ralm_is_blank(*slot);)
			slot++;
		size_t n = (size_t)(slot - line);
		if (n == 0 || ralm_is_seeds_slot(line, n) != seeds)
			continue;
		ralm_writer_put(writer, line, n);
		ralm_writer_put_char(writer, ' ');
	}
}

/* Writes a line with seeds:same as one that spells its seeds, and its item. */
static void put_spelled(const struct splitter *splitter,
			struct ralm_writer *writer,
			const struct ralm_sample_line *sample, const char *line,
			size_t length)
{
	put_slots(writer, splitter->line, splitter->length, true);
	put_slots(writer, line, length, false);
	if (!sample->inherits_item)
		return;
	ralm_writer_put_text(writer, "item:");
	ralm_writer_put(writer, sample->item, sample->item_length);
}

/* Writes a line as it is; but where it has seeds:same and the line before went
 * elsewhere, or has another item there, it is spelled. */
static int put_line(struct splitter *splitter, struct side *side,
		    const struct ralm_sample_line *sample, const char *line,
		    size_t length, struct ralm_error *err)
{
	const bool own_item = sample->item != NULL && !sample->inherits_item;
	const bool spell = sample->says_same &&
			   (splitter->options->spell ||
			    side->list != splitter->list ||
			    (side->other_item && !own_item));
	if (spell)
		put_spelled(splitter, &side->writer, sample, line, length);
	else
		ralm_writer_put(&side->writer, line, length);
	ralm_writer_put_char(&side->writer, '\n');
	if (spell || !sample->says_same)
		side->other_item = spell && own_item;
	if (!sample->says_same) {
		if (RALM_RESERVE(splitter->line, splitter->capacity, length,
				 err) != 0)
			return -1;
		memcpy(splitter->line, line, length);
		splitter->length = length;
		splitter->list++;
	}
	side->list = splitter->list;
	return 0;
}

/* ---- all lines -------------------------------------------------------------- */

/* Now and then: how much of the input was read. */
static void tell(const struct splitter *splitter, uint64_t lines)
{
	const struct ralm_sample_split_options *o = splitter->options;
	const uint64_t bytes = splitter->reader.bytes;
	const struct ralm_build_progress progress = {
		.phase = RALM_BUILD_SPLITS,
		.done = ralm_input_share(bytes, splitter->size),
		.lines = lines,
		.bytes = bytes};
	if (o->progress != NULL && lines % 1024 == 0)
		o->progress(o->context, &progress);
}

/* The next sample, its line, and the set that it goes to: 1, 0 at the end, or -1,
 * with *bad where only this line is at fault. */
static int next_sample(struct ralm_sample_line *sample, char **line,
		       size_t *length, int *set, bool *bad,
		       struct splitter *splitter, struct ralm_error *err)
{
	struct ralm_reader *reader = &splitter->reader;
	int got = 0;
	while (got == 0) {
		got = ralm_reader_next(reader, line, length, err);
		*bad = reader->long_line;
		if (*bad)
			ralm_sample_parser_lost(&splitter->parser);
		if (got <= 0)
			return got;
		got = ralm_sample_parse(sample, &splitter->parser, *line,
					*length, err);
	}
	*set = got > 0 ? set_of(splitter, sample, err) : -1;
	if (*set >= 0)
		return 1;
	*bad = err->code == RALM_ERROR_DATA;
	/* The seeds that a sample spells are left out with it. */
	if (got > 0 && !sample->says_same)
		ralm_sample_parser_lost(&splitter->parser);
	return ralm_error_at(err, reader->name, reader->line, 0);
}

static int split_lines(struct ralm_sample_split_report *report,
		       struct splitter *splitter, struct ralm_error *err)
{
	struct ralm_sample_line sample;
	char *line;
	size_t length;
	uint64_t lines = 0;
	bool bad;
	int got, set = RALM_SET_TRAINING;
	while ((got = next_sample(&sample, &line, &length, &set, &bad, splitter,
				  err)) != 0) {
		if (got < 0) {
			if (!bad ||
			    ralm_bad_line(&report->bad_lines, &report->first_bad,
					  splitter->options->skip_bad, err) != 0)
				return -1;
			continue;
		}
		struct side *side = &splitter->sides[set];
		if (put_line(splitter, side, &sample, line, length, err) != 0)
			return -1;
		tell(splitter, ++lines);
		++*(set == RALM_SET_TRAINING ? &report->train
		    : set == RALM_SET_TEST   ? &report->test
					     : &report->validation);
		if (side->writer.error != 0)
			break;
	}
	return 0;
}

/* Writes what waits, and puts the files in their places. */
static int finish(const struct ralm_sample_split_report *report,
		  struct splitter *splitter, struct ralm_error *err)
{
	const struct ralm_sample_split_options *o = splitter->options;
	for (int s = 0; s < RALM_SETS; s++)
		if (splitter->sides[s].writer.buffer != NULL &&
		    ralm_writer_flush(&splitter->sides[s].writer, err) != 0)
			return -1;
	if (report->train + report->test + report->validation == 0)
		return ralm_input_empty(o->paths, o->path_count, err,
					"no samples");
	if (o->valid != NULL && report->validation == 0)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "no sample is left for the validation (--test-ratio, --valid-ratio)");
	if (ralm_atomic_commit(&splitter->files[RALM_SET_TEST], err) != 0)
		return -1;
	return o->valid == NULL
		       ? 0
		       : ralm_atomic_commit(&splitter->files[RALM_SET_VALIDATION],
					    err);
}

static int open_side(struct splitter *splitter, enum ralm_build_set set,
		     const char *path, struct ralm_error *err)
{
	struct ralm_atomic_file *file = &splitter->files[set];
	if (path == NULL)
		return 0;
	if (ralm_atomic_open(file, path, err) != 0)
		return -1;
	return ralm_writer_open(&splitter->sides[set].writer, file->fd, path, err);
}

static int check_options(const struct ralm_sample_split_options *o, int fd,
			 const char *name, struct ralm_error *err)
{
	struct ralm_used_files used = {.files = NULL};
	if (o->test == NULL)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--samples needs --test");
	if (ralm_check_enumerator("by", o->by, RALM_SAMPLES_BY_SAMPLE, err) !=
		    0 ||
	    ralm_check_ratios(o->test_ratio, o->valid_ratio, o->valid != NULL,
			      err) != 0)
		return -1;
	ralm_use_inputs(&used, o->paths, o->path_count);
	ralm_use_descriptor(&used, fd, name);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--test", o->test);
	ralm_use_file(&used, RALM_FILE_REPLACE, "--valid", o->valid);
	return ralm_used_files_settle(&used, err);
}

int ralm_split_samples(struct ralm_sample_split_report *report,
		       const struct ralm_sample_split_options *options, int fd,
		       const char *name, struct ralm_error *err)
{
	struct splitter splitter = {
		.options = options, .by = options->by};
	struct ralm_error own;
	err = ralm_error_or(err, &own);
	memset(report, 0, sizeof *report);
	if (check_options(options, fd, name, err) != 0)
		return -1;
	ralm_rng_init(&splitter.rng, options->rng_seed, RALM_STREAM_SPLIT);
	ralm_sample_parser_init(&splitter.parser, 0);
	splitter.size = ralm_input_size(options->paths, options->path_count);
	int result = -1;
	for (int s = 0; s < RALM_SETS; s++)
		splitter.files[s].fd = splitter.files[s].slot = -1;
	if (ralm_writer_open(&splitter.sides[RALM_SET_TRAINING].writer, fd, name,
			     err) != 0)
		return -1;
	if (ralm_reader_open(&splitter.reader, options->paths,
			     options->path_count, err) != 0)
		goto no_reader;
	if (open_side(&splitter, RALM_SET_TEST, options->test, err) == 0 &&
	    open_side(&splitter, RALM_SET_VALIDATION, options->valid, err) == 0 &&
	    split_lines(report, &splitter, err) == 0)
		result = finish(report, &splitter, err);
	for (int s = 0; s < RALM_SETS; s++)
		ralm_atomic_abort(&splitter.files[s]);
	ralm_reader_release(&splitter.reader);
no_reader:
	for (int s = 0; s < RALM_SETS; s++)
		ralm_writer_release(&splitter.sides[s].writer);
	ralm_sample_parser_release(&splitter.parser);
	free(splitter.line);
	return result;
}

int ralm_write_paddlerec(int fd, const char *name, struct ralm_error *err)
{
	struct ralm_writer writer;
	if (ralm_writer_open(&writer, fd, name, err) != 0)
		return -1;
	for (int sample = 0; sample < 100; sample++) {
		for (uint64_t user = 2; user < 20; user++) {
			ralm_writer_put_text(&writer, "user_seeds:");
			ralm_writer_put_u64(&writer, user);
			ralm_writer_put_char(&writer, ' ');
		}
		ralm_writer_put_text(&writer, "target_user:1 label:1 \n");
	}
	return ralm_writer_close(&writer, 0, err);
}
