/* Training over ranks: the model is that of one process alone, byte for byte, with
 * every network, loss and optimizer; checkpoints are those of one process, and any
 * number of ranks goes on from them; what fails or stops on one rank ends all. */
#include "check.h"
#include "rank_threads.h"

#include "libralm/ground/rng.h"
#include "libralm/model/model_file.h"
#include "libralm/ralm.h"
#include "libralm/rows/rows_ranks.h"
#include "libralm/settings/config.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* More users than a piece of rows. */
enum { USERS = RALM_ROWS_PIECE + 407, LISTS = 1300, FEW = 90 };

static struct ralm_error err;
static struct rank_meeting meeting;

static void must(int result)
{
	if (result == 0)
		return;
	printf("Bail out! %s\n", err.message);
	exit(99);
}

/* Lists that 1 to 9 samples share, many with a click among them. */
static void write_samples(const char *path, size_t lists, uint64_t rng_seed)
{
	static const size_t lengths[] = {3, 1, 7, 20, 5, 2};
	static const size_t runs[] = {3, 1, 5, 2, 9, 4, 6};
	struct ralm_rng rng;
	FILE *file = fopen(path, "w");
	ralm_rng_init(&rng, rng_seed, 3);
	for (size_t l = 0; l < lists; l++)
		for (size_t s = 0; s < runs[l % 7]; s++) {
			for (size_t i = 0; i < lengths[l % 6] && s == 0; i++)
				fprintf(file, "user_seeds:%" PRIu64 " ",
					ralm_rng_below(&rng, USERS));
			fprintf(file, "%starget_user:%" PRIu64 " label:%d\n",
				s > 0 ? "seeds:same " : "",
				ralm_rng_below(&rng, USERS), s % 4 == l % 2);
		}
	if (fclose(file) != 0)
		must(-1);
}

static bool same_files(const char *a, const char *b)
{
	FILE *left = fopen(a, "r"), *right = fopen(b, "r");
	int x = 0, y = 0;
	size_t n = 0;
	while (left != NULL && right != NULL && x == y && x != EOF) {
		x = getc(left);
		y = getc(right);
		n++;
	}
	if (left != NULL)
		fclose(left);
	if (right != NULL)
		fclose(right);
	return left != NULL && right != NULL && x == y && n > 1000;
}

/* ---- a run --------------------------------------------------------------- */

static struct ralm_config config;
static struct ralm_fit_options options;
static struct ralm_fit_summary summary;
static const char *input;
static uint64_t stop_at; /* the step; 0: never */
static volatile sig_atomic_t stop;
static unsigned stopper; /* the rank that is asked to stop */

static void report(void *context, const struct ralm_fit_report *r)
{
	(void)context;
	if (stop_at > 0 && r->step == stop_at && r->due) {
		if (options.ranks == NULL)
			stop = 15;
		else
			meeting.rank[stopper].stop = 15;
	}
}

static int lead(struct ralm_ranks *ranks)
{
	options.ranks = ranks;
	options.stop = ranks->stop;
	int result = ralm_fit(&summary, &config, &input, 1, &options, &err);
	ralm_ranks_announce(ranks, (struct ralm_ranks_command){
					   .what = RALM_RANKS_END,
					   .count = result != 0});
	options.ranks = NULL;
	return result;
}

static int follow(struct ralm_ranks *ranks)
{
	return ralm_fit_serve(ranks, NULL);
}

/* 0 ranks: alone. */
static int fit(const char *output, unsigned ranks)
{
	options.output = output;
	options.report = report;
	options.stop = &stop;
	stop = 0;
	if (ranks > 0)
		return ranks_run(&meeting, ranks, lead, follow);
	return ralm_fit(&summary, &config, &input, 1, &options, &err);
}

static void reset(void)
{
	ralm_config_init(&config);
	memset(&options, 0, sizeof options);
	config.user_emb_size = 6;
	config.transformed_size = 5;
	config.user_count = USERS;
	config.epochs = 2;
	unlink("none");
	config.batch_size = 101;
	config.block_size = 20;
	config.threads = 1;
	config.print_interval = 1;
	config.optimizer = RALM_ADAM;
	config.rng_seed = 3;
	input = "few.txt";
	stop_at = 0;
	stopper = 0;
}

