#include "formats/pieces.h"

#include "ground/memory.h"

#include <pthread.h>
#include <stdlib.h>

/* Pieces that may be in work at a time, for each thread: while one thread is long at a
 * piece, or takes results, the others go on with several. */
enum { PIECES_A_THREAD = 8 };

struct text {
	char *bytes;
	size_t capacity;
};

struct slot {
	struct ralm_piece piece;
	void *result;
	bool ready; /* worked on, waits for its turn; guarded by turn */
};

struct pieces {
	const struct ralm_pieces_user *user;
	size_t want;
	struct text *text; /* of each thread */
	struct slot *slot; /* piece n has slot n % room */
	char *results;
	size_t room;
	void **unused; /* results, guarded by turn */
	size_t unused_count;

	pthread_mutex_t reading; /* guards what follows */
	struct ralm_reader *reader;
	uint64_t read;      /* pieces */
	struct text first;    /* the text of first_slot */
	struct slot *first_slot; /* read before threads start; NULL: in work */
	bool ended;           /* no more is read */

	pthread_mutex_t turn; /* guards what follows */
	pthread_cond_t turned; /* a piece was taken */
	uint64_t taken; /* pieces */
	bool taking;    /* a thread takes a result */
	bool stalled;   /* no piece came: threads return, and one waits for it */
	size_t file;    /* of the piece last taken */
	uint64_t lines; /* of that file so far */
	int outcome; /* of the last `take`; not 0: nothing more is taken */
	struct ralm_error *err;
};

/* ---- read ---------------------------------------------------------------- */

/* Waits while reading is far ahead of taking; false: nothing more is to be read
 * now. */
static bool wait_for_room(struct pieces *p)
{
	pthread_mutex_lock(&p->turn);
	while (p->outcome == 0 && p->read >= p->taken + p->room)
		pthread_cond_wait(&p->turned, &p->turn);
	bool go_on = p->outcome == 0 && !p->stalled;
	pthread_mutex_unlock(&p->turn);
	return go_on;
}

/* The result used last is used first: it lies in the caches. */
static void *get_result(struct pieces *p)
{
	pthread_mutex_lock(&p->turn);
	void *result = p->unused[--p->unused_count];
	pthread_mutex_unlock(&p->turn);
	return result;
}

/* Gives a result back for which no piece came. Threads return until there is one. */
static void give_result(struct pieces *p, void *result)
{
	pthread_mutex_lock(&p->turn);
	p->unused[p->unused_count++] = result;
	p->stalled = true;
	pthread_mutex_unlock(&p->turn);
}

/* Reads the next piece; NULL: there is none, or none yet. A failure to read is
 * a piece, too, and has its turn. */
static struct slot *read_piece(struct pieces *p, struct text *text, bool wait)
{
	struct slot *slot = &p->slot[p->read % p->room];
	struct ralm_piece *piece = &slot->piece;
	*piece = (struct ralm_piece){.err.code = RALM_OK};
	slot->result = get_result(p);
	int got = ralm_reader_next_piece(p->reader, &text->bytes,
					 &text->capacity, p->want, wait,
					 &piece->length, &piece->err);
	piece->long_line = got < 0 && p->reader->long_line;
	p->ended = got == 0;
	if (got == 0 || got == RALM_NOT_YET) {
		give_result(p, slot->result);
		return NULL;
	}
	piece->text = text->bytes;
	piece->name = p->reader->name;
	piece->file = p->reader->path_next;
	if ((got == 1 || piece->long_line) && p->user->begin != NULL)
		p->user->begin(p->user->context, slot->result, piece);
	if (piece->err.code != RALM_OK && !piece->long_line)
		p->ended = true;
	p->read++;
	return slot;
}

/* The next piece for a thread, whose text has the piece's bytes then. NULL: there is
 * none, or none yet. */
static struct slot *next_piece(struct pieces *p, struct text *text)
{
	struct slot *slot = NULL;
	pthread_mutex_lock(&p->reading);
	if (p->first_slot != NULL) {
		struct text own = *text;
		*text = p->first;
		p->first = own;
		slot = p->first_slot;
		p->first_slot = NULL;
	} else if (!p->ended && wait_for_room(p)) {
		slot = read_piece(p, text, false);
	}
	pthread_mutex_unlock(&p->reading);
	return slot;
}

/* ---- take ---------------------------------------------------------------- */

void ralm_piece_place(struct ralm_error *err, const struct ralm_piece *piece)
{
	if (err->line != 0 && err->file[0] == '\0')
		ralm_error_at(err, piece->name, err->line + piece->lines_before,
			      0);
}

