/* All networks. The tests' programs link a table with more of them. */
#include "networks/network.h"

#include "networks/attention/attention.h"
#include "networks/average/average.h"
#include "networks/kdd19/kdd19.h"
#include "networks/paddlerec/paddlerec.h"

#ifndef RALM_MORE_NETWORKS
#define RALM_MORE_NETWORKS
#endif

const struct ralm_network_kind *const ralm_network_kinds[] = {
	&ralm_paddlerec,
	&ralm_attention,
	&ralm_average,
	&ralm_kdd19,
	RALM_MORE_NETWORKS
	NULL,
};
