#include "networks/attention/attention.h"

#include "networks/paddlerec/paddlerec.h"

static const struct ralm_parameter_spec specs[] = {
	{"local_attention", RALM_D, RALM_D, 2, true, RALM_START_GLOROT, 0, NULL},
	{"global_attention", RALM_D, RALM_D, 2, true, RALM_START_GLOROT, 0, NULL},
};

const struct ralm_network_kind ralm_attention = {
	.name = "attention",
	.specs = {specs, sizeof specs / sizeof *specs},
	.gradient = ralm_paddlerec_gradient,
	.scoring = &ralm_attention_scoring,
};
