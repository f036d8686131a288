/* From cosines to probabilities, where training gives none (softmax, or a scale that is
 * kept from growing): scale and bias of score = sigmoid(scale · cosine + bias), by a
 * logistic regression of label on cosine.
 *
 * It uses the cosine that each sample had before training first learned from it:
 * afterwards cosines are better than those of samples that were never seen. Cosines are
 * counted in buckets as they come, in constant memory, and with the same sums whatever
 * the number of threads. Counts are halved at 1024, 2048, 4096 ... samples, and from
 * 2^20 on every 2^20, since cosines of an early model say little of the present one.
 *
 * Those of the first batch say nothing at all where training begins: users' vectors are
 * random then. Where an epoch is one batch there are no others, and a scale that is
 * fitted to them is as likely below 0 as above. One that would reverse the order that
 * training made is not taken: the trained one stays, and the bias alone is fitted. */
#ifndef RALM_JOBS_FIT_CALIBRATION_H
#define RALM_JOBS_FIT_CALIBRATION_H

#include "model/model_file.h"

enum { RALM_CALIBRATION_BUCKETS = 2048 };

/* All of it doubles: a tensor of a checkpoint. */
struct ralm_calibration_state {
	double weight[2][RALM_CALIBRATION_BUCKETS]; /* by label and cosine */
	double samples;     /* so far */
	double scale, bias; /* of training, while the fitted ones are applied */
};

/* A zeroed one is off: the calls below do nothing. */
struct ralm_calibration {
	bool on;
	bool reverses; /* the fitted scale would; as apply found it */
	struct ralm_calibration_state state;
};

/* Counts the samples of a batch of whole choices that is new to training, with the
 * weights of log_loss (sample_losses.h); cosine (B). */
void ralm_calibration_add(struct ralm_calibration *calibration,
			  const ralm_real *cosine,
			  const struct ralm_batch *batch,
			  double negative_weight);

/* Apply replaces the trained scale and bias by the fitted ones (the bias alone, if it
 * reverses), for a model that is written or validated; with samples of one label only it
 * changes nothing. Undo puts the trained ones back. */
void ralm_calibration_apply(struct ralm_calibration *calibration,
			    struct ralm_parameters *parameters);
void ralm_calibration_undo(const struct ralm_calibration *calibration,
			   struct ralm_parameters *parameters);

/* The state as a tensor of a checkpoint, while it is applied. *piece is set and must last
 * as long as the source. */
void ralm_calibration_source(struct ralm_tensor_source *source,
			     const void **piece,
			     const struct ralm_calibration *calibration);
/* Reads the state from a checkpoint, and sets the parameters' scale and bias to the
 * trained ones. Returns 1; 0: it is off, or the checkpoint has none; -1. */
int ralm_calibration_restore(struct ralm_calibration *calibration,
			     struct ralm_parameters *parameters,
			     const struct ralm_model *checkpoint,
			     struct ralm_error *err) RALM_MUST_CHECK;

#endif
