/* Weights of lists and cosines on a device (device/device_scores.h) against the
 * formulas in double; again, and on two devices: the same bits. The devices of a
 * scorer, and the progress that ralm_expand tells of there. Skipped where OpenCL has
 * no device, or the build no OpenCL. */
#include "check.h"
#include "uneven.h"

#include "libralm/device/device_scores.h"
#include "libralm/scoring/scorer.h"

#include <fcntl.h>
#include <math.h>

enum { LISTS = 6, TARGETS = 67 };

static struct ralm_error err;
static struct ralm_rng rng;

static void must(bool right)
{
	if (right)
		return;
	printf("Bail out! %s\n", err.message);
	exit(99);
}

static float uniform(void)
{
	return (float)(2 * ralm_rng_uniform(&rng) - 1);
}

static float *numbers(size_t count)
{
	float *x = malloc(count * sizeof *x);
	for (size_t i = 0; i < count; i++)
		x[i] = uniform();
	return x;
}

static double dot(const float *x, const float *y, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += (double)x[i] * (double)y[i];
	return sum;
}

/* The largest error, in units of what is allowed. */
static double error_of(const float *a, const double *want, size_t n)
{
	double error = 0;
	for (size_t i = 0; i < n; i++)
		error = worse(error, fabs((double)a[i] - want[i]) /
					     (1e-5 + 1e-5 * fabs(want[i])));
	return error;
}

/* ---- lists --------------------------------------------------------------- */

struct list {
	size_t n, width;
	float *all;
	const float **row; /* (n) of 2 width: S, A */
	float *m;	   /* 1 to 5, uneven over pieces of 1024 rows */
};

static struct list draw(size_t n, size_t width)
{
	struct list list = {n, width, numbers(n * 2 * width), NULL, numbers(n)};
	list.row = malloc(n * sizeof *list.row);
	for (size_t i = 0; i < n; i++) {
		list.row[n - 1 - i] = list.all + i * 2 * width;
		list.m[i] = (float)(1 + i % 5);
	}
	return list;
}

static void list_release(struct list *list)
{
	free(list->all);
	free(list->row);
	free(list->m);
}

static void plain_weights(double *w, const struct list *list, const float *m)
{
	const size_t n = list->n, W = list->width;
	double *P = malloc(n * sizeof *P);
	memset(w, 0, n * sizeof *w);
	for (size_t i = 0; i < n; i++) {
		double sum = 0;
		for (size_t j = 0; j < n; j++) {
			P[j] = (m != NULL ? (double)m[j] : 1) *
			       exp(dot(list->row[i] + W, list->row[j], W));
			sum += P[j];
		}
		for (size_t j = 0; j < n; j++)
			w[j] += (m != NULL ? (double)m[i] : 1) * P[j] / sum;
	}
	free(P);
}

static void test_weights(struct ralm_device_scores *one,
			 struct ralm_device_scores *two, size_t n, size_t width)
{
	struct list list = draw(n, width);
	double *want = malloc(n * sizeof *want), off = 0;
	float *w = malloc(2 * n * sizeof *w);
	bool same = true;
	for (int k = 0; k < 2; k++) {
		const float *m = k == 0 ? NULL : list.m;
		plain_weights(want, &list, m);
		must(ralm_device_weights(w, one, list.row, m, n, width, &err) ==
		     0);
		off = worse(off, error_of(w, want, n));
		for (int again = 0; again < 2; again++) {
			must(ralm_device_weights(w + n, two, list.row, m, n,
						 width, &err) == 0);
			same &= memcmp(w, w + n, n * sizeof *w) == 0;
		}
	}
	check(off < 1 && same,
	      "weights of %zu seeds: the formula's (%.2g of what may be), on any "
	      "device the same",
	      n, off);
	free(want);
	free(w);
	list_release(&list);
}

/* ---- cosines ------------------------------------------------------------- */

static double list_cosine(const struct ralm_device_list *list,
			  const float *target, size_t W, double alpha)
{
	const float *t = target, *q = target + W;
	double *v = calloc(W, sizeof *v), sum = 0, vt = 0, vv = 0;
	double *p = malloc(list->n * sizeof *p);
	for (size_t j = 0; j < list->n; j++) {
		p[j] = (list->m != NULL ? (double)list->m[j] : 1) *
		       exp(tanh(dot(list->seed[j], q, W)));
		sum += p[j];
	}
	for (size_t j = 0; j < list->n; j++)
		for (size_t h = 0; h < W; h++)
			v[h] += (p[j] / sum +
				 (list->w != NULL ? (double)list->w[j] : 0)) *
				(double)list->seed[j][h];
	for (size_t h = 0; h < W; h++) {
		vt += v[h] * (double)t[h];
		vv += v[h] * v[h];
	}
	free(v);
	free(p);
	return (1 - alpha) * (vv > 0 ? vt / sqrt(vv) : 0) +
	       (list->g != NULL ? alpha * dot(list->g, t, W) : 0);
}

