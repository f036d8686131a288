/* What ralm-score --info prints. */
#ifndef RALM_SHOW_MODEL_H
#define RALM_SHOW_MODEL_H

#include "cli.h"

#include <ralm.h>

/* What the file says of itself, to standard output; or ends the program. */
void show_model(const struct cli_tool *tool, const char *path, bool verify,
		bool json);

#endif
