/* jobs/fit: what is reported is what the plain formula says of the samples of
 * each batch, the best epoch is the best one, seeds_num takes the first seeds,
 * windows lose nothing, a run that stopped anywhere ends as if it had not, and BLAS
 * has its threads back. */
#include "check.h"
#include "uneven.h"

#include "libralm/ralm.h"
#include "libralm/samples/shuffle.h"
#include "libralm/model/model_file.h"

#include <sys/stat.h>

/* LONG is more than a window: 65536, or 4096 of a stream. */
enum { COUNT = 613, TEST = 271, LONG = 65536 + 4 * 4096 + 1237, REPORTS = 1000 };

static struct ralm_error err;
static struct uneven samples[LONG], test[TEST];
static double score[LONG], loss[LONG];

/* ---- a run and what it told ----------------------------------------------- */

struct run {
	struct ralm_config config;
	struct ralm_fit_options options;
	struct ralm_fit_summary summary;
	struct ralm_fit_report report[REPORTS];
	size_t reports;
	/* Called with each report. */
	void (*told)(struct run *run, const struct ralm_fit_report *report);
	uint64_t stop_at; /* the step; 0: never */
	volatile sig_atomic_t stop;
	double apart; /* the most that a number was from what it should be */
	bool ok;
};

static void tell(void *context, const struct ralm_fit_report *report)
{
	struct run *run = context;
	if (run->reports < REPORTS)
		run->report[run->reports++] = *report;
	if (run->told != NULL)
		run->told(run, report);
	if (run->stop_at > 0 && report->step == run->stop_at)
		run->stop = 1;
}

static void run_init(struct run *run)
{
	memset(run, 0, sizeof *run);
	uneven_config(&run->config);
	run->config.print_interval = 1;
	run->config.optimizer = RALM_SGD;
	run->config.learning_rate = 0.02;
	run->options.report = tell;
	run->options.context = run;
	run->options.stop = &run->stop;
	run->ok = true;
}

static void run_fit(struct run *run, const char *path)
{
	run->reports = 0;
	run->stop = 0;
	uneven_must(ralm_fit(&run->summary, &run->config, &path, 1,
			     &run->options, &err),
		    &err);
}

/* Models do not move: the loss of a batch is that of the first model. */
static void freeze(struct run *run)
{
	run->config.learning_rate = 1e-300;
	run->config.weight_decay = 0;
}

/* The model before the first step. */
static void first_model(struct ralm_model *model,
			const struct ralm_config *config, size_t count)
{
	uneven_must(ralm_model_init(model, config, &err), &err);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k <= samples[i].n; k++) {
			uint64_t key = k < samples[i].n ? samples[i].seeds[k]
							: samples[i].target;
			uint32_t row;
			bool added;
			uneven_must(ralm_users_add(&row, &added, &model->users,
						   key, &err),
				    &err);
			uneven_must(ralm_table_grow(&model->table,
						    model->users.count, &err),
				    &err);
			if (added)
				ralm_table_row_start(
					ralm_table_row(&model->table, row),
					UNEVEN_D, config->rng_seed, key,
					config->init_deviation);
		}
}

/* score and loss of the first `count` samples by a model. */
static void by_model(const struct ralm_model *model, size_t count)
{
	uneven_scores(score, loss, model, samples, count, 0);
}

static void by_first_model(const struct run *run, size_t count)
{
	struct ralm_model model;
	first_model(&model, &run->config, count);
	by_model(&model, count);
	ralm_model_release(&model);
}

static void by_file(const char *path, size_t count)
{
	struct ralm_model model;
	uneven_must(ralm_model_open(&model, path, RALM_MODEL_VERIFY, &err),
		    &err);
	by_model(&model, count);
	ralm_model_release(&model);
}

static double apart(double a, double b)
{
	return isnan(a) || isnan(b) ? (isnan(a) && isnan(b) ? 0 : 1)
				    : fabs(a - b);
}

/* ---- reports of a model that does not move ----------------------------------- */

