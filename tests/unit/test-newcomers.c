/* scoring/newcomers: a file that grows and is replaced while others score. */
#include "check.h"
#include "uneven.h"

#include "libralm/formats/user_id.h"
#include "libralm/jobs/score/score_lines.h"
#include "libralm/scoring/newcomers.h"
#include "libralm/scoring/scoring_worker.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { VALUES = 2, D = UNEVEN_D };

static struct ralm_error err;
static struct ralm_model model;
static struct ralm_scorer *scorer;

/* a:1 and a:2, whose vectors are far from each other. */
static void make_model(void)
{
	static const char *const texts = "a:1a:2";
	static uint64_t keys[VALUES], ends[VALUES];
	static ralm_real vectors[VALUES * D], start[D];
	uneven_model(&model, 20);
	for (size_t i = 0; i < VALUES; i++) {
		keys[i] = ralm_user_key(texts + 3 * i, 3, model.hash_seed);
		ends[i] = 3 * i + 3;
		for (size_t d = 0; d < D; d++)
			vectors[i * D + d] = (d + i) % 2 ? 1 : -1;
	}
	model.values = (struct ralm_values){
		.count = VALUES, .D = D, .keys = keys, .vectors = vectors,
		.start = start, .texts = (char *)texts, .ends = ends,
		.text_size = strlen(texts), .borrowed = true,
	};
}

static void write_to(const char *mode, const char *name, const char *text)
{
	FILE *file = fopen(name, mode);
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		uneven_die(name);
}

static void replace(const char *text)
{
	write_to("w", "next", text);
	if (rename("next", "users") != 0)
		uneven_die("rename");
}

/* ---- places -------------------------------------------------------------- */

/* Adds to the file a text whose error is in that line of the whole file. */
static bool refused(const char *text, uint64_t line)
{
	write_to("a", "users", text);
	return ralm_scorer_users_again(scorer, false, &err) == -1 &&
	       err.line == line && strcmp(err.file, "users") == 0;
}

static bool taken(const char *text)
{
	write_to("a", "users", text);
	return ralm_scorer_users_again(scorer, false, &err) == 1;
}

static void test_places(void)
{
	replace("user:new a:1\n\nuser:new\n");
	check(ralm_scorer_users_again(scorer, false, &err) == 1 &&
		      taken("user:x a:2\r\n\n") &&
		      refused("user:y a:1\na:1\nuser:z a:2\n", 7),
	      "a line that was added has the file's number");
	check(refused("user:y a=1\n", 7),
	      "as long as it is bad, it is what is told");
	replace("user:new a:1\n");
	check(ralm_scorer_users_again(scorer, false, &err) == 1 &&
		      refused("a:1\n", 2),
	      "numbers of a file that was replaced are its own");
}

/* A text of ids that is as long as it can be stands for memory that runs out. */
static void test_memory(void)
{
	struct ralm_newcomers *newcomers = scorer->newcomers;
	char digits[RALM_USER_ID_DIGITS];
	const char *id;
	size_t length;
	replace("user:new a:1\n");
	bool ok = ralm_scorer_users_again(scorer, false, &err) == 1;
	const size_t size = newcomers->told.ids.size;
	newcomers->told.ids.size = SIZE_MAX - 8;
	ok = ok && refused("user:late a:2\n", 2) &&
	     err.code == RALM_ERROR_SYSTEM;
	newcomers->told.ids.size = size;
	ok = ok && taken("user:x a:2\n");
	ralm_newcomers_hold(newcomers);
	check(ok && ralm_newcomers_id(&id, &length, digits, newcomers,
				      ralm_scorer_key(scorer, "late", 4),
				      &err) == 1 &&
		      length == 4 && newcomers->told.lines == 3,
	      "where memory ran out the whole file is read the next time");
	ralm_newcomers_let_go(newcomers);
}

/* ---- one version --------------------------------------------------------- */

static const char *const version[] = {"user:new a:1\n", "user:new a:2\n"};
static atomic_bool changed;

static void *change(void *unused)
{
	(void)unused;
	replace(version[1]);
	if (ralm_scorer_users_again(scorer, false, NULL) == 1)
		changed = true;
	return NULL;
}

/* Where nobody is in its way, a change is there by then. */
static void wait_a_while(void)
{
	for (int i = 0; i < 30 && !changed; i++)
		usleep(1000);
}

static void score_line(struct ralm_score_lines *lines, uint64_t number)
{
	static const char text[] = "user_seeds:1001 target_user:new";
	uneven_must(ralm_score_lines_add(lines, text, strlen(text), number,
					 &err),
		    &err);
	uneven_must(ralm_score_lines_flush(lines, &err), &err);
}

