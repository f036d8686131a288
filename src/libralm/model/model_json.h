/* What a model says of itself, as JSON. */
#ifndef RALM_MODEL_MODEL_JSON_H
#define RALM_MODEL_MODEL_JSON_H

#include "model/model.h"

/* One object and a newline, of what info says of the model, under its names in
 * ralm-score(1), --info. Numbers are JSON numbers, the settings are an object, and the
 * note is the model's own, not made printable. To be freed; NULL: out of memory. */
char *ralm_model_json(const struct ralm_model_info *info,
		      const struct ralm_model *model,
		      struct ralm_error *err) RALM_MUST_CHECK;

#endif
