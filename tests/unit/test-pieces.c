/* Pieces of text: all lines, in order, whoever works on them. */
#include "check.h"
#include "pool.h"

#include "libralm/formats/pieces.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINES = 30011, MORE = 7 };

/* A line says its number; lines are of different lengths. */
static void write_lines(const char *path, size_t first, size_t count)
{
	FILE *file = fopen(path, "w");
	for (size_t i = first; file != NULL && i < first + count; i++)
		fprintf(file, "%zu%*s\n", i, (int)(i * 7919 % 41), "");
	if (file == NULL || fclose(file) != 0)
		abort();
}

struct summed {
	size_t begun;
	size_t first, count, sum;
	bool wrong;
	char *buffer;
};

static atomic_int buffers; /* there are */

struct reading {
	size_t next;     /* line that is due */
	size_t pieces, begun;
	atomic_uint works;
	size_t stop_at;  /* pieces; 0: never */
	size_t take_fails_at; /* likewise */
	uint64_t bad;    /* the line with this number; 0: none */
	bool order;
};

static void begin(void *context, void *result, struct ralm_piece *piece)
{
	struct reading *r = context;
	struct summed *s = result;
	(void)piece;
	s->begun = ++r->begun;
}

static void work(void *context, void *result, struct ralm_piece *piece,
		 unsigned thread)
{
	struct reading *r = context;
	struct summed *s = result;
	char *end = piece->text + piece->length;
	(void)thread;
	r->works++;
	s->count = 0;
	s->wrong = false;
	if (s->buffer == NULL) {
		s->buffer = malloc(1);
		buffers++;
	}
	for (char *p = piece->text, *next; p < end; p = next) {
		next = memchr(p, '\n', (size_t)(end - p));
		next++;
		size_t number = strtoul(p, NULL, 10);
		piece->lines++;
		if (r->bad != 0 && number == r->bad) {
			ralm_error_set(&piece->err, RALM_ERROR_DATA, "bad");
			ralm_error_at(&piece->err, NULL, piece->lines, 0);
			break;
		}
		if (s->count++ == 0)
			s->first = number;
		s->wrong = s->wrong || number != s->first + s->count - 1;
	}
	if (s->begun % 3 == 0) /* others overtake it */
		nanosleep(&(struct timespec){0, 300000}, NULL);
}

static int take(void *context, void *result, const struct ralm_piece *piece,
		struct ralm_error *err)
{
	struct reading *r = context;
	const struct summed *s = result;
	r->order = r->order && !s->wrong && s->begun == ++r->pieces &&
		   (s->count == 0 || s->first == r->next);
	r->order = r->order && piece->lines_before ==
				       (strcmp(piece->name, "one") == 0
						? s->first
						: s->first - LINES);
	r->next += s->count;
	if (r->pieces == r->take_fails_at)
		return ralm_error_set(err, RALM_ERROR_DATA, "not taken");
	if (r->pieces == r->stop_at)
		return RALM_PIECES_STOP;
	return RALM_PIECES_GO_ON;
}

static void release(void *result)
{
	struct summed *s = result;
	buffers -= s->buffer != NULL;
	free(s->buffer);
}

static int read_all(struct reading *r, const char *const *paths, size_t count,
		    size_t want, struct ralm_threads *threads,
		    struct ralm_error *err)
{
	struct ralm_reader reader;
	const struct ralm_pieces_user user = {
		.context = r,
		.result_size = sizeof(struct summed),
		.begin = begin,
		.work = work,
		.take = take,
		.release = release,
	};
	r->order = true;
	if (ralm_reader_open(&reader, paths, count, err) != 0)
		abort();
	int result = ralm_pieces_run(&reader, want, threads, &user, err);
	ralm_reader_release(&reader);
	r->order = r->order && buffers == 0;
	return result;
}

static const char *const both[] = {"one", "two"};

static void test_order(unsigned threads)
{
	static const size_t wants[] = {1, 1000, 70000, 10000000};
	for (size_t w = 0; w < sizeof wants / sizeof *wants; w++) {
		struct reading r = {.order = true};
		struct ralm_error err;
		int result = read_all(&r, both, 2, wants[w],
				      threads ? pool(threads) : NULL, &err);
		check(result == 0 && r.order && r.next == LINES + MORE,
		      "all lines in order, %u threads, pieces of %zu", threads,
		      wants[w]);
	}
}

static void test_errors(unsigned threads)
{
	/* in the third piece of about 1000 bytes; in the second file */
	static const uint64_t bads[] = {100, LINES + 3};
	for (size_t b = 0; b < 2; b++) {
		struct reading r = {.bad = bads[b]};
		struct ralm_error err;
		int result = read_all(&r, both, 2, 1000, pool(threads), &err);
		check(result == -1 && r.order && r.next == bads[b] &&
			      strcmp(err.file, both[b]) == 0 &&
			      err.line == (b ? 4 : 101),
		      "a bad line in its turn, %u threads: %s:%d", threads,
		      err.file, (int)err.line);
	}
	struct reading r = {.stop_at = 3};
	struct ralm_error err;
	check(read_all(&r, both, 2, 1000, pool(threads), &err) == 0 &&
		      r.pieces == 3 && r.works < 4 + 8 * threads,
	      "a stop behind the third piece, %u threads", threads);
	static const char *const none[] = {"one", "none"};
	struct reading missing = {.order = true};
	check(read_all(&missing, none, 2, 1000, pool(threads), &err) == -1 &&
		      missing.next == LINES && missing.order,
	      "a file that is not there comes behind the first");
}

static void test_failures(unsigned threads)
{
	struct reading taking = {.take_fails_at = 5};
	struct ralm_error err;
	check(read_all(&taking, both, 2, 1000, pool(threads), &err) == -1 &&
		      taking.pieces == 5 && taking.order &&
		      strcmp(err.message, "not taken") == 0,
	      "the fifth piece is not taken, %u threads", threads);
}

static double processor_seconds(void)
{
	struct rusage used;
	getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

/* A bad line ends it while the producer stalls; to wait takes no processor. */
static void test_stalled(unsigned threads)
{
	struct reading r = {.bad = 2};
	struct ralm_error err;
	static const char *const paths[] = {"pipe"};
	unlink("pipe");
	if (mkfifo("pipe", 0600) != 0)
		abort();
	pid_t pid = fork();
	if (pid == 0) {
		int fd = open("pipe", O_WRONLY);
		nanosleep(&(struct timespec){0, 400000000}, NULL);
		bool ok = write(fd, "0\n1\n2\n3\nno li", 13) == 13;
		alarm(30);
		pause();
		_exit(!ok);
	}
	double before = processor_seconds();
	int result = read_all(&r, paths, 1, 1000, pool(threads), &err);
	check(result == -1 && err.line == 3 && r.next == 2,
	      "a bad line and a producer that stalls, %u threads", threads);
	check(processor_seconds() - before < 0.1, "to wait takes no processor");
	kill(pid, SIGKILL);
}

int main(void)
{
	char folder[] = "/tmp/ralm-pieces-XXXXXX";
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		return 99;
	write_lines("one", 0, LINES);
	write_lines("two", LINES, MORE);
	for (unsigned threads = 0; threads < 5; threads++)
		test_order(threads);
	test_order(9); /* more than there are pieces */
	for (unsigned threads = 1; threads < 4; threads++) {
		test_errors(threads);
		test_failures(threads);
		test_stalled(threads);
	}
	unlink("one");
	unlink("two");
	unlink("pipe");
	return chdir("/") == 0 && rmdir(folder) == 0 ? check_done() : 99;
}
