/* Which options of ralm-fit go together. */
#ifndef RALM_FIT_RULES_H
#define RALM_FIT_RULES_H

#include "cli.h"

/* Modes of options: how it learns, by which loss and scale, in which network. */
enum {
	EPOCHS = 1,
	STREAM = 2, /* --stream */
	LEARN = EPOCHS | STREAM,
	NOTHING = 4, /* --epochs=0: nothing is learned */
	COSINE_LOSS = 8,
	OTHER_LOSS = 16,
	KDD19 = 32,
	OTHER_NETWORK = 64,
	LEARNED_SCALE = 128,
	FIXED_SCALE = 256,
};

/* Exits with a usage error where an option was given that does nothing with the
 * settings of config or without another option that it needs. learns: not
 * --epochs=0. After cli_parse. */
void fit_check_rules(const struct cli_tool *tool, const struct ralm_config *config,
		     bool learns);

#endif
