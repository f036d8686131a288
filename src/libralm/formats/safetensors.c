#include "formats/safetensors.h"

#include "ground/numbers.h"
#include "formats/json.h"
#include "formats/text_kind.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The types of the format. Those that are used here come first, in the order of their
 * enum. */
static const struct {
	const char *name;
	enum ralm_dtype dtype;
	size_t size; /* bytes of an element */
} dtypes[] = {
	{"U8", RALM_U8, 1},
	{"U32", RALM_U32, 4},
	{"U64", RALM_U64, 8},
	{"F32", RALM_F32, 4},
	{"F64", RALM_F64, 8},
	{"BOOL", RALM_DTYPE_OTHER, 1},
	{"I8", RALM_DTYPE_OTHER, 1},
	{"F8_E4M3", RALM_DTYPE_OTHER, 1},
	{"F8_E5M2", RALM_DTYPE_OTHER, 1},
	{"I16", RALM_DTYPE_OTHER, 2},
	{"U16", RALM_DTYPE_OTHER, 2},
	{"F16", RALM_DTYPE_OTHER, 2},
	{"BF16", RALM_DTYPE_OTHER, 2},
	{"I32", RALM_DTYPE_OTHER, 4},
	{"I64", RALM_DTYPE_OTHER, 8},
};
enum { DTYPES = sizeof dtypes / sizeof *dtypes };

const char *ralm_dtype_name(enum ralm_dtype dtype)
{
	return dtype < RALM_DTYPE_OTHER ? dtypes[dtype].name : "another type";
}

size_t ralm_dtype_size(enum ralm_dtype dtype)
{
	return dtype < RALM_DTYPE_OTHER ? dtypes[dtype].size : 0;
}

/* ---- one tensor -------------------------------------------------------- */

/* The data_offsets of a tensor, before they are known to be in the file. */
struct extent {
	uint64_t begin, end;
	size_t tensor; /* its number, in the order of the header */
};

#define FAIL(err, ...) ralm_error_set(err, RALM_ERROR_DATA, __VA_ARGS__)

static bool get_number(uint64_t *value, const struct ralm_yaml_node *node)
{
	return node->kind == RALM_YAML_SCALAR && !node->quoted &&
	       ralm_parse_u64(value, node->text, node->length, UINT64_MAX);
}

static int get_dtype(struct ralm_tensor *tensor, size_t *size,
		     const struct ralm_yaml_node *node, struct ralm_error *err)
{
	for (size_t i = 0; i < DTYPES; i++)
		if (ralm_yaml_is(node, dtypes[i].name)) {
			tensor->dtype = dtypes[i].dtype;
			*size = dtypes[i].size;
			return 0;
		}
	return FAIL(err, "%s: dtype is none that is known", tensor->name);
}

/* Sets the shape, count and size. size: bytes of an element; the bytes of all must not
 * overflow, even of those dimensions that stand beside a 0. */
static int get_shape(struct ralm_tensor *tensor, size_t size,
		     const struct ralm_yaml_node *node, struct ralm_error *err)
{
	if (node->kind != RALM_YAML_SEQUENCE ||
	    node->length > RALM_TENSOR_RANK_MAX)
		return FAIL(err, "%s: shape is no list of at most %d numbers",
			    tensor->name, RALM_TENSOR_RANK_MAX);
	bool empty = false;
	tensor->count = 1;
	for (const struct ralm_yaml_node *n = node->first; n; n = n->next) {
		uint64_t dim;
		if (!get_number(&dim, n))
			return FAIL(err, "%s: shape has '%s', which is no size",
				    tensor->name, n->text ? n->text : "[");
		tensor->shape[tensor->rank++] = dim;
		if (dim == 0) {
			empty = true;
		} else if (dim > SIZE_MAX / size / tensor->count) {
			return FAIL(err, "%s: shape is too large",
				    tensor->name);
		} else {
			tensor->count *= (size_t)dim;
		}
	}
	if (empty)
		tensor->count = 0;
	tensor->size = tensor->count * size;
	return 0;
}

