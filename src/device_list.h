/* The devices that ralm-fit --device takes, as text. */
#ifndef RALM_DEVICE_LIST_H
#define RALM_DEVICE_LIST_H

#include "cli.h"

/* Prints a line a device: gpu:NUMBER, name, platform, memory, and what it is where
 * it is no GPU. Returns the exit status. */
int device_list(const struct cli_tool *tool);

#endif
