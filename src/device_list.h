/* The devices that ralm-fit --device takes, as text. */
#ifndef RALM_DEVICE_LIST_H
#define RALM_DEVICE_LIST_H

#include "cli.h"

/* Prints a line for each device: gpu:NUMBER, name, platform, memory, and "a processor"
 * where it is no GPU; or ends the program. Returns the exit status, 0. */
int device_list(const struct cli_tool *tool);

#endif
