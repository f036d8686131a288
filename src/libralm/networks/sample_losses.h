/* The loss of each sample of a batch and its derivatives, each at its own
 * place, so that any thread may write it; and their sums in the order of
 * samples. */
#ifndef RALM_NETWORKS_SAMPLE_LOSSES_H
#define RALM_NETWORKS_SAMPLE_LOSSES_H

#include "networks/network.h"

struct ralm_sample_losses {
	double *loss, *dscale, *dbias; /* (B) */
	double *dcosine;               /* (B) derivative by the cosine */
};

/* Memory of the network's arena. */
int ralm_sample_losses_init(struct ralm_sample_losses *losses,
			    struct ralm_network *network, size_t B,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* The weight of a label-0 sample of the choice [first, end): the setting; or
 * where that is balance (0), 1/K of the K beside a click, so that together they
 * weigh as much as the click, and 1 in a choice without a click. Clicks weigh
 * 1. */
double ralm_negative_weight(double setting, const uint8_t *label, size_t first,
			    size_t end);

/* The losses of a group's samples, once the cosines of all of them are known;
 * cosine (B). log_loss and cosine as in networks/loss.h, log_loss weighted.
 * softmax, whose loss stands at the click's place:
 *
 *	-log softmax(scale · c)   of the click, over the samples of its choice
 *
 * and 0 for all of a choice without a click or without a label-0 sample. */
void ralm_group_losses(struct ralm_sample_losses *losses,
		       const struct ralm_network *network,
		       const struct ralm_parameters *parameters,
		       const ralm_real *cosine, const struct ralm_plan *plan,
		       const struct ralm_group *group);

/* The sums: *loss, and of the gradient scale and bias. */
void ralm_sample_losses_sum(double *loss, struct ralm_parameters *gradient,
			    const struct ralm_sample_losses *losses, size_t B);

#endif