/* The order in which a turn trains on the samples. */
static void order_of(size_t order[COUNT], uint64_t turn)
{
	struct ralm_sample_store store;
	struct ralm_shuffle shuffle = {.order = NULL};
	struct ralm_batch batch;
	const uint32_t row = 0;
	uneven_must(ralm_sample_store_init(&store, UINT64_MAX, NULL, &err), &err);
	uneven_must(ralm_batch_init(&batch, &err), &err);
	for (size_t i = 0; i < COUNT; i++) {
		if (!samples[i].same)
			uneven_must(ralm_sample_store_add_list(&store, &row, 1,
							       &err),
				    &err);
		uneven_must(ralm_sample_store_add(&store, (uint32_t)i + 1, 0,
						  true, &err),
			    &err);
	}
	const struct ralm_span all = {.store = &store, .end = store.count};
	uneven_must(ralm_shuffle_begin(&shuffle, &all, 1, turn, &err), &err);
	for (size_t i = 0; i < COUNT &&
			   ralm_shuffle_next(&batch, &shuffle, 1, &err) == 1;)
		order[i++] = batch.row[batch.target[0]] - 1;
	ralm_shuffle_release(&shuffle);
	ralm_batch_release(&batch);
	ralm_sample_store_release(&store);
}

/* Mean loss and AUC of order[from] up to order[end]. */
static double mean_loss(const size_t *order, size_t from, size_t end)
{
	double sum = 0;
	for (size_t i = from; i < end; i++)
		sum += loss[order[i]];
	return sum / (double)(end - from);
}

static double auc_of(const size_t *order, size_t from, size_t end)
{
	static double s[COUNT];
	static struct uneven u[COUNT];
	for (size_t i = from; i < end; i++) {
		s[i - from] = score[order[i]];
		u[i - from] = samples[order[i]];
	}
	return uneven_auc(s, u, end - from);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void test_reports(uint64_t batch_size, uint64_t interval)
{
	enum { EPOCHS = 3 };
	static struct run run;
	static size_t order[COUNT];
	const size_t batches = (COUNT - 1) / batch_size + 1;
	double losses = 0, batch_aucs = 0, aucs = 0, left = 0;
	bool places = true, first = true;
	run_init(&run);
	freeze(&run);
	run.config.epochs = EPOCHS;
	run.config.batch_size = batch_size;
	run.config.print_interval = interval;
	run_fit(&run, "s.txt");
	by_first_model(&run, COUNT);
	size_t r = 0;
	for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
		order_of(order, epoch);
		for (size_t b = 0, told = 0; b < batches; r++) {
			const struct ralm_fit_report *p = &run.report[r];
			b = least(b + interval, batches);
			size_t before = (b - 1) * batch_size;
			size_t end = least(b * batch_size, COUNT);
			places &= r < run.reports && p->due &&
				  p->epoch == epoch + 1 && p->epochs == EPOCHS &&
				  p->batch == b &&
				  p->batches == (epoch ? batches : 0) &&
				  p->step == epoch * batches + b &&
				  p->samples == end && isnan(p->validation_auc);
			losses = worse(losses,
				       apart(p->loss, mean_loss(order, told, end)));
			batch_aucs = worse(batch_aucs,
					  apart(p->batch_auc,
						auc_of(order, before, end)));
			aucs = worse(aucs,
				     apart(p->auc, auc_of(order, 0, end)));
			first &= epoch > 0 || isnan(p->seconds_left);
			if (epoch > 0)
				left = worse(left,
					    apart(p->seconds_left * p->samples_per_second,
						  (double)(COUNT * (EPOCHS - epoch) -
							   end)));
			told = end;
		}
	}
	check(places && r == run.reports,
	      "batches of %d, told of every %d: where it is", (int)batch_size,
	      (int)interval);
	check(losses < 1e-5, "the loss is the mean since the last report (%.1e)",
	      losses);
	check(batch_aucs < 1e-5, "the AUC of the last batch (%.1e)", batch_aucs);
	check(aucs < 5e-3, "the AUC of the epoch so far (%.1e)", aucs);
	check(first && left < 1e-6,
	      "seconds left are samples left by samples a second (%.1e)", left);
	struct ralm_fit_summary *s = &run.summary;
	check(s->steps == EPOCHS * batches && s->epochs == EPOCHS &&
		      s->samples == EPOCHS * COUNT && s->users > 80 &&
		      s->users <= UNEVEN_USERS && s->cut == 0 && !s->stopped &&
		      apart(s->loss, uneven_sum(loss, COUNT) / COUNT) < 1e-5,
	      "the summary, with the mean loss of the last epoch");
}

/* ---- a model that learns ------------------------------------------------------- */

/* One batch is all there is; m.bin is the model before it. */
static void told_of_all(struct run *run, const struct ralm_fit_report *report)
{
	if (report->step > 1)
		by_file("m.bin", COUNT);
	else
		by_first_model(run, COUNT);
	run->apart = worse(run->apart,
			  apart(report->loss, uneven_sum(loss, COUNT) / COUNT));
	run->apart = worse(run->apart,
			  apart(report->batch_auc,
				uneven_auc(score, samples, COUNT)));
}

