/* The options --seeds-num, --clusters and --clusters-above of the programs that
 * score: how many seeds of a list count, and when centroids stand for them. */
#ifndef RALM_SEEDS_OPTION_H
#define RALM_SEEDS_OPTION_H

#include "cli.h"

#include <ralm.h>

extern uint64_t seeds_option_num, seeds_clusters, seeds_clusters_above;

/* Of the table of options. */
#define SEEDS_OPTIONS                                                        \
	{CLI_COUNT, "seeds-num", 0, "N",                                     \
	 "most seeds of a list that are used, 0: all (default: the model's)", \
	 .value = &seeds_option_num, .max = 2147483647},                     \
	{CLI_COUNT, "clusters", 0, "K",                                      \
	 "compare long lists by K centroids",                                \
	 .value = &seeds_clusters, .min = 1, .max = 2147483647},             \
	{CLI_COUNT, "clusters-above", 0, "N",                                \
	 "long: of more than N known seeds, 0: none is",                     \
	 .value = &seeds_clusters_above, .max = 2147483647}

/* --seeds-num as the library takes it: 0 where it was not given, RALM_ALL_SEEDS for
 * its 0. After cli_parse. */
uint64_t seeds_most(const struct cli_tool *tool);

#endif
