/* Values as tensors of a model file (ralm-model(5)). */
#ifndef RALM_MODEL_VALUES_FILE_H
#define RALM_MODEL_VALUES_FILE_H

#include "model/model_file.h"

/* The names of these tensors, then NULL. */
extern const char *const ralm_values_tensors[];

/* How many tensors and strings of metadata they are. */
enum { RALM_VALUES_TENSORS = 6, RALM_VALUES_METADATA = 4 };

/* Sets *values to the values in the file of an opened model, which outlives them; leaves
 * it if the file has none. Checks shapes and where the last text ends;
 * ralm_values_check does the rest. */
int ralm_values_borrow(struct ralm_values *values,
		       const struct ralm_model *model,
		       struct ralm_error *err) RALM_MUST_CHECK;

#endif
