#include "networks/sample_losses.h"

#include "networks/loss.h"

int ralm_sample_losses_init(struct ralm_sample_losses *losses,
			    struct ralm_network *network, size_t B,
			    struct ralm_error *err)
{
	double **const array[] = {&losses->loss, &losses->dscale,
				  &losses->dbias, &losses->dcosine};
	for (size_t i = 0; i < sizeof array / sizeof *array; i++) {
		*array[i] = ralm_arena_get(&network->arena, B, sizeof(double),
					   err);
		if (*array[i] == NULL)
			return -1;
	}
	return 0;
}

void ralm_group_losses(struct ralm_sample_losses *losses,
		       const struct ralm_network *network,
		       const struct ralm_parameters *parameters,
		       const ralm_real *cosine, const struct ralm_plan *plan,
		       const struct ralm_group *group)
{
	const double scale = (double)*parameters->scale;
	const double bias = (double)*parameters->bias;
	for (size_t s = group->first; s < group->end; s++) {
		struct ralm_loss_gradient d;
		losses->loss[s] = ralm_loss(&d, network->loss,
					    (double)cosine[s], plan->label[s],
					    scale, bias,
					    (double)network->margin);
		losses->dcosine[s] = d.cosine;
		losses->dscale[s] = d.scale;
		losses->dbias[s] = d.bias;
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
