/* Which devices a text of the setting `device` names. */
#ifndef RALM_DEVICE_DEVICE_NUMBERS_H
#define RALM_DEVICE_DEVICE_NUMBERS_H

#include <stddef.h>

#include "ground/error.h"

enum { RALM_DEVICES_MOST = 32 }; /* more than fit the setting's RALM_VALUE_NAME_MAX */

/* Sets number (*count) to the numbers after "gpu:", at least one; of "gpu" alone to 0.
 * RALM_ERROR_CONFIG: one of them is there twice, or there are too many. */
int ralm_device_numbers(size_t number[RALM_DEVICES_MOST], size_t *count,
			const char *which,
			struct ralm_error *err) RALM_MUST_CHECK;

#endif
