/* jobs/fit/calibration: scale and bias are those of a logistic regression on the
 * cosines themselves, as gradient descent finds it; early samples fade; numbers
 * that no regression has are kept from, and a scale that would turn scores round. */
#include "check.h"

#include "libralm/ground/rng.h"
#include "libralm/jobs/fit/calibration.h"
#include "libralm/networks/average/average.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 1023 }; /* before the first halving */

static struct ralm_error err;
static struct ralm_rng rng;
static struct ralm_batch batch;
static struct ralm_parameters parameters;
static struct ralm_calibration calibration;
static ralm_real cosine[SAMPLES];

static void must(int result)
{
	if (result == 0)
		return;
	printf("Bail out! %s\n", err.message);
	exit(99);
}

static void begin(void)
{
	memset(&calibration, 0, sizeof calibration);
	calibration.on = true;
	*parameters.scale = 11;
	*parameters.bias = (ralm_real)0.5;
}

/* Choices of a click and 0 to 6 label-0 samples, some of which stand before it; a
 * click's cosine is larger by 0.3. In one list of seven there is no click. */
static void draw(double shift)
{
	size_t s = 0;
	ralm_batch_clear(&batch);
	for (size_t l = 0; s < SAMPLES; l++) {
		const uint32_t seed = (uint32_t)l;
		const size_t n = 1 + ralm_rng_below(&rng, 7);
		const size_t click = l % 7 == 3 ? n : ralm_rng_below(&rng, n);
		must(ralm_batch_add_list(&batch, &seed, 1, &err));
		for (size_t i = 0; i < n && s < SAMPLES; i++, s++) {
			const double c = 0.5 * ralm_rng_uniform(&rng) - 0.4 +
					 (i == click ? 0.3 : 0) + shift;
			cosine[s] = (ralm_real)c;
			must(ralm_batch_add_sample(&batch, (uint32_t)i,
						   i == click, &err));
		}
	}
	must(ralm_batch_finish(&batch, &err));
}

/* By the rule: x = {scale, bias} after many steps downhill. */
static void by_descent(double x[2], bool balance)
{
	for (int step = 0; step < 200000; step++) {
		double g[2] = {0, 0}, all = 0;
		for (size_t l = 0; l < batch.L; l++) {
			const size_t first = batch.sample_start[l];
			const size_t end = batch.sample_start[l + 1];
			double clicks = 0;
			for (size_t s = first; s < end; s++)
				clicks += batch.label[s];
			const double none = (double)(end - first) - clicks;
			for (size_t s = first; s < end; s++) {
				const double w =
					balance && !batch.label[s] && clicks > 0
						? 1 / none
						: 1;
				const double c = (double)cosine[s];
				const double p =
					1 / (1 + exp(-x[0] * c - x[1]));
				g[0] += w * (p - batch.label[s]) * c;
				g[1] += w * (p - batch.label[s]);
				all += w;
			}
		}
		x[0] -= 60 * g[0] / all;
		x[1] -= 4 * g[1] / all;
		if (hypot(g[0], g[1]) < 1e-6)
			break;
	}
}

static void test_fit(double weight)
{
	double x[2] = {0, 0};
	begin();
	draw(0);
	by_descent(x, weight == 0);
	ralm_calibration_add(&calibration, cosine, &batch, weight);
	ralm_calibration_apply(&calibration, &parameters);
	const double scale = (double)*parameters.scale;
	const double bias = (double)*parameters.bias;
	check(fabs(scale - x[0]) < 0.01 * x[0] && fabs(bias - x[1]) < 0.02,
	      "weight %g: %.4f and %.4f are %.4f and %.4f", weight, scale, bias,
	      x[0], x[1]);
	ralm_calibration_undo(&calibration, &parameters);
	check(*parameters.scale == 11 && *parameters.bias == (ralm_real)0.5,
	      "training goes on with its own");
}

/* Where the score is one half: -bias / scale. */
static double middle(void)
{
	ralm_calibration_apply(&calibration, &parameters);
	const double m = -(double)*parameters.bias / (double)*parameters.scale;
	ralm_calibration_undo(&calibration, &parameters);
	return m;
}

static void test_fading(void)
{
	begin();
	draw(0);
	ralm_calibration_add(&calibration, cosine, &batch, 0);
	const double early = middle();
	for (int i = 0; i < 15; i++) {
		draw(0.4);
		ralm_calibration_add(&calibration, cosine, &batch, 0);
	}
	check(fabs(middle() - early - 0.4) < 0.02, "early samples fade");
}

/* Cosines that would turn scores round, whatever sign those of training have. */
static void test_reversed(ralm_real trained)
{
	begin();
	draw(0);
	for (size_t s = 0; s < batch.B; s++)
		cosine[s] = trained > 0 ? -cosine[s] : cosine[s];
	*parameters.scale = trained;
	ralm_calibration_add(&calibration, cosine, &batch, 1);
	ralm_calibration_apply(&calibration, &parameters);
	double predicted = 0, clicks = 0;
	for (size_t s = 0; s < batch.B; s++) {
		const double x = (double)*parameters.scale * (double)cosine[s] +
				 (double)*parameters.bias;
		predicted += 1 / (1 + exp(-x));
		clicks += batch.label[s];
	}
	check(calibration.reverses && *parameters.scale == trained,
	      "%g: the scale of training stays", (double)trained);
	check(fabs(predicted / clicks - 1) < 0.01,
	      "%g: the bias makes %.1f clicks of %.1f", (double)trained,
	      predicted, clicks);
	ralm_calibration_undo(&calibration, &parameters);
	check(*parameters.scale == trained && *parameters.bias == (ralm_real)0.5,
	      "%g: training goes on with its own", (double)trained);
}

static void test_nothing(void)
{
	begin();
	ralm_calibration_apply(&calibration, &parameters);
	check(*parameters.scale == 11, "no samples: nothing changes");
	draw(0);
	memset(batch.label, 0, batch.B);
	ralm_calibration_add(&calibration, cosine, &batch, 0);
	ralm_calibration_apply(&calibration, &parameters);
	check(*parameters.scale == 11, "one label: nothing changes");
	begin();
	draw(0);
	for (size_t s = 0; s < batch.B; s++)
		cosine[s] = batch.label[s] ? 1 : -1;
	ralm_calibration_add(&calibration, cosine, &batch, 0);
	ralm_calibration_apply(&calibration, &parameters);
	check(*parameters.scale > 3 && *parameters.scale < 100,
	      "labels that a cosine parts: finite (%g)",
	      (double)*parameters.scale);
	begin();
	calibration.on = false;
	ralm_calibration_add(&calibration, cosine, &batch, 0);
	ralm_calibration_apply(&calibration, &parameters);
	check(*parameters.scale == 11 && calibration.state.samples == 0,
	      "off: nothing");
}

int main(void)
{
	ralm_rng_init(&rng, 3, 0);
	must(ralm_batch_init(&batch, &err));
	must(ralm_parameters_init(&parameters, &ralm_average.specs, 2, 2, &err));
	test_fit(0);
	test_fit(1);
	test_fading();
	test_reversed(11);
	test_reversed(-7);
	test_nothing();
	ralm_parameters_release(&parameters);
	ralm_batch_release(&batch);
	return check_done();
}
