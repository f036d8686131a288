#include "device_list.h"

#include <ralm.h>

#include <stdio.h>

int device_list(const struct cli_tool *tool)
{
	struct ralm_error err;
	struct ralm_device device;
	int got = 1;
	for (size_t i = 0; (got = ralm_device(&device, i, &err)) == 1; i++) {
		char line[3 * RALM_DEVICE_NAME_MAX];
		snprintf(line, sizeof line, "gpu:%zu\t%s\t%s\t%.1f GB%s\n", i,
			 device.name, device.platform,
			 (double)device.memory / 1e9,
			 device.gpu ? "" : "\ta processor");
		cli_put(line);
	}
	if (got < 0)
		cli_fail(tool, &err);
	return 0;
}
