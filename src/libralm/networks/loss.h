/* The losses of a single sample, from its cosine. softmax, the loss of a whole choice,
 * is in networks/sample_losses.c. */
#ifndef RALM_NETWORKS_LOSS_H
#define RALM_NETWORKS_LOSS_H

#include "settings/config.h"

struct ralm_loss_gradient {
	double cosine, scale, bias;
};

double ralm_sigmoid(double x);

/* Returns the loss of a sample and sets its derivatives by cosine, scale and bias.
 * log_loss: binary cross-entropy on sigmoid(scale · c + bias), computed from the logit,
 * so that nothing is rounded to 0 or 1 in between. (PaddleRec feeds the raw cosine,
 * which may be negative, to its log loss: model.py, line 108.)
 * cosine: 1 - c for a click, max(0, c - margin) otherwise; no scale and bias. */
double ralm_loss(struct ralm_loss_gradient *gradient, enum ralm_loss loss,
		 double cosine, int label, double scale, double bias,
		 double margin);

#endif
