/* Values as tensors of a model file (ralm-model(5)). */
#ifndef RALM_MODEL_VALUES_FILE_H
#define RALM_MODEL_VALUES_FILE_H

#include "model/model_file.h"

/* The names of these tensors, then NULL. */
extern const char *const ralm_values_tensors[];
enum { RALM_VALUES_TENSORS = 6, RALM_VALUES_METADATA = 4 };

/* The values of an opened file; none if it has none. Checks shapes and reads nothing
 * else (ralm_values_check does). */
int ralm_values_borrow(struct ralm_values *values,
		       const struct ralm_model *model,
		       struct ralm_error *err) RALM_MUST_CHECK;

#endif
