#include "seeds_option.h"

uint64_t seeds_option_num;
uint64_t seeds_clusters = RALM_CLUSTERS, seeds_clusters_above = RALM_CLUSTERS_ABOVE;

uint64_t seeds_most(const struct cli_tool *tool)
{
	if (!cli_given(tool, "seeds-num"))
		return 0;
	return seeds_option_num == 0 ? RALM_ALL_SEEDS : seeds_option_num;
}
