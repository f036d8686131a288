#include "networks/sample_losses.h"

#include "networks/loss.h"
#include "samples/choices.h"

#include <math.h>

int ralm_sample_losses_init(struct ralm_sample_losses *losses,
			    struct ralm_network *network, size_t B,
			    struct ralm_error *err)
{
	const struct ralm_network_array array[] = {
		RALM_NETWORK_ARRAY(losses->loss, B),
		RALM_NETWORK_ARRAY(losses->dscale, B),
		RALM_NETWORK_ARRAY(losses->dbias, B),
		RALM_NETWORK_ARRAY(losses->dcosine, B),
	};
	return ralm_network_arrays(network, array,
				   sizeof array / sizeof *array, err);
}

double ralm_negative_weight(double setting, const uint8_t *label, size_t first,
			    size_t end)
{
	size_t negatives = 0;
	if (setting != 0)
		return setting;
	for (size_t s = first; s < end; s++)
		negatives += label[s] == 0;
	return negatives > 0 && negatives < end - first ? 1 / (double)negatives
							: 1;
}

/* The losses of samples [first, end), each by itself. */
static void each_loss(struct ralm_sample_losses *losses,
		      const struct ralm_network *network, double negative_weight,
		      const struct ralm_parameters *parameters,
		      const ralm_real *cosine, const uint8_t *label,
		      size_t first, size_t end)
{
	for (size_t s = first; s < end; s++) {
		const double weight = label[s] ? 1 : negative_weight;
		struct ralm_loss_gradient d;
		losses->loss[s] = weight * ralm_loss(&d, network->loss,
						     (double)cosine[s], label[s],
						     (double)*parameters->scale,
						     (double)*parameters->bias,
						     (double)network->margin);
		losses->dcosine[s] = weight * d.cosine;
		losses->dscale[s] = weight * d.scale;
		losses->dbias[s] = weight * d.bias;
	}
}

/* The loss of the choice [first, end). */
static void softmax_loss(struct ralm_sample_losses *losses, double scale,
			 const ralm_real *cosine, const uint8_t *label,
			 size_t first, size_t end)
{
	size_t click = end;
	double largest = -INFINITY, sum = 0;
	for (size_t s = first; s < end; s++) {
		losses->loss[s] = losses->dcosine[s] = 0;
		losses->dscale[s] = losses->dbias[s] = 0;
		largest = fmax(largest, scale * (double)cosine[s]);
		if (label[s])
			click = s;
	}
	if (click == end || end - first == 1)
		return;
	for (size_t s = first; s < end; s++) {
		losses->dcosine[s] = exp(scale * (double)cosine[s] - largest);
		sum += losses->dcosine[s];
	}
	losses->loss[click] =
		log(sum) + largest - scale * (double)cosine[click];
	for (size_t s = first; s < end; s++) {
		const double dx = losses->dcosine[s] / sum - label[s];
		losses->dcosine[s] = dx * scale;
		losses->dscale[s] = dx * (double)cosine[s];
	}
}

void ralm_group_losses(struct ralm_sample_losses *losses,
		       const struct ralm_network *network,
		       const struct ralm_parameters *parameters,
		       const ralm_real *cosine, const struct ralm_plan *plan,
		       const struct ralm_group *group)
{
	const uint8_t *label = plan->label;
	size_t end;
	for (size_t s = group->first; s < group->end; s = end) {
		end = ralm_choice_end(label, s, group->end);
		if (network->loss == RALM_SOFTMAX_LOSS)
			softmax_loss(losses, (double)*parameters->scale, cosine,
				     label, s, end);
		else
			each_loss(losses, network,
				  network->loss == RALM_LOG_LOSS
					  ? ralm_negative_weight(
						    network->negative_weight,
						    label, s, end)
					  : 1,
				  parameters, cosine, label, s, end);
	}
}

void ralm_sample_losses_sum(double *loss, struct ralm_parameters *gradient,
			    const struct ralm_sample_losses *losses, size_t B)
{
	double scale = 0, bias = 0;
	*loss = 0;
	for (size_t s = 0; s < B; s++) {
		*loss += losses->loss[s];
		scale += losses->dscale[s];
		bias += losses->dbias[s];
	}
	*gradient->scale = (ralm_real)scale;
	*gradient->bias = (ralm_real)bias;
}