static int take(struct pieces *p, struct ralm_piece *piece, void *result)
{
	int outcome = RALM_PIECES_GO_ON;
	if (piece->file != p->file) {
		p->file = piece->file;
		p->lines = 0;
	}
	piece->lines_before = p->lines;
	p->lines += piece->lines;
	if (piece->worked)
		outcome = p->user->take(p->user->context, result, piece, p->err);
	if (outcome < 0 || outcome == RALM_PIECES_STOP || piece->err.code == RALM_OK)
		return outcome;
	ralm_piece_place(&piece->err, piece);
	if (p->err != NULL)
		*p->err = piece->err;
	return -1;
}

/* A piece was worked on: takes it if it is its turn, and then those that waited for
 * it. */
static void put_piece(struct pieces *p, struct slot *slot)
{
	pthread_mutex_lock(&p->turn);
	slot->ready = true;
	bool takes = !p->taking;
	while (takes && (slot = &p->slot[p->taken % p->room])->ready) {
		const bool wanted = p->outcome == 0;
		int outcome = 0;
		p->taking = true;
		pthread_mutex_unlock(&p->turn);
		if (wanted)
			outcome = take(p, &slot->piece, slot->result);
		pthread_mutex_lock(&p->turn);
		p->taking = false;
		slot->ready = false;
		p->unused[p->unused_count++] = slot->result;
		p->taken++;
		if (outcome != RALM_PIECES_GO_ON)
			p->outcome = outcome;
		pthread_cond_broadcast(&p->turned);
	}
	pthread_mutex_unlock(&p->turn);
}

/* ---- all ----------------------------------------------------------------- */

/* What each thread does until no piece is left. */
static void run_thread(void *context, size_t i, unsigned thread)
{
	struct pieces *p = context;
	struct slot *slot;
	(void)i;
	while ((slot = next_piece(p, &p->text[thread])) != NULL) {
		struct ralm_piece *piece = &slot->piece;
		piece->worked = piece->err.code == RALM_OK || piece->long_line;
		if (piece->worked)
			p->user->work(p->user->context, slot->result, piece,
				      thread);
		put_piece(p, slot);
	}
}

static int run(struct pieces *p, struct ralm_threads *threads)
{
	while (p->outcome == 0 && !p->ended) {
		p->first_slot = read_piece(p, &p->first, true);
		p->stalled = false;
		ralm_threads_each(threads, ralm_threads_count(threads),
				  run_thread, p);
	}
	return p->outcome < 0 ? -1 : 0;
}

static int start(struct pieces *p, unsigned threads, struct ralm_error *err)
{
	p->results = ralm_aligned_new(p->room, p->user->result_size, err);
	if (p->results == NULL || RALM_NEW(p->text, threads, err) != 0 ||
	    RALM_NEW(p->slot, p->room, err) != 0 ||
	    RALM_NEW(p->unused, p->room, err) != 0)
		return -1;
	for (; p->unused_count < p->room; p->unused_count++)
		p->unused[p->unused_count] =
			p->results + p->unused_count * p->user->result_size;
	return 0;
}

static void finish(struct pieces *p, unsigned threads)
{
	for (size_t i = 0; i < p->room && p->results != NULL; i++)
		p->user->release(p->results + i * p->user->result_size);
	for (unsigned i = 0; i < threads && p->text != NULL; i++)
		free(p->text[i].bytes);
	free(p->first.bytes);
	free(p->unused);
	free(p->results);
	free(p->slot);
	free(p->text);
}

int ralm_pieces_run(struct ralm_reader *reader, size_t want,
		    struct ralm_threads *threads,
		    const struct ralm_pieces_user *user, struct ralm_error *err)
{
	const unsigned count = ralm_threads_count(threads);
	struct pieces p = {
		.user = user,
		.want = want,
		.room = PIECES_A_THREAD * (size_t)count,
		.reading = PTHREAD_MUTEX_INITIALIZER,
		.reader = reader,
		.turn = PTHREAD_MUTEX_INITIALIZER,
		.turned = PTHREAD_COND_INITIALIZER,
		.err = err,
	};
	int result = start(&p, count, err);
	if (result == 0)
		result = run(&p, threads);
	finish(&p, count);
	pthread_mutex_destroy(&p.reading);
	pthread_mutex_destroy(&p.turn);
	pthread_cond_destroy(&p.turned);
	return result;
}