/* The lines of one text, and one of the next. */
static void test_text(void)
{
	const struct ralm_score_options options = {.threads = 1};
	struct ralm_score_lines lines;
	pthread_t thread;
	char first[64], second[64];
	replace(version[0]);
	uneven_must(ralm_scorer_users_again(scorer, true, &err) - 1, &err);
	uneven_must(ralm_score_lines_init(&lines, scorer, false, &options, &err),
		    &err);
	ralm_score_lines_start(&lines, NULL);
	score_line(&lines, 1);
	const size_t n = lines.out_length;
	if (pthread_create(&thread, NULL, change, NULL) != 0)
		uneven_die("a thread");
	wait_a_while();
	score_line(&lines, 2);
	const bool same = !changed && lines.out_length == 2 * n &&
			  memcmp(lines.out, lines.out + n, n) == 0;
	ralm_score_lines_end(&lines);
	snprintf(first, sizeof first, "%.*s", (int)n, lines.out);
	pthread_join(thread, NULL);
	ralm_score_lines_start(&lines, NULL);
	score_line(&lines, 3);
	snprintf(second, sizeof second, "%.*s", (int)lines.out_length, lines.out);
	ralm_score_lines_end(&lines);
	ralm_score_lines_release(&lines);
	check(same, "lines of a text see one version");
	check(changed && strcmp(first, second) != 0,
	      "those of the next one the other");
}

/* Many requests of one call, while versions come and go. */
enum { REQUESTS = 400, CHANGES = 30 };
static atomic_bool stop;
static atomic_int calls;

static void *score_calls(void *mixed)
{
	static const uint64_t seed = 1001;
	struct ralm_score_request request[REQUESTS];
	struct ralm_score_result result[REQUESTS];
	struct ralm_scoring_worker *worker =
		ralm_scoring_worker_new(scorer, NULL);
	for (size_t i = 0; i < REQUESTS; i++)
		request[i] = (struct ralm_score_request){
			.seed_keys = &seed, .seed_count = 1,
			.target_key = ralm_scorer_key(scorer, "new", 3)};
	while (worker != NULL && !stop) {
		bool same = ralm_score(result, worker, request, REQUESTS,
				       NULL) == 0;
		for (size_t i = 0; i < REQUESTS; i++)
			same &= result[i].score == result[0].score &&
				result[i].new_target;
		*(bool *)mixed |= !same;
		calls++;
	}
	ralm_scoring_worker_free(worker);
	return NULL;
}

static void test_calls(void)
{
	enum { THREADS = 2 };
	pthread_t thread[THREADS];
	bool mixed[THREADS] = {false};
	for (size_t i = 0; i < THREADS; i++)
		if (pthread_create(&thread[i], NULL, score_calls, &mixed[i]) != 0)
			uneven_die("a thread");
	int result = 1;
	for (int i = 0; i < CHANGES && result == 1; i++) {
		const int before = calls;
		replace(version[i % 2]);
		result = ralm_scorer_users_again(scorer, true, &err);
		while (calls == before)
			usleep(100);
	}
	stop = true;
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	check(result == 1 && !mixed[0] && !mixed[1],
	      "a call sees one version, whoever else scores");
}

/* ---- who waits ----------------------------------------------------------- */

/* Two by turns, so that there is always one who holds them: he lets go when another
 * has come, if one comes at all. */
enum { TURNS = 20000 };
static atomic_int turn;

static void *take_turns(void *unused)
{
	struct ralm_newcomers *newcomers = scorer->newcomers;
	(void)unused;
	while (turn < TURNS) {
		ralm_newcomers_hold(newcomers);
		const int own = ++turn;
		for (int i = 0; i < 80 && turn == own; i++)
			usleep(50);
		ralm_newcomers_let_go(newcomers);
	}
	return NULL;
}

static void test_waiting(void)
{
	pthread_t thread[2];
	for (size_t i = 0; i < 2; i++)
		if (pthread_create(&thread[i], NULL, take_turns, NULL) != 0)
			uneven_die("a thread");
	while (turn < 4)
		usleep(100);
	const int result = ralm_scorer_users_again(scorer, true, &err);
	const int then = turn;
	turn = TURNS;
	for (size_t i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	check(result == 1 && then < TURNS, "who changes them is let in: turn %d",
	      then);
}

/* No call over the scorer writes the file. */
static void test_written(void)
{
	struct ralm_export_counts counts;
	const struct ralm_export_options options = {.output = "users"};
	check(ralm_export(&counts, scorer, &options, &err) == -1 &&
		      err.code == RALM_ERROR_CONFIG,
	      "vectors do not take the place of the file");
}

int main(void)
{
	uneven_folder();
	make_model();
	scorer = ralm_scorer_new(&model, 1 << 20, &err);
	if (scorer == NULL)
		uneven_die("a scorer");
	replace(version[0]);
	uneven_must(ralm_scorer_users(scorer, "users", RALM_USERS_MODEL, &err),
		    &err);
	test_written();
	test_places();
	test_memory();
	test_text();
	test_calls();
	test_waiting();
	ralm_scorer_free(scorer);
	ralm_model_release(&model);
	uneven_folder_remove();
	return check_done();
}
