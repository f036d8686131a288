/* The option --device of the programs that score. */
#ifndef RALM_DEVICE_OPTION_H
#define RALM_DEVICE_OPTION_H

#include "cli.h"

#include <ralm.h>

extern const char *device_name; /* NULL: not given */

/* Opens the devices for the scorer, or ends the program, and says which they are
 * unless `quiet`, after the words `what` ("comparing on"). */
void device_open(const struct cli_tool *tool, struct ralm_scorer *scorer,
		 enum ralm_device_use use, const char *what, bool quiet);

#endif
