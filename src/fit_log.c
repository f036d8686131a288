#include "fit_log.h"

#include "cli.h"

#include "libralm/ground/error.h"
#include "libralm/ground/numbers.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char columns[] =
	"epoch\tstep\tsamples\tloss\tbatch_auc\tauc\tsamples_per_second"
	"\tvalidation_auc\tlearning_rate\tseconds\n";
enum { COLUMNS = 10, STEP = 1, VALIDATION = 7, SECONDS = 9 };

static int cannot_write(struct fit_log *log, int number, struct ralm_error *err)
{
	errno = number;
	return ralm_error_system(err, "cannot write '%s'", log->path);
}

/* Flushes the file, so that each line can be seen at once; keeps the errno of the
 * first failure, of the call before (`failed`) or of the flush. */
static void flush(struct fit_log *log, bool failed)
{
	if ((failed || fflush(log->file) != 0) && log->error == 0)
		log->error = errno;
}

/* ---- what an earlier run wrote ------------------------------------------- */

/* Sets the step and the seconds of a line. Returns false where it has not all of the
 * columns. */
static bool parse(uint64_t *step, double *seconds, const char *line)
{
	bool good = false;
	for (int i = 0; i < COLUMNS; i++) {
		const char end = i + 1 < COLUMNS ? '\t' : '\n';
		size_t length = strcspn(line, "\t\n");
		if (line[length] != end)
			return false;
		if (i == STEP)
			good = ralm_parse_u64(step, line, length, UINT64_MAX);
		if (i == SECONDS)
			good = good && ralm_parse_double(seconds, line, length);
		line += length + 1;
	}
	return good;
}

static int other_file(const struct fit_log *log, uint64_t number,
		      struct ralm_error *err)
{
	ralm_error_set(err, RALM_ERROR_DATA,
		       "not a log to go on with: its columns are others");
	return ralm_error_at(err, log->path, number, 0);
}

/* Reads the lines up to `step`; *end: where these end. */
static int read_old(off_t *end, struct fit_log *log, uint64_t step,
		    struct ralm_error *err)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	int result = 0;
	*end = 0;
	for (uint64_t number = 1;
	     (length = getline(&line, &room, log->file)) > 0; number++) {
		uint64_t at = 0;
		double seconds = 0;
		if (line[length - 1] != '\n') { /* its writer was killed */
			if (number == 1 &&
			    strncmp(line, columns, (size_t)length) != 0)
				result = other_file(log, number, err);
			break;
		}
		if (number == 1 ? strcmp(line, columns) != 0
				: length >= FIT_LOG_LINE ||
					  !parse(&at, &seconds, line)) {
			result = other_file(log, number, err);
			break;
		}
		if (at > step)
			break;
		if (number > 1) {
			log->step = at;
			log->seconds = seconds;
			log->last = *end;
			strcpy(log->line, line);
		}
		*end += length;
	}
	/* Without memory for a line, getline fails but leaves feof and ferror unset. */
	if (result == 0 && length < 0 && !feof(log->file))
		result = ralm_error_system(err, "cannot read '%s'", log->path);
	free(line);
	return result;
}

/* ---- opening, lines, closing --------------------------------------------- */

static bool is_regular(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* The file as it is: the first line empties it. Standard output is not opened anew by its
 * name, by which a file would not be appended to. read: it may be read, too. */
static FILE *open_as_is(const struct fit_log *log, bool read)
{
	const int flags = (read ? O_RDWR : O_WRONLY) | O_CREAT | O_CLOEXEC;
	const int fd = log->own ? open(log->path, flags, 0666)
				: fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	FILE *file = fd >= 0 ? fdopen(fd, read ? "r+" : "w") : NULL;
	if (file == NULL && fd >= 0)
		close(fd);
	return file;
}

int fit_log_open(struct fit_log *log, const char *path, bool resumed,
		 uint64_t step, struct ralm_error *err)
{
	*log = (struct fit_log){.path = path, .own = !ralm_is_stdout(path)};
	log->old = log->own && is_regular(path);
	log->file = open_as_is(log, resumed && log->old);
	if (log->file == NULL)
		return cannot_write(log, errno, err);
	if (!resumed || !log->old || read_old(&log->kept, log, step, err) == 0)
		return 0;
	fclose(log->file);
	log->file = NULL;
	return -1;
}

/* Before the first line: cuts off what an older log has behind the lines that are kept,
 * and writes the names of the columns if it has none. */
static void begin(struct fit_log *log)
{
	if (log->begun)
		return;
	log->begun = true;
	if (log->old)
		flush(log, fseeko(log->file, log->kept, SEEK_SET) != 0 ||
				   ftruncate(fileno(log->file), log->kept) != 0);
	if (log->kept == 0)
		flush(log, fputs(columns, log->file) < 0);
}

static void put_line(struct fit_log *log)
{
	flush(log, fputs(log->line, log->file) < 0);
}

/* Writes the last line again, with its validation AUC in the place of nan: over the
 * old one, or behind it where that is not the log's to change (standard output) or
 * cannot be (a pipe). */
static void set_validation(struct fit_log *log, double validation_auc)
{
	char old[FIT_LOG_LINE];
	size_t begin = 0;
	strcpy(old, log->line);
	for (int i = 0; i < VALIDATION; i++)
		begin += strcspn(old + begin, "\t") + 1;
	size_t end = begin + strcspn(old + begin, "\t");
	snprintf(log->line + begin, sizeof log->line - begin, "%.9g%s",
		 validation_auc, old + end);
	if (log->own && fseeko(log->file, log->last, SEEK_SET) == 0)
		flush(log, ftruncate(fileno(log->file), log->last) != 0);
	put_line(log);
}

void fit_log_add(struct fit_log *log, const struct ralm_fit_report *r)
{
	if (log->step > 0 && r->step <= log->step) { /* has a line already */
		if (r->step == log->step && !isnan(r->validation_auc)) {
			begin(log);
			set_validation(log, r->validation_auc);
		}
		return;
	}
	begin(log);
	log->step = r->step;
	log->last = ftello(log->file);
	snprintf(log->line, sizeof log->line,
		 "%" PRIu64 "\t%" PRIu64 "\t%" PRIu64
		 "\t%.9g\t%.9g\t%.9g\t%.9g\t%.9g\t%.9g\t%.3f\n",
		 r->epoch, r->step, r->samples, r->loss, r->batch_auc, r->auc,
		 r->samples_per_second, r->validation_auc, r->learning_rate,
		 log->seconds + r->seconds);
	put_line(log);
}

int fit_log_close(struct fit_log *log, struct ralm_error *err)
{
	if (log->file == NULL)
		return 0;
	if (!log->old) /* an older one stands where no line was written */
		begin(log);
	if (fclose(log->file) != 0 && log->error == 0)
		log->error = errno;
	log->file = NULL;
	return log->error == 0 ? 0 : cannot_write(log, log->error, err);
}