/* ---- the same bytes ------------------------------------------------------ */

/* The model of one process, with this network, loss and optimizer, and that of 1
 * to 4 ranks with a thread or two each. */
static bool same_by_any_ranks(const char *network, int loss, int optimizer)
{
	bool same = true;
	for (unsigned r = 0; r <= 8 && same; r++) {
		reset();
		strcpy(config.network, network);
		config.loss = loss;
		config.optimizer = optimizer;
		config.negative_weight = loss % 2;
		config.threads = r > 0 ? 1 + (r - 1) / 4 : 1;
		must(fit(r > 0 ? "ranks" : "alone", r > 0 ? 1 + (r - 1) % 4 : 0));
		same = r == 0 || same_files("alone", "ranks");
	}
	return same;
}

static void test_every_network(void)
{
	static const char *const networks[] = {"paddlerec", "attention", "average",
					       "kdd19"};
	for (size_t n = 0; n < 4; n++) {
		bool same = true;
		for (int loss = RALM_LOG_LOSS; loss <= RALM_SOFTMAX_LOSS; loss++)
			for (int o = RALM_SGD; o <= RALM_ADAM; o++)
				same &= same_by_any_ranks(networks[n], loss, o);
		check(same, "%s, every loss and optimizer: the model of one process",
		      networks[n]);
	}
}

static void test_every_size(void)
{
	bool same = true;
	struct ralm_fit_summary alone;
	reset();
	input = "samples.txt";
	config.batch_size = 701;
	config.block_size = 90;
	must(fit("alone", 0));
	alone = summary;
	for (unsigned ranks = 1; ranks <= 5; ranks++) {
		config.threads = 1 + ranks % 2;
		must(fit("ranks", ranks));
		same &= same_files("alone", "ranks");
		same &= alone.loss == summary.loss &&
			alone.steps == summary.steps &&
			alone.users == summary.users;
	}
	check(same, "1 to 5 ranks, with 1 and 2 threads");
	check(alone.users > RALM_ROWS_PIECE, "over several pieces of rows");
	config.stream = true;
	must(fit("alone", 0));
	must(fit("ranks", 3));
	check(same_files("alone", "ranks"), "in one pass");
}

/* ---- files --------------------------------------------------------------- */

static void test_validation(void)
{
	reset();
	input = "samples.txt";
	options.validate = "few.txt";
	config.batch_size = 701;
	config.block_size = 90;
	must(fit("alone", 0));
	const double auc = summary.best_auc;
	must(fit("ranks", 3));
	check(same_files("alone", "ranks") && summary.best_auc == auc &&
		      auc > 0 && auc < 1,
	      "validation by rows that lie elsewhere");
}

static void test_init_model(void)
{
	reset();
	must(fit("alone", 0));
	strcpy(config.init_model_path, "alone");
	input = "samples.txt";
	must(fit("more", 0));
	must(fit("ranks", 4));
	check(same_files("more", "ranks"), "a model to begin with is dealt out");
}

/* The numbers of those whom no sample has are what the file says of row i. */
static bool stay(const char *path, int first)
{
	struct ralm_model model;
	bool same = true;
	must(ralm_model_open(&model, path, RALM_MODEL_VERIFY, &err));
	for (int i = first; i < RALM_ROWS_PIECE + 403; i++) {
		const float *x = ralm_table_row(&model.table, (size_t)i);
		same = same && model.users.keys[i] == (uint64_t)i + 300 &&
		       x[0] == (float)(i % 7) && x[2] == (float)-(i % 5) &&
		       x[5] == 3;
	}
	ralm_model_release(&model);
	return same;
}

