/* Every network there is. A program that links another table has other ones. */
#include "networks/network.h"

#include "networks/attention/attention.h"
#include "networks/average/average.h"
#include "networks/kdd19/kdd19.h"
#include "networks/paddlerec/paddlerec.h"

const struct ralm_network_kind *const ralm_network_kinds[] = {
	&ralm_paddlerec,
	&ralm_attention,
	&ralm_average,
	&ralm_kdd19,
	NULL,
};
