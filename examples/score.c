/* Scoring inside a C program: who of the given users is most like the seeds?
 *
 *	cc -o score score.c $(pkg-config --cflags --libs ralm)
 *	./score model.bin 17,42,99 5 8 ann
 *
 * prints each user and the score, as ralm-score --seeds-num=0 would. */
#include <ralm.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const struct ralm_error *err)
{
	char text[sizeof *err];
	ralm_error_format(text, sizeof text, err);
	fprintf(stderr, "score: %s\n", text);
	exit(1);
}

/* The keys of ids separated by commas; returns their number. */
static size_t read_seeds(uint64_t *keys, size_t room,
			 const struct ralm_scorer *scorer, const char *ids)
{
	size_t count = 0;
	while (*ids && count < room) {
		size_t length = strcspn(ids, ",");
		if (length > 0)
			keys[count++] = ralm_scorer_key(scorer, ids, length);
		ids += length + (ids[length] == ',');
	}
	return count;
}

int main(int argc, char **argv)
{
	struct ralm_error err;
	uint64_t seeds[1000];
	if (argc < 4) {
		fprintf(stderr, "usage: score MODEL SEED,SEED... TARGET...\n");
		return 2;
	}
	/* Once in a process: */
	struct ralm_scorer *scorer =
		ralm_scorer_open(argv[1], UINT64_C(256) << 20, 0, &err);
	if (scorer == NULL)
		die(&err);
	/* Once in a thread: */
	struct ralm_scoring_worker *worker = ralm_scoring_worker_new(scorer, &err);
	if (worker == NULL)
		die(&err);

	/* For each request, here with one list and many targets: */
	size_t count = read_seeds(seeds, sizeof seeds / sizeof *seeds, scorer,
				  argv[2]);
	for (int i = 3; i < argc; i++) {
		struct ralm_score_request request = {
			.seed_keys = seeds,
			.seed_count = count,
			.same_seeds = i > 3,
			.target_key = ralm_scorer_key(scorer, argv[i],
						      strlen(argv[i])),
		};
		struct ralm_score_result result;
		if (ralm_score(&result, worker, &request, 1, &err) != 0)
			die(&err);
		printf("%s\t%.9g%s\n", argv[i], (double)result.score,
		       result.unknown_target ? "\tunknown" : "");
	}
	ralm_scoring_worker_free(worker);
	ralm_scorer_free(scorer);
	return 0;
}