/* More than a piece of rows, some of users whom samples have. */
static void test_init_vectors(void)
{
	reset();
	FILE *file = fopen("vectors", "w");
	for (int i = 0; file != NULL && i < RALM_ROWS_PIECE + 403; i++)
		fprintf(file, "%d %d 0.5 -%d 1 2 3\n", i + 300, i % 7, i % 5);
	must(file != NULL ? fclose(file) : -1);
	config.user_count += RALM_ROWS_PIECE + 403;
	options.init_vectors = "vectors";
	must(fit("alone", 0));
	const uint64_t met = summary.vectors_met;
	must(fit("ranks", 3));
	check(same_files("alone", "ranks") && stay("ranks", USERS - 300) &&
		      met > 0 && met <= USERS - 300 &&
		      summary.vectors_met == met &&
		      summary.vectors_given == RALM_ROWS_PIECE + 403,
	      "vectors to begin with are dealt out");
}

static void test_resume(void)
{
	reset();
	must(fit("alone", 0));
	stop_at = 3;
	strcpy(config.save_checkpoint_path, "two");
	stopper = 2;
	must(fit("none", 3));
	check(summary.stopped && summary.steps == 4,
	      "all stop where one rank is asked to");
	check(access("none", F_OK) != 0, "without a model");
	stop_at = 0;
	options.resume = true;
	must(fit("ranks", 2));
	check(same_files("alone", "ranks"),
	      "stopped with 3 ranks, gone on with 2: as if it had not");
	options.resume = false;
	config.checkpoint_every = 3;
	strcpy(config.save_checkpoint_path, "one");
	must(fit("none", 0));
	strcpy(config.save_checkpoint_path, "three");
	must(fit("none", 3));
	check(same_files("one/step-000000000003.bin",
			 "three/step-000000000003.bin"),
	      "and checkpoints are those of one process alone");
}

/* ---- what goes wrong ----------------------------------------------------- */

static void test_bad_input(void)
{
	FILE *file = fopen("bad.txt", "w");
	fprintf(file, "user_seeds:1 target_user:2 label:7\n");
	fclose(file);
	reset();
	input = "bad.txt";
	check(fit("none", 3) == -1 && err.line == 1 &&
		      meeting.rank[1].result == 1 && meeting.rank[2].result == 1,
	      "a bad line is told once, and all go home");
	reset();
	config.block_size = 0;
	check(fit("none", 2) == -1 && err.code == RALM_ERROR_CONFIG &&
		      strstr(err.message, "--block-size") != NULL,
	      "fewer blocks than ranks");
	reset();
	config.learning_rate = 1e30;
	config.optimizer = RALM_SGD;
	check(fit("none", 3) == -1 && err.code == RALM_ERROR_NUMERIC &&
		      access("none", F_OK) != 0,
	      "numbers that are none");
}

static int fail_lead(struct ralm_ranks *ranks)
{
	return ralm_ranks_agree(ranks, 0, &err);
}

static int fail_follow(struct ralm_ranks *ranks)
{
	struct ralm_error own;
	return ralm_ranks_agree(ranks,
				ranks->rank == 1
					? 0
					: ralm_error_memory(&own, 1000),
				&own);
}

static void test_agree(void)
{
	check(ranks_run(&meeting, 4, fail_lead, fail_follow) == -1 &&
		      meeting.rank[1].result == -1 &&
		      meeting.rank[3].result == -1,
	      "where one rank fails, all do");
	check(strcmp(err.message, "rank 2: out of memory (1000 bytes wanted)") ==
		      0,
	      "and rank 0 knows why: %s", err.message);
}

int main(void)
{
	char folder[] = "/tmp/test-ranks-XXXXXX";
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		return 99;
	write_samples("samples.txt", LISTS, 1);
	write_samples("few.txt", FEW, 2);
	test_agree();
	test_every_network();
	test_every_size();
	test_validation();
	test_init_model();
	test_init_vectors();
	test_resume();
	test_bad_input();
	if (getenv("KEEP") == NULL && chdir("/") == 0) {
		char command[64];
		snprintf(command, sizeof command, "rm -r %s", folder);
		if (system(command) != 0)
			return 99;
	}
	return check_done();
}