static int get_offsets(struct extent *extent, const struct ralm_tensor *tensor,
		       const struct ralm_yaml_node *node,
		       struct ralm_error *err)
{
	if (node->kind != RALM_YAML_SEQUENCE || node->length != 2 ||
	    !get_number(&extent->begin, node->first) ||
	    !get_number(&extent->end, node->first->next) ||
	    extent->begin > extent->end)
		return FAIL(err, "%s: data_offsets are no begin and end",
			    tensor->name);
	if (extent->end - extent->begin != tensor->size)
		return FAIL(err,
			    "%s: data_offsets hold %" PRIu64
			    " bytes, the shape needs %zu",
			    tensor->name, extent->end - extent->begin,
			    tensor->size);
	return 0;
}

static int get_tensor(struct ralm_tensor *tensor, struct extent *extent,
		      const struct ralm_yaml_node *node, struct ralm_error *err)
{
	size_t size = 1;
	const struct ralm_yaml_node *dtype = ralm_yaml_find(node, "dtype");
	const struct ralm_yaml_node *shape = ralm_yaml_find(node, "shape");
	const struct ralm_yaml_node *offsets =
		ralm_yaml_find(node, "data_offsets");
	memset(tensor, 0, sizeof *tensor);
	tensor->name = node->key->text;
	if (strlen(tensor->name) != node->key->length)
		return FAIL(err, "%s: a NUL byte in the name", tensor->name);
	if (!dtype || !shape || !offsets || node->length != 3)
		return FAIL(err, "%s: expected dtype, shape and data_offsets",
			    tensor->name);
	if (get_dtype(tensor, &size, dtype, err) != 0 ||
	    get_shape(tensor, size, shape, err) != 0)
		return -1;
	return get_offsets(extent, tensor, offsets, err);
}

/* ---- all tensors ------------------------------------------------------- */

static int by_begin(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;
	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return x->end < y->end ? -1 : x->end > y->end;
}

/* Sets file->tensors in the order of their offsets. Each must begin where the one
 * before it ends, and the last must end where the file does. */
static int place_tensors(struct ralm_safetensors *file, struct extent *extents,
			 const struct ralm_tensor *tensors,
			 struct ralm_error *err)
{
	uint64_t end = 0;
	qsort(extents, file->tensor_count, sizeof *extents, by_begin);
	for (size_t i = 0; i < file->tensor_count; i++) {
		const struct extent *e = &extents[i];
		struct ralm_tensor *t = &file->tensors[i];
		*t = tensors[e->tensor];
		if (e->begin < end)
			return FAIL(err, "%s: overlaps %s", t->name, t[-1].name);
		if (e->begin > end)
			return FAIL(err,
				    "%s: %" PRIu64
				    " bytes before it belong to no tensor",
				    t->name, e->begin - end);
		if (e->end > file->data_size)
			return FAIL(err,
				    "truncated: %s ends at byte %" PRIu64
				    " of %zu behind the header",
				    t->name, e->end, file->data_size);
		t->data = (const char *)file->data + e->begin;
		end = e->end;
	}
	if (end != file->data_size)
		return FAIL(err, "%" PRIu64 " bytes behind the last tensor",
			    (uint64_t)file->data_size - end);
	return 0;
}

static int check_metadata(const struct ralm_yaml_node *metadata, bool sealed,
			  struct ralm_error *err)
{
	if (metadata->kind != RALM_YAML_MAPPING)
		return FAIL(err, "__metadata__ is no mapping");
	for (const struct ralm_yaml_node *n = metadata->first; n; n = n->next)
		if (n->kind != RALM_YAML_SCALAR || !n->quoted)
			return FAIL(err, "__metadata__: %s is no string",
				    n->key->text);
	if (!sealed && ralm_yaml_find(metadata, "header_digest") != NULL)
		return FAIL(err, "damaged: the header is not the one that "
				 "header_digest was made of");
	return 0;
}

static int get_tensors(struct ralm_safetensors *file, struct ralm_error *err)
{
	const struct ralm_yaml_node *root = file->header.root;
	size_t most = root->length + 1;
	struct ralm_tensor *tensors = calloc(most, sizeof *tensors);
	struct extent *extents = calloc(most, sizeof *extents);
	int result = -1;
	file->tensors = calloc(most, sizeof *file->tensors);
	if (tensors == NULL || extents == NULL || file->tensors == NULL) {
		ralm_error_memory(err, most * sizeof *tensors);
		goto out;
	}
	for (const struct ralm_yaml_node *n = root->first; n; n = n->next) {
		if (ralm_yaml_is(n->key, "__metadata__")) {
			file->metadata = n;
			if (check_metadata(n, file->sealed, err) != 0)
				goto out;
			continue;
		}
		size_t i = file->tensor_count++;
		extents[i].tensor = i;
		if (get_tensor(&tensors[i], &extents[i], n, err) != 0)
			goto out;
	}
	result = place_tensors(file, extents, tensors, err);
out:
	free(tensors);
	free(extents);
	return result;
}

