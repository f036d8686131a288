#include "build_samples.h"

#include "../formats/lines.h"
#include "../ground/atomic_file.h"
#include "../ground/rng.h"
#include "build_streams.h"

#include <string.h>
#include <xxhash.h>

struct splitter {
	struct ralm_reader reader;
	struct ralm_writer train, test;
	struct ralm_atomic_file file;
	struct ralm_rng rng;
	const struct ralm_sample_split_options *options;
	enum ralm_sample_split by;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The text behind a slot's name, found without looking at what else the line
 * holds. False when there is none. */
static bool find_slot(const char **text, size_t *length, const char *slot,
		      const char *line, size_t line_length)
{
	size_t name = strlen(slot);
	const char *end = line + line_length;
	for (const char *at = line; at < end; at++) {
		at = memmem(at, (size_t)(end - at), slot, name);
		if (at == NULL)
			return false;
		if (at > line && !is_blank(at[-1]))
			continue;
		*text = at + name;
		const char *stop = *text;
		while (stop < end && !is_blank(*stop))
			stop++;
		*length = (size_t)(stop - *text);
		return *length > 0;
	}
	return false;
}

/* Uniform in [0, 1) and the same for the same text. */
static double place_of(const struct splitter *splitter, const char *text,
		       size_t length)
{
	uint64_t hash = XXH3_64bits_withSeed(text, length,
					     splitter->options->rng_seed);
	return (double)(ralm_mix64(hash) >> 11) * 0x1p-53;
}

/* Whether the line goes to the test file; -1 when that cannot be told. */
static int goes_to_test(struct splitter *splitter, const char *line,
			size_t length, struct ralm_error *err)
{
	double ratio = splitter->options->test_ratio;
	const char *slot = splitter->by == RALM_SAMPLES_BY_USER ? "target_user:"
								: "item:";
	const char *text;
	size_t text_length;
	if (splitter->by == RALM_SAMPLES_BY_FIRST)
		splitter->by = find_slot(&text, &text_length, slot, line, length)
				       ? RALM_SAMPLES_BY_ITEM
				       : RALM_SAMPLES_BY_SAMPLE;
	if (splitter->by == RALM_SAMPLES_BY_SAMPLE)
		return ralm_rng_uniform(&splitter->rng) < ratio;
	if (!find_slot(&text, &text_length, slot, line, length))
		return ralm_reader_error(&splitter->reader, err,
					 "no %s slot to split by (--split-by)",
					 slot);
	return place_of(splitter, text, text_length) < ratio;
}

static bool only_blanks(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!is_blank(line[i]))
			return false;
	return true;
}

static int split_lines(struct ralm_sample_split_report *report,
		       struct splitter *splitter, struct ralm_error *err)
{
	char *line;
	size_t length;
	int got;
	while ((got = ralm_reader_next(&splitter->reader, &line, &length,
				       err)) == 1) {
		if (only_blanks(line, length))
			continue;
		int test = goes_to_test(splitter, line, length, err);
		if (test < 0) {
			if (!splitter->options->skip_bad)
				return -1;
			if (report->bad_lines++ == 0)
				report->first_bad = *err;
			continue;
		}
		struct ralm_writer *writer =
			test ? &splitter->test : &splitter->train;
		ralm_writer_put(writer, line, length);
		ralm_writer_put_char(writer, '\n');
		if (test)
			report->test++;
		else
			report->train++;
		if (writer->error != 0)
			break;
	}
	if (got < 0 || ralm_writer_flush(&splitter->train, err) != 0 ||
	    ralm_writer_flush(&splitter->test, err) != 0)
		return -1;
	if (report->train + report->test == 0)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "the input holds no sample");
	return ralm_atomic_commit(&splitter->file, err);
}

int ralm_split_samples(struct ralm_sample_split_report *report,
		       const struct ralm_sample_split_options *options, int fd,
		       const char *name, struct ralm_error *err)
{
	struct splitter splitter = {
		.options = options, .by = options->by,
		.file = {.fd = -1, .slot = -1}};
	memset(report, 0, sizeof *report);
	ralm_rng_init(&splitter.rng, options->rng_seed, RALM_STREAM_SPLIT);
	if (ralm_writer_open(&splitter.train, fd, name, err) != 0)
		return -1;
	int result = -1;
	if (ralm_reader_open(&splitter.reader, options->paths,
			     options->path_count, err) != 0)
		goto no_reader;
	if (ralm_atomic_open(&splitter.file, options->test, err) == 0 &&
	    ralm_writer_open(&splitter.test, splitter.file.fd, options->test,
			     err) == 0)
		result = split_lines(report, &splitter, err);
	ralm_writer_release(&splitter.test);
	ralm_atomic_abort(&splitter.file);
	ralm_reader_release(&splitter.reader);
no_reader:
	ralm_writer_release(&splitter.train);
	return result;
}

int ralm_write_paddlerec(int fd, const char *name, struct ralm_error *err)
{
	struct ralm_writer writer;
	if (ralm_writer_open(&writer, fd, name, err) != 0)
		return -1;
	for (int sample = 0; sample < 100; sample++) {
		for (uint64_t user = 2; user < 20; user++) {
			ralm_writer_put(&writer, "user_seeds:", 11);
			ralm_writer_put_u64(&writer, user);
			ralm_writer_put_char(&writer, ' ');
		}
		ralm_writer_put(&writer, "target_user:1 label:1 \n", 23);
	}
	int result = ralm_writer_flush(&writer, err);
	ralm_writer_release(&writer);
	return result;
}
