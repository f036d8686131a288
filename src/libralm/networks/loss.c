#include "networks/loss.h"

#include <math.h>

double ralm_sigmoid(double x)
{
	/* e <= 1, so that nothing overflows; without a branch, which could not
	 * be predicted. */
	double e = exp(-fabs(x));
	return (x >= 0 ? 1 : e) / (1 + e);
}

static double log_loss(struct ralm_loss_gradient *gradient, double cosine,
		       int label, double scale, double bias)
{
	double x = scale * cosine + bias;
	/* -log sigmoid(x) for a click, -log(1 - sigmoid(x)) otherwise */
	double loss = log1p(exp(-fabs(x))) + (label ? fmax(-x, 0) : fmax(x, 0));
	double dx = ralm_sigmoid(x) - label;
	gradient->cosine = dx * scale;
	gradient->scale = dx * cosine;
	gradient->bias = dx;
	return loss;
}

static double cosine_loss(struct ralm_loss_gradient *gradient, double cosine,
			  int label, double margin)
{
	double loss = label ? 1 - cosine : cosine - margin;
	gradient->scale = gradient->bias = 0;
	gradient->cosine = label ? -1 : loss > 0 ? 1 : 0;
	return loss < 0 ? 0 : loss; /* a NaN stays one */
}

double ralm_loss(struct ralm_loss_gradient *gradient, enum ralm_loss loss,
		 double cosine, int label, double scale, double bias,
		 double margin)
{
	return loss == RALM_LOG_LOSS
		       ? log_loss(gradient, cosine, label, scale, bias)
		       : cosine_loss(gradient, cosine, label, margin);
}
