/* JSON (RFC 8259) as a document tree: the header of a model file. The tree and
 * its bounds are those of yaml.h. */
#ifndef RALM_FORMATS_JSON_H
#define RALM_FORMATS_JSON_H

#include "formats/yaml.h"

/* As ralm_yaml_parse, but errors are RALM_ERROR_DATA. Strings are quoted scalars;
 * numbers, true, false and null are scalars as they stand. Text is UTF-8. No key stands
 * twice in an object. */
int ralm_json_parse(struct ralm_yaml *json, const char *text, size_t length,
		    const char *name, struct ralm_error *err) RALM_MUST_CHECK;

#endif