static void test_learning(void)
{
	static struct run run;
	run_init(&run);
	run.config.epochs = 9;
	run.config.batch_size = COUNT + 7;
	run.config.save_every = 1;
	run.options.output = "m.bin";
	run.told = told_of_all;
	run_fit(&run, "s.txt");
	check(run.reports == 9 && run.apart < 1e-5 &&
		      run.report[8].loss < run.report[0].loss,
	      "each step reports the loss and AUC before it (%.1e)", run.apart);
}

/* ---- the best epoch --------------------------------------------------------------- */

enum { EPOCHS = 9 };

static double epoch_auc(size_t epoch)
{
	static double s[TEST];
	struct ralm_model model;
	char path[64];
	snprintf(path, sizeof path, "epochs/epoch-%zu.bin", epoch);
	uneven_must(ralm_model_open(&model, path, RALM_MODEL_VERIFY, &err),
		    &err);
	uneven_scores(s, NULL, &model, test, TEST, 0);
	ralm_model_release(&model);
	return uneven_auc(s, test, TEST);
}

static void validating(struct run *run, uint64_t rng_seed)
{
	run_init(run);
	run->config.epochs = EPOCHS;
	run->config.batch_size = 10;
	run->config.rng_seed = rng_seed;
	run->config.learning_rate = 0.1;
	run->config.learning_rate_decay = 0;
	run->config.print_interval = 0;
	run->options.validate = "t.txt";
	run->options.output = "best.bin";
}

/* AUC of each epoch, from 1, by the models that were saved. True: the best one
 * is neither the first nor the last, and none is near it. */
static bool best_in_the_middle(double auc[EPOCHS + 1], struct run *run,
			       uint64_t rng_seed)
{
	size_t best = 1, lowest = 1;
	double next = 0;
	validating(run, rng_seed);
	run->config.save_inference_interval = 1;
	strcpy(run->config.save_inference_path, "epochs");
	run_fit(run, "s.txt");
	for (size_t e = 1; e <= EPOCHS; e++) {
		auc[e] = epoch_auc(e);
		best = auc[e] > auc[best] ? e : best;
		lowest = auc[e] < auc[lowest] ? e : lowest;
	}
	for (size_t e = 1; e <= EPOCHS; e++)
		next = e != best ? fmax(next, auc[e]) : next;
	return best > 1 && best < EPOCHS && lowest != best &&
	       auc[best] > next + 1e-4;
}

static void test_best_epoch(void)
{
	static struct run run;
	char path[64];
	double auc[EPOCHS + 1] = {0}, worst = 0;
	size_t best = 1;
	uint64_t rng_seed = 1; /* which one does depends on the processor */
	while (!best_in_the_middle(auc, &run, rng_seed) && rng_seed < 50)
		rng_seed++;
	for (size_t e = 1; e <= EPOCHS; e++) {
		best = auc[e] > auc[best] ? e : best;
		worst = worse(worst, e <= run.reports
					    ? apart(run.report[e - 1].validation_auc,
						    auc[e])
					    : 1);
	}
	check(rng_seed < 50, "the best of %d epochs is one in the middle: %zu",
	      EPOCHS, best);
	check(run.reports == EPOCHS && worst < 1e-4,
	      "validation AUC of each epoch is that of its model (%.1e)", worst);
	snprintf(path, sizeof path, "epochs/epoch-%zu.bin", best);
	check(run.summary.best_epoch == best &&
		      apart(run.summary.best_auc, auc[best]) < 1e-4 &&
		      uneven_same_file(path, "best.bin"),
	      "the model that is written is that of the best epoch");
	/* What patience makes of these: epochs may be near each other. */
	for (size_t e = 1; e <= EPOCHS && e <= run.reports; e++)
		auc[e] = run.report[e - 1].validation_auc;
	for (uint64_t patience = 1; patience <= 3; patience++) {
		size_t so_far = 1, last = 1;
		while (last < EPOCHS && last < so_far + patience) {
			last++;
			so_far = auc[last] > auc[so_far] ? last : so_far;
		}
		validating(&run, rng_seed);
		run.config.patience = patience;
		run_fit(&run, "s.txt");
		check(run.summary.epochs == last &&
			      run.summary.best_epoch == so_far &&
			      apart(run.summary.best_auc, auc[so_far]) < 1e-5,
		      "patience %d: %zu epochs, the best of them is %zu",
		      (int)patience, last, so_far);
	}
}

