/* What ralm-score --info prints. */
#ifndef RALM_SHOW_MODEL_H
#define RALM_SHOW_MODEL_H

#include "cli.h"

#include <ralm.h>

/* Prints what the model file holds to standard output; or ends the program. */
void show_model(const struct cli_tool *tool, const char *path, bool verify,
		bool json);

#endif
