#include "jobs/fit/calibration.h"

#include "networks/loss.h"
#include "networks/sample_losses.h"
#include "samples/choices.h"

#include <math.h>
#include <string.h>

enum { BUCKETS = RALM_CALIBRATION_BUCKETS };
static const char TENSOR[] = "calibration.counts";
#define MOST 1e15 /* of a number in a checkpoint; finite as a float, too */
static const size_t NUMBERS =
	sizeof(struct ralm_calibration_state) / sizeof(double);

/* ---- counting ------------------------------------------------------------ */

static size_t bucket_of(double cosine)
{
	const double place = (cosine + 1) / 2 * BUCKETS;
	return place >= BUCKETS ? BUCKETS - 1 : place > 0 ? (size_t)place : 0;
}

static double middle_of(size_t bucket)
{
	return ((double)bucket + 0.5) / BUCKETS * 2 - 1;
}

/* How often counts have been halved after so many samples. */
static int halvings(double samples)
{
	enum { FEW = 10, MANY = 20 };
	int exponent;
	frexp(samples, &exponent); /* samples < 2^exponent */
	if (exponent <= FEW)
		return 0;
	return exponent <= MANY ? exponent - FEW
				: MANY - FEW + (int)ldexp(samples, -MANY);
}

static void scale_weights(struct ralm_calibration_state *state, double factor)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		state->weight[0][i] *= factor;
		state->weight[1][i] *= factor;
	}
}

static double sum_of(const double *weight)
{
	double sum = 0;
	for (size_t i = 0; i < BUCKETS; i++)
		sum += weight[i];
	return sum;
}

void ralm_calibration_add(struct ralm_calibration *calibration,
			  const ralm_real *cosine,
			  const struct ralm_batch *batch,
			  double negative_weight)
{
	struct ralm_calibration_state *state = &calibration->state;
	if (!calibration->on)
		return;
	for (size_t l = 0; l < batch->L; l++) {
		size_t end;
		for (size_t s = batch->sample_start[l];
		     s < batch->sample_start[l + 1]; s = end) {
			end = ralm_choice_end(batch->label, s,
					      batch->sample_start[l + 1]);
			const double weight = ralm_negative_weight(
				negative_weight, batch->label, s, end);
			for (size_t i = s; i < end; i++)
				state->weight[batch->label[i]][bucket_of(
					(double)cosine[i])] +=
					batch->label[i] ? 1 : weight;
		}
	}
	const int before = halvings(state->samples);
	state->samples += (double)batch->B;
	const int more = halvings(state->samples) - before;
	if (more > 0)
		scale_weights(state, ldexp(1, -more));
}

/* ---- fitting ------------------------------------------------------------- */

/* Keeps scale and bias finite if some cosine separates the labels; negligible beside a
 * thousand samples. */
#define RIDGE 1e-3

/* Returns the loss at x = {scale, bias}, and sets its first derivatives g and its second
 * ones h: {scale scale, scale bias, bias bias}. */
static double derivatives(double g[2], double h[3], const double x[2],
			  const struct ralm_calibration_state *state)
{
	double loss = RIDGE / 2 * (x[0] * x[0] + x[1] * x[1]);
	g[0] = RIDGE * x[0];
	g[1] = RIDGE * x[1];
	h[0] = h[2] = RIDGE;
	h[1] = 0;
	for (size_t i = 0; i < BUCKETS; i++) {
		const double none = state->weight[0][i], click = state->weight[1][i];
		const double c = middle_of(i);
		const double p = ralm_sigmoid(x[0] * c + x[1]);
		struct ralm_loss_gradient d;
		if (none + click == 0)
			continue;
		loss += click * ralm_loss(&d, RALM_LOG_LOSS, c, 1, x[0], x[1], 0);
		loss += none * ralm_loss(&d, RALM_LOG_LOSS, c, 0, x[0], x[1], 0);
		const double slope = (none + click) * p - click;
		const double bend = (none + click) * p * (1 - p);
		g[0] += slope * c;
		g[1] += slope;
		h[0] += bend * c * c;
		h[1] += bend * c;
		h[2] += bend;
	}
	return loss;
}