/* ---- seeds_num ---------------------------------------------------------------------- */

static void test_seeds_num(size_t seeds_num)
{
	static struct uneven cut[COUNT];
	static struct run run;
	uint64_t longer = 0;
	bool runs = true;
	memcpy(cut, samples, sizeof cut);
	uneven_cut(cut, COUNT, seeds_num);
	uneven_write("cut.txt", cut, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		longer += (i == 0 || !samples[i].same) &&
			  samples[i].n > seeds_num;
		/* runs stay what they were */
		runs &= samples[i].same || i == 0 || cut[i].n != cut[i - 1].n ||
			memcmp(cut[i].seeds, cut[i - 1].seeds,
			       cut[i].n * sizeof *cut[i].seeds);
	}
	run_init(&run);
	run.config.epochs = 2;
	run.config.batch_size = 10;
	run.config.seeds_num = seeds_num;
	run.options.output = "whole.bin";
	run_fit(&run, "s.txt");
	check(runs && longer > 0 && run.summary.cut == longer,
	      "seeds_num %zu: %d lists are cut", seeds_num, (int)longer);
	run.options.output = "cut.bin";
	run_fit(&run, "cut.txt");
	check(run.summary.cut == 0 && uneven_same_file("whole.bin", "cut.bin"),
	      "the model is that of lists cut to their first %zu by hand",
	      seeds_num);
}

/* ---- windows ------------------------------------------------------------------------- */

static void test_windows(void)
{
	static struct run run;
	const size_t batch = 100, steps = (LONG - 1) / batch + 1;
	run_init(&run);
	freeze(&run);
	run.config.batch_size = batch;
	run.config.print_interval = 0;
	by_first_model(&run, LONG);
	double mean = uneven_sum(loss, LONG) / LONG;
	for (int stream = 0; stream < 2; stream++) {
		run.config.stream = stream;
		run.config.epochs = stream ? 1 : 2;
		run_fit(&run, "long.txt");
		struct ralm_fit_summary *s = &run.summary;
		check(s->samples == run.config.epochs * LONG &&
			      s->steps == run.config.epochs * steps &&
			      apart(s->loss, mean) < 1e-5,
		      "%s: every sample of every window, with its list (%.1e)",
		      stream ? "a stream" : "two epochs", apart(s->loss, mean));
	}
}

/* ---- stopping and going on ------------------------------------------------------------- */

static void resumable(struct run *run, const char *folder, bool validate)
{
	run_init(run);
	run->config.epochs = 3;
	run->config.batch_size = 22; /* 27 batches and 19 samples */
	run->config.learning_rate = 0.1;
	run->config.optimizer = RALM_ADAGRAD;
	run->config.rng_seed = 3;
	run->options.output = "end.bin";
	run->options.validate = validate ? "t.txt" : NULL;
	if (folder != NULL)
		strcpy(run->config.save_checkpoint_path, folder);
}

/* Samples of the first `steps` steps. */
static uint64_t done_by(uint64_t steps)
{
	return steps / 28 * COUNT + steps % 28 * 22;
}

/* Is what a resumed run tells of each step what the whole run told? Where an
 * epoch was at its end, its validation comes first. */
static bool told_alike(const struct run *run, const struct run *whole,
		       uint64_t begin)
{
	bool alike = run->reports > 0;
	uint64_t next = begin + 1;
	for (size_t i = 0; alike && i < run->reports; i++) {
		const struct ralm_fit_report *r = &run->report[i];
		const struct ralm_fit_report *w = &whole->report[r->step - 1];
		double left = (double)(COUNT * (r->epochs - r->epoch + 1) -
				       r->samples);
		alike = w->step == r->step && w->epoch == r->epoch &&
			w->batch == r->batch && w->samples == r->samples &&
			(w->batches == r->batches || r->epoch == 1) &&
			apart(w->validation_auc, r->validation_auc) == 0;
		if (r->step == begin && i == 0 && r->epoch_ends)
			continue;
		alike &= r->step == next++ && w->loss == r->loss &&
			 (r->epoch == 1 ||
			  apart(r->seconds_left * r->samples_per_second, left) <
				  1e-6);
	}
	return alike && next == whole->summary.steps + 1;
}

