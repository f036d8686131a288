/* The loss of each sample of a batch, with its derivatives, and their sums. Each sample
 * has a place of its own, so that any thread may write it; the sums are in the order
 * of samples. */
#ifndef RALM_NETWORKS_SAMPLE_LOSSES_H
#define RALM_NETWORKS_SAMPLE_LOSSES_H

#include "networks/network.h"

struct ralm_sample_losses {
	double *loss, *dscale, *dbias; /* (B) */
	double *dcosine;               /* (B) derivative by the cosine */
};

/* Memory for B samples, in the network's arena. */
int ralm_sample_losses_init(struct ralm_sample_losses *losses,
			    struct ralm_network *network, size_t B,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* The weight of each label-0 sample of the choice [first, end), whose click weighs 1: the
 * setting or, where that is 0 (balance), 1/K of the choice's K label-0 samples, so that
 * together they weigh as much as the click; 1 where there is no click. */
double ralm_negative_weight(double setting, const uint8_t *label, size_t first,
			    size_t end);

/* Sets the losses of a group's samples from their cosines, in cosine (B). log_loss and
 * cosine are those of networks/loss.h, log_loss times the weight. softmax is
 *
 *	-log softmax(scale · c)   of the click, over the samples of its choice
 *
 * at the click's place, and 0 in a choice without a click or a label-0 sample. */
void ralm_group_losses(struct ralm_sample_losses *losses,
		       const struct ralm_network *network,
		       const struct ralm_parameters *parameters,
		       const ralm_real *cosine, const struct ralm_plan *plan,
		       const struct ralm_group *group);

/* Sets *loss and the gradient's scale and bias to the sums over B samples. */
void ralm_sample_losses_sum(double *loss, struct ralm_parameters *gradient,
			    const struct ralm_sample_losses *losses, size_t B);

#endif