/* t of length 1, but for some that are zero. */
static float *draw_targets(size_t W)
{
	float *target = numbers(TARGETS * 2 * W);
	for (size_t i = 0; i < TARGETS; i++) {
		float *t = target + i * 2 * W;
		const double length = sqrt(dot(t, t, W));
		for (size_t h = 0; h < W; h++)
			t[h] = i % 31 == 5 ? 0 : (float)((double)t[h] / length);
	}
	return target;
}

static void compare(float *cosine, struct ralm_device_scores *scores,
		    const struct ralm_device_list *lists, size_t W, double alpha,
		    size_t device, const float *target, size_t count)
{
	struct ralm_device_lists *there = ralm_device_lists_new(
		scores, lists, LISTS, W, alpha, TARGETS, &err);
	must(there != NULL);
	ralm_device_lists_begin(cosine, there, device, target, count);
	must(ralm_device_lists_end(there, device, &err) == 0);
	ralm_device_lists_free(there);
}

static void test_cosines(struct ralm_device_scores *one,
			 struct ralm_device_scores *two, size_t W, double alpha,
			 size_t count, const char *what)
{
	static const size_t length[LISTS] = {1, 2, 20, 33, 700, 1};
	struct ralm_device_list lists[LISTS];
	struct list drawn[LISTS];
	float *g[LISTS], *w[LISTS], *target = draw_targets(W);
	float cosine[2][LISTS * TARGETS];
	double want[LISTS * TARGETS];
	for (size_t l = 0; l < LISTS; l++) {
		drawn[l] = draw(length[l], W);
		g[l] = numbers(W);
		w[l] = numbers(length[l]);
		lists[l] = (struct ralm_device_list){
			.seed = drawn[l].row,
			.n = length[l],
			.m = l % 2 == 1 ? drawn[l].m : NULL,
			.w = alpha == 0 ? w[l] : NULL,
			.g = alpha == 0 ? NULL : g[l],
		};
	}
	for (size_t h = 0; h < W; h++) /* a vector of zeros */
		drawn[LISTS - 1].all[h] = 0;
	for (size_t l = 0; l < LISTS; l++)
		for (size_t i = 0; i < count; i++)
			want[l * count + i] = list_cosine(
				&lists[l], target + i * 2 * W, W, alpha);
	compare(cosine[0], one, lists, W, alpha, 0, target, count);
	const double off = error_of(cosine[0], want, LISTS * count);
	check(off < 1, "%s, %zu targets: the formula's (%.2g of what may be)",
	      what, count, off);
	compare(cosine[1], two, lists, W, alpha,
		ralm_device_scores_at(two, 1) != NULL, target, count);
	check(!memcmp(cosine[0], cosine[1], LISTS * count * sizeof **cosine),
	      "and again: the same bits");
	for (size_t h = 0; h < W; h++)
		drawn[LISTS - 1].all[h] = 1e20f;
	compare(cosine[0], one, lists, W, alpha, 0, target, count);
	bool told = true;
	for (size_t i = (LISTS - 1) * count; i < LISTS * count; i++)
		told &= isnan(cosine[0][i]);
	check(told, "a length whose square is more than a float: no number");
	for (size_t l = 0; l < LISTS; l++) {
		list_release(&drawn[l]);
		free(g[l]);
		free(w[l]);
	}
	free(target);
}

/* ---- the devices of a scorer ----------------------------------------------- */

static size_t devices_of(const struct ralm_scorer *scorer)
{
	size_t count = 0;
	while (ralm_scorer_device_at(scorer, count) != NULL)
		count++;
	return count;
}

static bool same_bits(float a, float b)
{
	return memcmp(&a, &b, sizeof a) == 0;
}

/* The score of a list that is long enough for a device. */
static float score(struct ralm_scorer *scorer)
{
	enum { SEEDS = 1100 };
	uint64_t seeds[SEEDS];
	struct ralm_score_result result;
	struct ralm_scoring_worker *worker =
		ralm_scoring_worker_new(scorer, &err);
	must(worker != NULL);
	for (uint64_t i = 0; i < SEEDS; i++)
		seeds[i] = 1000 + i * i % UNEVEN_USERS;
	const struct ralm_score_request request = {
		.seed_keys = seeds, .seed_count = SEEDS, .target_key = 1003};
	must(ralm_score(&result, worker, &request, 1, &err) == 0);
	ralm_scoring_worker_free(worker);
	return result.score;
}

