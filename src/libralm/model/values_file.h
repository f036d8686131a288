/* Values as tensors of a model file (ralm-model(5)). */
#ifndef RALM_MODEL_VALUES_FILE_H
#define RALM_MODEL_VALUES_FILE_H

#include "model/model_file.h"

/* Their names, one by one, up to NULL. */
extern const char *const ralm_values_tensors[];
enum { RALM_VALUES_TENSORS = 6, RALM_VALUES_METADATA = 4 };

/* The values of an opened file, which need not have any: shapes are checked, and
 * nothing is read (ralm_values_check). */
int ralm_values_borrow(struct ralm_values *values,
		       const struct ralm_model *model,
		       struct ralm_error *err) RALM_MUST_CHECK;

#endif