/* Newton's method, with steps halved until the loss falls, for the bias alone or for
 * both. */
static void newton(double x[2], bool bias_alone,
		   const struct ralm_calibration_state *state)
{
	enum { STEPS = 30, HALVINGS = 40 };
	double g[2], h[3];
	double loss = derivatives(g, h, x, state);
	for (int step = 0; step < STEPS; step++) {
		if (bias_alone)
			g[0] = h[1] = 0;
		const double determinant = h[0] * h[2] - h[1] * h[1];
		double move[2] = {(h[2] * g[0] - h[1] * g[1]) / determinant,
				  (h[0] * g[1] - h[1] * g[0]) / determinant};
		const double gain = g[0] * move[0] + g[1] * move[1];
		if (!(gain > 1e-12))
			return;
		for (int half = 0; half < HALVINGS; half++) {
			const double to[2] = {x[0] - move[0], x[1] - move[1]};
			const double there = derivatives(g, h, to, state);
			if (there < loss) {
				x[0] = to[0];
				x[1] = to[1];
				loss = there;
				break;
			}
			move[0] /= 2;
			move[1] /= 2;
			if (half == HALVINGS - 1)
				return;
		}
	}
}

void ralm_calibration_apply(struct ralm_calibration *calibration,
			    struct ralm_parameters *parameters)
{
	struct ralm_calibration_state *state = &calibration->state;
	double fitted[2] = {0, 0};
	if (!calibration->on)
		return;
	state->scale = (double)*parameters->scale;
	state->bias = (double)*parameters->bias;
	if (sum_of(state->weight[0]) == 0 || sum_of(state->weight[1]) == 0)
		return;
	newton(fitted, false, state);
	calibration->reverses = fitted[0] * state->scale <= 0;
	if (calibration->reverses) {
		fitted[0] = state->scale;
		fitted[1] = 0;
		newton(fitted, true, state);
	}
	*parameters->scale = (ralm_real)fitted[0];
	*parameters->bias = (ralm_real)fitted[1];
}

void ralm_calibration_undo(const struct ralm_calibration *calibration,
			   struct ralm_parameters *parameters)
{
	if (!calibration->on)
		return;
	*parameters->scale = (ralm_real)calibration->state.scale;
	*parameters->bias = (ralm_real)calibration->state.bias;
}

/* ---- in a checkpoint ----------------------------------------------------- */

void ralm_calibration_source(struct ralm_tensor_source *source,
			     const void **piece,
			     const struct ralm_calibration *calibration)
{
	*piece = &calibration->state;
	*source = ralm_tensor_in_one_piece(TENSOR, RALM_F64, NUMBERS, 0, piece);
}

int ralm_calibration_restore(struct ralm_calibration *calibration,
			     struct ralm_parameters *parameters,
			     const struct ralm_model *checkpoint,
			     struct ralm_error *err)
{
	struct ralm_calibration_state *state = &calibration->state;
	if (!calibration->on ||
	    ralm_safetensors_find(&checkpoint->file, TENSOR) == NULL)
		return 0;
	const struct ralm_tensor *t = ralm_model_tensor(checkpoint, TENSOR,
							RALM_F64, 1, err);
	if (t == NULL)
		return -1;
	if (t->count != NUMBERS)
		return ralm_error_set(err, RALM_ERROR_DATA,
				      "%s: not of the size that this model "
				      "needs",
				      TENSOR);
	const double *numbers = t->data;
	for (size_t i = 0; i < NUMBERS; i++) {
		if (!(fabs(numbers[i]) < MOST))
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "%s: not all numbers are finite",
					      TENSOR);
		if (i + 2 < NUMBERS && numbers[i] < 0)
			return ralm_error_set(err, RALM_ERROR_DATA,
					      "%s: a weight is below 0",
					      TENSOR);
	}
	memcpy(state, numbers, sizeof *state);
	ralm_calibration_undo(calibration, parameters);
	return 1;
}