/* Each call has the devices of the one before closed, unless it fails. */
static void test_scorer(bool several)
{
	struct ralm_model model;
	const enum ralm_device_use samples = RALM_DEVICE_SAMPLES;
	uneven_model(&model, UNEVEN_USERS);
	struct ralm_scorer *scorer = ralm_scorer_new(&model, 0, &err);
	must(scorer != NULL);
	const float cpu = score(scorer);
	must(ralm_scorer_device(scorer, "gpu", samples, &err) == 0);
	const float first = score(scorer);
	check(devices_of(scorer) == 1 && fabsf(first - cpu) < 1e-5f,
	      "a scorer with a device");
	must(ralm_scorer_device(scorer, several ? "gpu:0,1" : "gpu:0", samples,
				&err) == 0);
	const size_t second = devices_of(scorer);
	check(second == (several ? 2 : 1) && same_bits(score(scorer), first),
	      "the second call's devices take their place: the same bits");
	check(ralm_scorer_device(scorer, "gpu:9999", samples, &err) == -1 &&
		      err.code == RALM_ERROR_SYSTEM &&
		      devices_of(scorer) == second &&
		      same_bits(score(scorer), first),
	      "after a call that fails they are as they were");
	check(ralm_scorer_device(scorer, "cpu", samples, &err) == 0 &&
		      devices_of(scorer) == 0 && same_bits(score(scorer), cpu),
	      "after cpu there are none");
	ralm_scorer_free(scorer);
	ralm_model_release(&model);
}

/* ---- how far it has come ----------------------------------------------------- */

enum { USERS = 700 }; /* some blocks of candidates */

static void write_lines(const char *path, bool samples)
{
	FILE *file = fopen(path, "w");
	for (int u = 1; u <= USERS; u += samples ? 1 : USERS / 2)
		fprintf(file, "item:%d user_seeds:%d user_seeds:%d%s", u, u,
			u * 3 % USERS + 1,
			samples ? " target_user:9 label:1\n" : "\n");
	must(fclose(file) == 0);
}

struct told {
	double last; /* NaN: it went back */
	int ends;    /* how often all of it was told of */
};

static void count_told(void *context, double done)
{
	struct told *told = context;
	told->last = done > told->last || done == 1 ? done : NAN;
	told->ends += done == 1;
}

/* ralm_expand with a device tells of all that it has compared. */
static void test_progress(void)
{
	const char *const paths[] = {"train.txt"};
	const struct ralm_fit_options fit = {.output = "model"};
	struct ralm_fit_summary summary;
	struct ralm_expand_counts counts;
	struct told told = {0, 0};
	const struct ralm_expand_options options = {.threads = 1,
						    .size = "3",
						    .lists = "lists.txt",
						    .progress = count_told,
						    .context = &told};
	uneven_folder();
	write_lines("train.txt", true);
	write_lines("lists.txt", false);
	struct ralm_config *config = ralm_config_new(&err);
	must(config != NULL &&
	     ralm_config_set(config, "network", "kdd19", &err) == 0 &&
	     ralm_fit(&summary, config, paths, 1, &fit, &err) == 0);
	struct ralm_scorer *scorer = ralm_scorer_open("model", 0, 0, &err);
	must(scorer != NULL);
	check(ralm_scorer_device(scorer, "gpu", RALM_DEVICE_SAMPLES, &err) == -1 &&
		      err.code == RALM_ERROR_CONFIG && devices_of(scorer) == 0,
	      "samples of kdd19 leave a device nothing to do");
	must(ralm_scorer_device(scorer, "gpu", RALM_DEVICE_AUDIENCES, &err) == 0);
	const int fd = open("audience", O_WRONLY | O_CREAT, 0600);
	must(ralm_expand(&counts, scorer, NULL, 0, fd, "audience", &options,
			 &err) == 0);
	/* By the last comparison, and before it is written. */
	check(told.last == 1 && told.ends == 2,
	      "an audience: %g of the candidates were told of", told.last);
	close(fd);
	ralm_scorer_free(scorer);
	ralm_config_free(config);
	uneven_folder_remove();
}

int main(int argc, char **argv)
{
	struct ralm_device device;
	const bool small = argc > 1 && strcmp(argv[1], "small") == 0;
	setenv("POCL_DEVICES", "pthread pthread", 0); /* PoCL: two of them */
	if (ralm_device(&device, 0, &err) != 1) {
		printf("1..0 # SKIP %s\n", err.message);
		return 0;
	}
	const bool several =
		!small && ralm_device(&device, 1, &err) == 1;
	ralm_rng_init(&rng, 5, 0);
	struct ralm_device_scores *one = ralm_device_scores_open("gpu", &err);
	must(one != NULL);
	struct ralm_device_scores *two =
		ralm_device_scores_open(several ? "gpu:0,1" : "gpu", &err);
	must(two != NULL);
	check(ralm_device_scores_at(one, 0) != NULL &&
		      ralm_device_scores_at(one, 1) == NULL &&
		      (ralm_device_scores_at(two, 1) != NULL) == several,
	      "%s", several ? "two devices" : "one device");
	static const size_t lengths[] = {1, 3, 33, 1100};
	for (size_t i = 0; i < (small ? 2 : sizeof lengths / sizeof *lengths);
	     i++)
		test_weights(one, two, lengths[i], 16);
	if (!small)
		test_cosines(one, two, 144, 0, TARGETS, "weights of seeds");
	test_cosines(one, two, 16, 0.3, small ? 3 : TARGETS - 5, "a vector");
	ralm_device_scores_close(one);
	ralm_device_scores_close(two);
	if (!small) {
		test_scorer(several);
		test_progress();
	}
	return check_done();
}
