/* What the samples of a batch give to the loss: a place for each, so that any
 * thread may write it, and sums in the samples' order. */
#ifndef RALM_NETWORKS_SAMPLE_LOSSES_H
#define RALM_NETWORKS_SAMPLE_LOSSES_H

#include "networks/network.h"

struct ralm_sample_losses {
	double *loss, *dscale, *dbias; /* (B) */
};

/* Memory of the network's arena. */
int ralm_sample_losses_init(struct ralm_sample_losses *losses,
			    struct ralm_network *network, size_t B,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* The loss of sample s; returns its derivative by the cosine. */
double ralm_sample_loss(struct ralm_sample_losses *losses,
			const struct ralm_network *network,
			const struct ralm_parameters *parameters,
			ralm_real cosine, int label, size_t s);

/* The sums: *loss, and of the gradient scale and bias. */
void ralm_sample_losses_sum(double *loss, struct ralm_parameters *gradient,
			    const struct ralm_sample_losses *losses, size_t B);

#endif
