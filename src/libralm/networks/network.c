#include "networks/network.h"

#include "networks/loss.h"

#include <stdio.h>
#include <string.h>

const struct ralm_network_kind *ralm_network_kind(const char *name,
						  struct ralm_error *err)
{
	char names[256] = "";
	for (size_t i = 0; ralm_network_kinds[i] != NULL; i++) {
		const struct ralm_network_kind *kind = ralm_network_kinds[i];
		if (strcmp(kind->name, name) == 0)
			return kind;
		size_t used = strlen(names);
		snprintf(names + used, sizeof names - used, "%s%s",
			 i ? "|" : "", kind->name);
	}
	ralm_error_set(err, RALM_ERROR_CONFIG, "network: expected %s%s, got '%s'",
		       strchr(names, '|') ? "one of " : "", names, name);
	return NULL;
}

void ralm_network_settle(struct ralm_config *config,
			 const struct ralm_network_kind *kind)
{
	if (!ralm_specs_have_H(&kind->specs))
		config->transformed_size = config->user_emb_size;
}

void ralm_network_init(struct ralm_network *network,
		       const struct ralm_network_kind *kind, size_t D,
		       size_t H, enum ralm_loss loss, double margin,
		       bool learn_scale, struct ralm_threads *threads)
{
	memset(network, 0, sizeof *network);
	network->kind = kind;
	network->D = D;
	network->H = ralm_specs_have_H(&kind->specs) ? H : D;
	network->loss = loss;
	network->margin = (ralm_real)margin;
	network->alpha = RALM_ALPHA;
	network->negative_weight = 1;
	network->learn_scale = learn_scale && loss != RALM_COSINE_LOSS;
	network->threads = threads;
	network->list_block = RALM_LIST_BLOCK;
	network->kernels = ralm_kernels();
	ralm_arena_init(&network->arena);
}

void ralm_network_init_by(struct ralm_network *network,
			  const struct ralm_network_kind *kind,
			  const struct ralm_config *config,
			  struct ralm_threads *threads)
{
	ralm_network_init(network, kind, (size_t)config->user_emb_size,
			  (size_t)config->transformed_size,
			  (enum ralm_loss)config->loss, config->margin,
			  config->score_scale == RALM_SCALE_LEARNED, threads);
	network->alpha = config->alpha;
	network->negative_weight = config->negative_weight;
}

void ralm_network_release(struct ralm_network *network)
{
	ralm_arena_release(&network->arena);
}

int ralm_network_gradient(ralm_real *cosine, double *loss, ralm_real *dX,
			  struct ralm_parameters *gradient,
			  struct ralm_network *network,
			  const struct ralm_parameters *parameters,
			  const ralm_real *X, const struct ralm_plan *plan,
			  struct ralm_error *err)
{
	ralm_arena_reset(&network->arena);
	if (network->kind->gradient(cosine, loss, dX, gradient, network,
				    parameters, X, plan, err) != 0)
		return -1;
	if (!network->learn_scale)
		*gradient->scale = *gradient->bias = 0;
	return 0;
}

int ralm_network_arrays(struct ralm_network *network,
			const struct ralm_network_array *array, size_t count,
			struct ralm_error *err)
{
	for (size_t i = 0; i < count; i++) {
		void *memory = ralm_arena_get(&network->arena, array[i].count,
					      array[i].size, err);
		if (memory == NULL)
			return -1;
		memcpy(array[i].pointer, &memory, sizeof memory);
	}
	return 0;
}

double ralm_network_score(const struct ralm_parameters *parameters,
			  double cosine)
{
	return ralm_sigmoid((double)*parameters->scale * cosine +
			    (double)*parameters->bias);
}
