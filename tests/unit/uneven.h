/* Samples in which nothing is even, as numbers and as text: runs of 1, 2, 3, 5
 * and 70 samples share a list, lists have 1 to 7 seeds, some of them twice, about
 * two labels of three are 0, and targets are seeds elsewhere. What a model makes
 * of them by the plain formula is what programs are held to. */
#ifndef RALM_TESTS_UNEVEN_H
#define RALM_TESTS_UNEVEN_H

#include "libralm/ground/rng.h"
#include "libralm/model/model.h"
#include "libralm/networks/paddlerec/paddlerec.h"
#include "libralm/networks/paddlerec/paddlerec_plain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { UNEVEN_SEEDS = 7, UNEVEN_USERS = 83, UNEVEN_D = 6, UNEVEN_H = 5 };

struct uneven {
	uint64_t seeds[UNEVEN_SEEDS];
	size_t n;
	uint64_t target;
	int label;
	bool same; /* list as the sample before */
};

static inline void uneven_die(const char *what)
{
	printf("Bail out! %s\n", what);
	exit(99);
}

static inline void uneven_must(int result, const struct ralm_error *err)
{
	if (result != 0)
		uneven_die(err->message);
}

/* Keys of users are 1000 and up. */
static inline void uneven_make(struct uneven *samples, size_t count,
			       uint64_t rng_seed)
{
	static const size_t runs[] = {3, 1, 5, 2, 1, 70, 2, 5, 3, 1, 3};
	static const size_t lengths[] = {3, 1, 7, 2, 5, 4, 7};
	struct ralm_rng rng;
	struct uneven list = {.n = 0};
	size_t run = 0, left = 0;
	ralm_rng_init(&rng, rng_seed, 77);
	for (size_t i = 0; i < count; i++) {
		list.same = left > 0;
		if (left == 0) {
			left = runs[run % (sizeof runs / sizeof *runs)];
			list.n = lengths[run++ % (sizeof lengths /
						  sizeof *lengths)];
			for (size_t s = 0; s < list.n; s++)
				list.seeds[s] = 1000 + ralm_rng_below(
							       &rng,
							       UNEVEN_USERS);
		}
		left--;
		list.target = 1000 + ralm_rng_below(&rng, UNEVEN_USERS);
		/* what there is to learn, and one in four the other way */
		list.label = (list.target % 3 == list.seeds[0] % 3) ^
			     (ralm_rng_below(&rng, 4) == 0);
		samples[i] = list;
	}
}

/* Other labels: choices of 1 to 70 samples, and runs without a click. */
static inline void uneven_sparse_clicks(struct uneven *samples, size_t count)
{
	static const size_t gaps[] = {0, 8, 1, 40, 4, 97, 2, 79, 0};
	size_t gap = 0, left = 0;
	for (size_t i = 0; i < count; i++) {
		samples[i].label = left == 0;
		left = left == 0 ? gaps[gap++ % (sizeof gaps / sizeof *gaps)]
				 : left - 1;
	}
}

/* Does sample i begin a choice: a list, or the second click of one or a later? */
static inline bool uneven_begins(const struct uneven *samples, size_t i)
{
	size_t first = i, clicks = 0;
	while (first > 0 && samples[first].same)
		clicks += samples[--first].label != 0;
	return first == i || (samples[i].label && clicks > 0);
}

/* Where the choice ends that begins at sample i. */
static inline size_t uneven_choice_end(const struct uneven *samples, size_t i,
				       size_t count)
{
	while (++i < count && !uneven_begins(samples, i))
		;
	return i;
}

/* How many lists there are, each run's counted once. */
static inline size_t uneven_lists(const struct uneven *samples, size_t count)
{
	size_t lists = 0;
	for (size_t i = 0; i < count; i++)
		lists += i == 0 || !samples[i].same;
	return lists;
}

static inline void uneven_print(FILE *file, const struct uneven *sample)
{
	for (size_t s = 0; s < sample->n; s++)
		fprintf(file, "user_seeds:%" PRIu64 " ", sample->seeds[s]);
	fprintf(file, "target_user:%" PRIu64 " label:%d\n", sample->target,
		sample->label);
}

static inline void uneven_write(const char *path, const struct uneven *samples,
				size_t count)
{
	FILE *file = fopen(path, "w");
	if (file == NULL)
		uneven_die(path);
	for (size_t i = 0; i < count; i++)
		uneven_print(file, &samples[i]);
	if (fclose(file) != 0)
		uneven_die(path);
}

/* The samples with lists cut to their first n seeds. */
static inline void uneven_cut(struct uneven *samples, size_t count, size_t n)
{
	for (size_t i = 0; i < count; i++)
		samples[i].n = samples[i].n < n ? samples[i].n : n;
}

static inline void uneven_config(struct ralm_config *config)
{
	ralm_config_init(config);
	strcpy(config->network, "paddlerec"); /* it has every kind of parameter */
	config->negative_weight = 1; /* batches of as many samples as said */
	config->batch_size = 256;
	config->init_deviation = 0.01;
	config->user_emb_size = UNEVEN_D;
	config->transformed_size = UNEVEN_H;
	config->user_count = 10000;
	config->threads = 1;
}

/* A model of the users below 1000 + `known` whose vectors and matrices are
 * large enough for scores to differ. */