/* ---- the file ---------------------------------------------------------- */

/* Checks the digest that the header has of itself, if any, before anything else in the
 * header is used. */
static int check_seal(struct ralm_safetensors *file, const void *bytes,
		      size_t size, struct ralm_error *err)
{
	enum { SEAL = sizeof RALM_SAFETENSORS_SEAL - 1,
	       DIGITS = RALM_DIGEST_SIZE - 1 };
	const char *header = (const char *)bytes + sizeof(uint64_t);
	char digest[RALM_DIGEST_SIZE];
	file->sealed = size - sizeof(uint64_t) > SEAL + DIGITS &&
		       memcmp(header, RALM_SAFETENSORS_SEAL, SEAL) == 0;
	if (!file->sealed)
		return 0;
	ralm_safetensors_seal(digest, bytes, size);
	if (memcmp(digest, header + SEAL, DIGITS) == 0)
		return 0;
	return FAIL(err, "damaged: the digest of the header is %s, not %.32s",
		    digest, header + SEAL);
}

static int get_header(struct ralm_safetensors *file, const unsigned char *bytes,
		      size_t size, const char *name, struct ralm_error *err)
{
	const char *const packer = ralm_compressed_by(bytes, size);
	uint64_t length = 0;
	if (size < sizeof length)
		return FAIL(err, "truncated: %zu bytes", size);
	for (size_t i = 0; i < sizeof length; i++)
		length |= (uint64_t)bytes[i] << 8 * i;
	bytes += sizeof length;
	size -= sizeof length;
	if (packer != NULL && (length > size || bytes[0] != '{'))
		return FAIL(err, "not a safetensors file: compressed by %s",
			    packer);
	if (length > RALM_SAFETENSORS_HEADER_MAX)
		return FAIL(err,
			    "not a safetensors file: a header of %" PRIu64
			    " bytes, more than %d",
			    length, RALM_SAFETENSORS_HEADER_MAX);
	if (length > size)
		return FAIL(err,
			    "truncated: a header of %" PRIu64
			    " bytes in %zu",
			    length, size);
	if (length == 0 || bytes[0] != '{')
		return FAIL(err, "not a safetensors file: no JSON header");
	if (check_seal(file, bytes - sizeof length,
		       sizeof length + (size_t)length, err) != 0)
		return -1;
	if (ralm_json_parse(&file->header, (const char *)bytes, (size_t)length,
			    name, err) != 0) {
		if (err != NULL && err->code == RALM_ERROR_DATA) {
			struct ralm_error inner = *err;
			FAIL(err, "not a safetensors file: header line %" PRIu64
			     ", column %" PRIu32 ": %.300s",
			     inner.line, inner.column, inner.message);
		}
		return -1;
	}
	file->data = bytes + length;
	file->data_size = size - (size_t)length;
	return 0;
}

int ralm_safetensors_parse(struct ralm_safetensors *file, const void *bytes,
			   size_t size, const char *name,
			   struct ralm_error *err)
{
	struct ralm_safetensors parsed = {.tensor_count = 0};
	if (get_header(&parsed, bytes, size, name, err) != 0 ||
	    get_tensors(&parsed, err) != 0) {
		ralm_safetensors_release(&parsed);
		return ralm_error_at(err, name, 0, 0);
	}
	*file = parsed;
	return 0;
}

void ralm_safetensors_release(struct ralm_safetensors *file)
{
	ralm_yaml_release(&file->header);
	free(file->tensors);
	memset(file, 0, sizeof *file);
}

const struct ralm_tensor *
ralm_safetensors_find(const struct ralm_safetensors *file, const char *name)
{
	for (size_t i = 0; i < file->tensor_count; i++)
		if (strcmp(file->tensors[i].name, name) == 0)
			return &file->tensors[i];
	return NULL;
}

const char *ralm_safetensors_metadata(const struct ralm_safetensors *file,
				      const char *key)
{
	const struct ralm_yaml_node *node = ralm_yaml_find(file->metadata, key);
	return node != NULL ? node->text : NULL;
}
