#include "device/device_numbers.h"

#include <stdlib.h>
#include <string.h>

int ralm_device_numbers(size_t number[RALM_DEVICES_MOST], size_t *count,
			const char *which, struct ralm_error *err)
{
	const char *at = strchr(which, ':');
	*count = 0;
	do {
		char *end = NULL;
		const size_t n = at == NULL ? 0 : strtoul(at + 1, &end, 10);
		for (size_t i = 0; i < *count; i++)
			if (number[i] == n)
				return ralm_error_set(
					err, RALM_ERROR_CONFIG,
					"device: gpu %zu is named twice", n);
		if (*count == RALM_DEVICES_MOST)
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "device: more than %d of them",
					      RALM_DEVICES_MOST);
		number[(*count)++] = n;
		at = end;
	} while (at != NULL && *at == ',');
	return 0;
}