static inline void uneven_model_of(struct ralm_model *model,
				   const char *network, size_t known)
{
	struct ralm_config config;
	struct ralm_error err;
	struct ralm_rng rng;
	uneven_config(&config);
	snprintf(config.network, sizeof config.network, "%s", network);
	uneven_must(ralm_model_init(model, &config, &err), &err);
	uneven_must(ralm_table_grow(&model->table, known, &err), &err);
	for (size_t i = 0; i < known; i++) {
		uint32_t row;
		bool added;
		uneven_must(ralm_users_add(&row, &added, &model->users,
					   1000 + i, &err),
			    &err);
		ralm_table_row_start(ralm_table_row(&model->table, row),
				     UNEVEN_D, 5, 1000 + i, 0.7);
	}
	ralm_rng_init(&rng, 6, 7);
	for (size_t k = 0; k + 2 < model->parameters.count; k++) {
		const struct ralm_parameter *p = &model->parameters.p[k];
		for (size_t i = 0; i < ralm_parameter_size(p); i++)
			p->at[i] = (ralm_real)(2 * ralm_rng_uniform(&rng) - 1);
	}
	*model->parameters.scale = 3;
	*model->parameters.bias = (ralm_real)-0.4;
}

static inline void uneven_model(struct ralm_model *model, size_t known)
{
	uneven_model_of(model, "paddlerec", known);
}

/* ---- by the plain formula ------------------------------------------------ */

static inline double *uneven_reals(const ralm_real *from, size_t n)
{
	double *to = calloc(n + 1, sizeof *to);
	for (size_t i = 0; from != NULL && i < n; i++)
		to[i] = (double)from[i];
	return to;
}

static inline void uneven_plain(struct paddlerec_plain *w,
				const struct ralm_model *model)
{
	const size_t D = UNEVEN_D, H = UNEVEN_H, U = model->users.count;
	const struct ralm_parameter *p = model->parameters.p;
	w->D = D;
	w->H = H;
	w->X = uneven_reals(NULL, U * D);
	for (size_t i = 0; i < U * D; i++)
		w->X[i] = (double)ralm_table_row(&model->table, i / D)[i % D];
	w->Ms = uneven_reals(p[RALM_SEEDS_TRANSFORM].at, D * H);
	w->Mt = uneven_reals(p[RALM_TARGET_TRANSFORM].at, D * H);
	w->Wl = uneven_reals(p[RALM_LOCAL_ATTENTION].at, H * H);
	w->Wg = uneven_reals(p[RALM_GLOBAL_ATTENTION].at, H * H);
	w->scale = (double)*model->parameters.scale;
	w->bias = (double)*model->parameters.bias;
}

static inline void uneven_plain_release(struct paddlerec_plain *w)
{
	free(w->X);
	free(w->Ms);
	free(w->Mt);
	free(w->Wl);
	free(w->Wg);
}

/* Scores of all samples; unknown seeds are left out, an unknown target or no
 * seed is a cosine of 0. loss: of each sample, or NULL. seeds_num: the most
 * seeds of a list that count; 0: all. */
static inline void uneven_scores(double *score, double *loss,
				 const struct ralm_model *model,
				 const struct uneven *samples, size_t count,
				 size_t seeds_num)
{
	struct paddlerec_plain w;
	struct paddlerec_pass pass;
	uneven_plain(&w, model);
	for (size_t i = 0; i < count; i++) {
		const struct uneven *s = &samples[i];
		unsigned rows[UNEVEN_SEEDS];
		size_t n = 0, most = seeds_num && s->n > seeds_num ? seeds_num
								   : s->n;
		for (size_t k = 0; k < most; k++) {
			uint32_t row = ralm_users_find(&model->users,
						       s->seeds[k]);
			if (row != RALM_ROW_NONE)
				rows[n++] = row;
		}
		uint32_t target = ralm_users_find(&model->users, s->target);
		double cosine = 0;
		if (n > 0 && target != RALM_ROW_NONE)
			cosine = paddlerec_plain_forward(&pass, &w, rows, n,
							 target);
		double z = w.scale * cosine + w.bias;
		score[i] = 1 / (1 + exp(-z));
		if (loss != NULL)
			loss[i] = log1p(exp(s->label ? -z : z));
	}
	uneven_plain_release(&w);
}

/* The chance that a click scores higher, pair by pair. */
static inline double uneven_auc(const double *score,
				const struct uneven *samples, size_t count)
{
	double wins = 0, pairs = 0;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; samples[i].label && j < count; j++)
			if (!samples[j].label) {
				wins += score[i] > score[j]    ? 1
					: score[i] == score[j] ? 0.5
							       : 0;
				pairs++;
			}
	return wins / pairs;
}

static inline double uneven_sum(const double *x, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return sum;
}

/* ---- files ------------------------------------------------------------------ */

static inline char *uneven_bytes(const char *path, size_t *size)
{
	FILE *file = fopen(path, "r");
	*size = 0;
	if (file == NULL)
		return NULL;
	fseek(file, 0, SEEK_END);
	long length = ftell(file);
	char *bytes = calloc((size_t)length + 1, 1);
	rewind(file);
	*size = fread(bytes, 1, (size_t)length, file);
	fclose(file);
	return bytes;
}

static inline bool uneven_same_file(const char *a, const char *b)
{
	size_t m, n;
	char *x = uneven_bytes(a, &m), *y = uneven_bytes(b, &n);
	bool same = x != NULL && y != NULL && m == n && !memcmp(x, y, m);
	free(x);
	free(y);
	return same;
}

/* A folder of the test's own, where it then is. */
static inline void uneven_folder(void)
{
	static char path[] = "/tmp/ralm-test-XXXXXX";
	if (mkdtemp(path) == NULL || chdir(path) != 0)
		uneven_die("no temporary folder");
}

/* Removes it and what is in it. */
static inline void uneven_folder_remove(void)
{
	char path[128], command[160];
	if (getcwd(path, sizeof path) == NULL || strncmp(path, "/tmp/", 5))
		return;
	snprintf(command, sizeof command, "rm -rf '%s'", path);
	if (chdir("/") != 0 || system(command) != 0)
		printf("# %s is left behind\n", path);
}

#endif
