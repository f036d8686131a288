/* jobs/score_turns: pieces in their order, whoever is done first. */
#include "check.h"

#include "libralm/jobs/score/turns.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct ralm_error err;
static struct ralm_score_counts counts;

/* A piece of three lines whose text is its number; `bad` of them is an error. */
static struct ralm_score_made made_of(uint64_t number, size_t file,
				      uint64_t bad)
{
	struct ralm_score_made made = {
		.number = number,
		.file = file,
		.name = file == 1 ? "one.txt" : "two.txt",
		.lines = 3,
		.out = malloc(32),
		.out_capacity = 32,
	};
	made.counts.samples = 3;
	if (made.out != NULL)
		made.out_length = (size_t)snprintf(made.out, 32, "%d\n",
						   (int)number);
	if (bad != 0) {
		made.result = ralm_error_set(&made.err, RALM_ERROR_DATA, "bad");
		made.err.line = bad;
	}
	return made;
}

static bool put(struct ralm_score_turns *turns, struct ralm_score_made made)
{
	bool wanted = ralm_score_turns_put(turns, &made);
	free(made.out);
	return wanted;
}

static FILE *file;
static struct ralm_writer writer;

static bool start(struct ralm_score_turns *turns, unsigned threads)
{
	file = tmpfile();
	memset(&err, 0, sizeof err);
	memset(&counts, 0, sizeof counts);
	if (file != NULL &&
	    ralm_writer_open(&writer, fileno(file), "scores", &err) == 0 &&
	    ralm_score_turns_init(turns, threads, &writer, &counts, &err) == 0)
		return true;
	return check(false, "set up: %s", err.message);
}

/* Is 0, 1, … count - 1 what was written? */
static bool end(struct ralm_score_turns *turns, int result, int count)
{
	struct ralm_error flush_err;
	bool ok = ralm_score_turns_release(turns) == result;
	ok = ralm_writer_flush(&writer, &flush_err) == 0 && ok;
	ralm_writer_release(&writer);
	rewind(file);
	int number, read = 0;
	while (fscanf(file, "%d", &number) == 1)
		ok = number == read++ && ok;
	fclose(file);
	if (read != count)
		printf("# %d pieces written, %d wanted\n", read, count);
	return ok && read == count;
}

static void test_order(void)
{
	struct ralm_score_turns turns;
	if (!start(&turns, 1))
		return;
	const uint64_t room = turns.room;
	bool wanted = true;
	for (uint64_t first = 0; first < 5 * room; first += room)
		for (uint64_t i = room; i-- > 0;)
			wanted = put(&turns, made_of(first + i, 1, 0)) && wanted;
	check(wanted && counts.samples == 5 * room * 3,
	      "pieces that come backwards are counted");
	check(end(&turns, 0, (int)(5 * room)), "and written in their order");
}

static void test_errors(void)
{
	struct ralm_score_turns turns;
	if (!start(&turns, 7)) /* pieces there is room for */
		return;
	bool wanted = put(&turns, made_of(4, 2, 1)); /* a later error */
	check(!wanted && err.line == 0, "an error waits for its turn");
	wanted = put(&turns, made_of(0, 1, 0)) &&
		 put(&turns, made_of(2, 2, 0)) && put(&turns, made_of(5, 2, 0));
	check(wanted, "what was read before it is still wanted");
	wanted = put(&turns, made_of(3, 2, 2));
	check(!wanted && err.line == 0, "an error before it waits likewise");
	wanted = put(&turns, made_of(1, 1, 0));
	check(!wanted && err.line == 5 && strcmp(err.file, "two.txt") == 0,
	      "the first in the order is told, with its line in its file");
	check(!put(&turns, made_of(6, 2, 0)), "nothing is wanted behind it");
	check(counts.samples == 12 && end(&turns, -1, 4),
	      "what stands before it is written, what comes behind is not");
}

static void test_bad_lines(void)
{
	struct ralm_score_turns turns;
	struct ralm_score_made bad = made_of(1, 1, 0);
	if (!start(&turns, 1))
		return;
	bad.counts.bad_lines = 2;
	bad.counts.first_bad.line = 3;
	put(&turns, bad);
	put(&turns, made_of(0, 1, 0));
	check(counts.bad_lines == 2 && counts.first_bad.line == 6 &&
		      strcmp(counts.first_bad.file, "one.txt") == 0,
	      "the first line left out has its place in the file");
	check(end(&turns, 0, 2), "and the piece is written");
}

static void test_fail(void)
{
	struct ralm_score_turns turns;
	struct ralm_error reason;
	if (!start(&turns, 1))
		return;
	ralm_error_memory(&reason, 1);
	put(&turns, made_of(0, 1, 0));
	ralm_score_turns_fail(&turns, &reason);
	check(!put(&turns, made_of(1, 1, 2)) &&
		      err.code == RALM_ERROR_SYSTEM &&
		      strcmp(err.message, reason.message) == 0,
	      "the end of all is told, and not what comes later");
	check(end(&turns, -1, 1), "and nothing is written from then on");
	if (!start(&turns, 1))
		return;
	writer.error = ENOSPC;
	check(!put(&turns, made_of(0, 1, 0)),
	      "nothing is wanted when it cannot be written");
	writer.error = 0;
	check(end(&turns, 0, 1), "which is for the writer to tell");
}

/* ---- far ahead ----------------------------------------------------------- */

struct far {
	struct ralm_score_turns *turns;
	atomic_bool begun, done;
};

static void *put_far(void *argument)
{
	struct far *far = argument;
	atomic_store(&far->begun, true);
	put(far->turns, made_of(far->turns->room, 1, 0));
	atomic_store(&far->done, true);
	return NULL;
}

static void test_far(void)
{
	struct ralm_score_turns turns;
	struct far far = {.turns = &turns};
	pthread_t thread;
	if (!start(&turns, 1))
		return;
	const uint64_t room = turns.room;
	for (uint64_t i = room; i-- > 1;)
		put(&turns, made_of(i, 1, 0));
	if (pthread_create(&thread, NULL, put_far, &far) != 0) {
		check(false, "set up");
		return;
	}
	while (!atomic_load(&far.begun))
		usleep(100);
	usleep(20000);
	check(!atomic_load(&far.done), "a piece too far ahead waits");
	put(&turns, made_of(0, 1, 0));
	pthread_join(thread, NULL);
	check(end(&turns, 0, (int)room + 1), "until there is room for it");
}

int main(void)
{
	test_order();
	test_errors();
	test_bad_lines();
	test_fail();
	test_far();
	return check_done();
}
