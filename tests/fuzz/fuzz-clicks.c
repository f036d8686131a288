/* Any bytes as a click log. Read strictly and with bad lines left out: where
 * the first succeeds both say the same; every line is accounted for; ids hold
 * no white space and times are numbers. */
#include "fuzz.h"

#include "libralm/formats/blank.h"
#include "libralm/formats/click_log.h"

#include <math.h>
#include <string.h>

/* The first byte chooses one of these. */
static const struct ralm_click_format formats[] = {
	{.columns = NULL},
	{.columns = NULL, .delimiter = ",", .header = true},
	{.columns = "time,_,item,user"},
	{.columns = "user,item,rating,time", .delimiter = ",",
	 .min_rating = "3"},
	{.columns = "user,item,rating,time", .delimiter = "::"},
	{.columns = "user=u,item=i", .delimiter = ",", .header = true},
	{.columns = "item=i,time=t,user=u", .delimiter = ";", .header = true},
	{.columns = "_,_,_,item,_,user", .delimiter = " "},
	{.columns = "user,item,time,event", .delimiter = "blanks",
	 .events = "view,buy", .missing = "NA,\\N"},
	{.delimiter = ",", .header = true, .multiline = true, .missing = ""},
	{.columns = "user,item,_,time", .delimiter = ",", .multiline = true},
	{.columns = "user,item,time", .delimiter = ",",
	 .time_format = "%d/%b/%Y:%H:%M:%S.%f %p %z", .no_header = true},
};

static int read_log(struct ralm_click_log *log, const void *data, size_t size,
		    const struct ralm_click_format *format,
		    struct ralm_error *err)
{
	ralm_click_log_init(log);
	return ralm_click_log_read_fd(log, file_of(data, size), "log", format,
				      err);
}

static void check_ids(const struct ralm_ids *ids, size_t clicks)
{
	must(ids->count <= clicks);
	for (uint32_t i = 0; i < ids->count; i++) {
		size_t length;
		const char *text = ralm_ids_text(ids, i, &length);
		must(length > 0 && length <= ids->longest);
		for (size_t b = 0; b < length; b++)
			must(text[b] != '\0' && !strchr(" \t\n\v\f\r", text[b]));
	}
}

static void check_log(const struct ralm_click_log *log)
{
	check_ids(&log->users, log->count);
	check_ids(&log->items, log->count);
	for (size_t i = 0; i < log->count; i++) {
		const struct ralm_click *click = &log->clicks[i];
		must(click->user < log->users.count &&
		     click->item < log->items.count && isfinite(click->time) &&
		     (log->has_times || click->time == 0));
	}
}

/* Lines that are not blank. */
static size_t count_lines(const char *text, size_t size)
{
	size_t lines = 0;
	const char *end = text + size;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;
		size_t length = (size_t)(stop - text);
		if (length > 0 && text[length - 1] == '\r')
			length--;
		lines += !ralm_line_is_blank(text, length);
		text = stop + 1;
	}
	return lines;
}

static bool has_quote(const char *text, size_t size)
{
	return memchr(text, '"', size) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ralm_click_log strict, tolerant;
	struct ralm_error err, tolerant_err;
	if (size == 0)
		return 0;
	struct ralm_click_format format =
		formats[data[0] % (sizeof formats / sizeof *formats)];
	const char *text = (const char *)data + 1;
	size--;
	int result = read_log(&strict, text, size, &format, &err);
	format.skip_bad = true;
	int tolerant_result =
		read_log(&tolerant, text, size, &format, &tolerant_err);
	/* Only a header, what no line has, or a file that is no text can be
	 * wrong for both. */
	must(tolerant_result == 0 || result != 0);
	if (result == 0) {
		check_log(&strict);
		must(tolerant.bad_lines == 0 && strict.count == tolerant.count &&
		     strict.below_min_rating == tolerant.below_min_rating);
		for (size_t i = 0; i < strict.count; i++)
			must(memcmp(&strict.clicks[i], &tolerant.clicks[i],
				    sizeof *strict.clicks) == 0);
	} else {
		must(err.message[0] != '\0' &&
		     (err.line > 0 || tolerant_result != 0));
		must(tolerant_result != 0 ||
		     (tolerant.bad_lines > 0 &&
		      strcmp(err.message, tolerant.first_bad.message) == 0 &&
		      err.line == tolerant.first_bad.line));
	}
	if (tolerant_result == 0) {
		check_log(&tolerant);
		size_t lines = count_lines(text, size);
		/* A byte order mark on a line of its own is blank; records may
		 * hold blank lines. */
		size_t known = tolerant.count + tolerant.bad_lines +
			       tolerant.below_min_rating +
			       tolerant.other_events + tolerant.missing_ids;
		size_t headers = format.header && lines > 0;
		must(format.multiline || known == tolerant.lines ||
		     has_quote(text, size));
		must(format.multiline || has_quote(text, size) ||
		     tolerant.lines + headers == lines ||
		     tolerant.lines + headers + 1 == lines);
	}
	ralm_click_log_release(&strict);
	ralm_click_log_release(&tolerant);
	return 0;
}
