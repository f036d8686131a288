/* From cosines to probabilities, where the loss makes none (softmax): scale and
 * bias of score = sigmoid(scale · cosine + bias) by a logistic regression of label
 * on cosine. The cosines are those that samples had when training met them for the
 * first time: of what it has learned already, cosines are too good to be true for
 * other samples. They are counted in buckets as they come: constant memory, and the
 * same sums whatever the number of threads. Counts are halved when there are 1024,
 * 2048, 4096 ... samples, and from 2^20 on every 2^20: what the model said early, or
 * long ago in a stream, says little of it. */
#ifndef RALM_JOBS_FIT_CALIBRATION_H
#define RALM_JOBS_FIT_CALIBRATION_H

#include "model/model_file.h"

enum { RALM_CALIBRATION_BUCKETS = 2048 };

/* All of it doubles: a tensor of a checkpoint. */
struct ralm_calibration_state {
	double weight[2][RALM_CALIBRATION_BUCKETS]; /* by label and cosine */
	double samples;     /* so far */
	double scale, bias; /* that training goes on with */
};

/* Zeroed: off, and nothing below does anything. */
struct ralm_calibration {
	bool on;
	struct ralm_calibration_state state;
};

/* Counts the samples of a new batch of whole choices, with the weights of log_loss
 * (sample_losses.h); cosine (B). */
void ralm_calibration_add(struct ralm_calibration *calibration,
			  const ralm_real *cosine,
			  const struct ralm_batch *batch,
			  double negative_weight);

/* Puts the fitted scale and bias in the place of those that are trained, for what
 * is written and validated; where there is only one label nothing changes. Undo
 * puts these back. */
void ralm_calibration_apply(struct ralm_calibration *calibration,
			    struct ralm_parameters *parameters);
void ralm_calibration_undo(const struct ralm_calibration *calibration,
			   struct ralm_parameters *parameters);

/* The tensor, while it is applied; *piece lives as long. */
void ralm_calibration_source(struct ralm_tensor_source *source,
			     const void **piece,
			     const struct ralm_calibration *calibration);
/* From a checkpoint: the state, and the parameters' scale and bias. Returns 1, 0
 * where the checkpoint has none or it is off, -1. */
int ralm_calibration_restore(struct ralm_calibration *calibration,
			     struct ralm_parameters *parameters,
			     const struct ralm_model *checkpoint,
			     struct ralm_error *err) RALM_MUST_CHECK;

#endif