static void test_resume(bool validate)
{
	static const uint64_t stops[] = {1, 2, 27, 28, 29, 55, 56, 57, 83};
	static struct run run, whole_run;
	struct stat st;
	bool stopped = true, told = true, same = true;
	char folder[32];
	resumable(&run, NULL, validate);
	run_fit(&run, "s.txt");
	const struct ralm_fit_summary whole = run.summary;
	whole_run = run;
	if (rename("end.bin", "whole.bin") != 0)
		uneven_die("end.bin");
	for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
		snprintf(folder, sizeof folder, "c%d-%d", validate, (int)i);
		resumable(&run, folder, validate);
		run.stop_at = stops[i];
		run_fit(&run, "s.txt");
		stopped &= run.summary.stopped && run.summary.steps == stops[i] &&
			   stat("end.bin", &st) != 0;
		run.stop_at = 0;
		run.options.resume = true;
		run_fit(&run, "s.txt");
		told &= run.summary.steps == whole.steps &&
			run.summary.samples ==
				whole.samples - done_by(stops[i]) &&
			run.summary.best_epoch == whole.best_epoch &&
			(!validate || apart(run.summary.best_auc,
					    whole.best_auc) == 0) &&
			told_alike(&run, &whole_run, stops[i]);
		same &= uneven_same_file("end.bin", "whole.bin");
		unlink("end.bin");
	}
	const char *how = validate ? " and validated" : "";
	check(stopped, "a run is stopped%s: a checkpoint and no model", how);
	check(told, "what is resumed%s goes on behind the last step", how);
	check(same, "and ends in the bytes of a run that never stopped");
}

/* ---- BLAS is the caller's, too ---------------------------------------------- */

#if !defined RALM_BLAS_MKL && !defined RALM_BLAS_BLIS && \
	!defined RALM_BLAS_ACCELERATE

int openblas_get_num_threads(void);
void openblas_set_num_threads(int count);

/* Another run, begun and ended while one is at work. */
static void run_another(struct run *run, const struct ralm_fit_report *report)
{
	static struct run inner;
	run->ok &= openblas_get_num_threads() == 1;
	if (report->step != 2)
		return;
	run_init(&inner);
	run_fit(&inner, "t.txt");
	run->ok &= inner.reports > 0 && openblas_get_num_threads() == 1;
}

static void test_blas_threads(void)
{
	static struct run run;
	const char *no_samples = "no-samples.txt";
	openblas_set_num_threads(3);
	run_init(&run);
	run.told = run_another;
	run_fit(&run, "s.txt");
	check(run.ok, "BLAS has one thread while runs are at work");
	check(openblas_get_num_threads() == 3,
	      "and as many as before when all have ended");
	uneven_write(no_samples, samples, 0);
	check(ralm_fit(&run.summary, &run.config, &no_samples, 1, &run.options,
		       &err) == -1 &&
		      openblas_get_num_threads() == 3,
	      "and when one has failed");
}

#else
static void test_blas_threads(void)
{
}
#endif

/* What cannot be done is refused, before an output is opened. */
static void test_refused(void)
{
	static struct run run;
	const char *path = "s.txt";
	resumable(&run, NULL, false);
	run.options.resume = true;
	run.options.output = "none/model";
	check(ralm_fit(&run.summary, &run.config, &path, 1, &run.options, &err) ==
			      -1 &&
		      err.code == RALM_ERROR_CONFIG,
	      "no run is resumed without a folder of checkpoints");
	run.options.resume = false;
	run.config.patience = 2;
	check(ralm_fit(&run.summary, &run.config, &path, 1, &run.options, &err) ==
			      -1 &&
		      err.code == RALM_ERROR_CONFIG,
	      "no patience without a validation");
	run.config.patience = 0;
	run.config.epochs = 0;
	run.options.page = "none/page";
	check(ralm_fit(&run.summary, &run.config, &path, 1, &run.options, &err) ==
			      -1 &&
		      err.code == RALM_ERROR_CONFIG &&
		      strstr(err.message, "--report") != NULL,
	      "no page of a run that learns nothing");
}

int main(void)
{
	uneven_folder();
	uneven_make(samples, LONG, 5);
	uneven_make(test, TEST, 6);
	uneven_write("s.txt", samples, COUNT);
	uneven_write("t.txt", test, TEST);
	uneven_write("long.txt", samples, LONG);
	test_reports(10, 4);
	test_reports(7, 1);
	test_reports(COUNT - 1, 3);
	test_reports(COUNT + 3, 1);
	test_learning();
	test_best_epoch();
	test_seeds_num(2);
	test_seeds_num(3);
	test_seeds_num(6);
	test_windows();
	test_resume(false);
	test_resume(true);
	test_refused();
	test_blas_threads();
	uneven_folder_remove();
	return check_done();
}
