/* safetensors files: 8 bytes with the length of the header, a JSON header,
 * tensors. What is written has every tensor at a multiple of 64 bytes, so that
 * it can be used in the mapped file; since readers refuse holes, the space
 * between is filled by tensors named padding.0, padding.1 ... What is read is
 * untrusted: every number in the header is checked before it is used. */
#ifndef RALM_FORMATS_SAFETENSORS_H
#define RALM_FORMATS_SAFETENSORS_H

#include "ground/error.h"
#include "formats/yaml.h"

enum {
	RALM_TENSOR_RANK_MAX = 8,
	RALM_SAFETENSORS_HEADER_MAX = RALM_YAML_SIZE_MAX, /* bytes */
	RALM_DIGEST_SIZE = 33, /* 32 hexadecimal digits and a NUL */
};

enum ralm_dtype {
	RALM_U8,
	RALM_U32,
	RALM_U64,
	RALM_F32,
	RALM_F64,
	RALM_DTYPE_OTHER, /* a valid one that is not used here */
};

/* Its name in the header, and the bytes of an element. RALM_DTYPE_OTHER: "another
 * type", and 0. */
const char *ralm_dtype_name(enum ralm_dtype dtype);
size_t ralm_dtype_size(enum ralm_dtype dtype);

/* A string of the header's __metadata__. */
struct ralm_metadata {
	const char *key, *value;
};

/* ---- writing ----------------------------------------------------------- */

/* A tensor to be written. Its bytes are in pieces of piece_size bytes; the last piece
 * has the rest. */
struct ralm_tensor_source {
	const char *name;
	enum ralm_dtype dtype;
	unsigned rank;
	uint64_t shape[RALM_TENSOR_RANK_MAX];
	const void *const *pieces; /* where each begins; NULL: piece(from, i) tells */
	const void *(*piece)(const void *from, size_t i);
	const void *from;
	size_t piece_size;
};

/* A tensor whose bytes are one piece, which begins at *piece; `piece` is kept. Its
 * shape is (rows, columns), or (rows) where columns is 0. */
static inline struct ralm_tensor_source
ralm_tensor_in_one_piece(const char *name, enum ralm_dtype dtype, size_t rows,
			 size_t columns, const void *const *piece)
{
	return (struct ralm_tensor_source){
		.name = name,
		.dtype = dtype,
		.rank = columns ? 2 : 1,
		.shape = {rows, columns},
		.pieces = piece,
		.piece_size = SIZE_MAX,
	};
}

/* The digest of the tensors: XXH3, 128 bits, of all bytes that will follow the header,
 * padding included. */
void ralm_safetensors_digest(char digest[RALM_DIGEST_SIZE],
			     const struct ralm_tensor_source *tensors,
			     size_t tensor_count);

/* The header of a file that is written here begins like this; the 32 digits of its
 * seal follow. */
#define RALM_SAFETENSORS_SEAL "{\"__metadata__\":{\"header_digest\":\""

/* The seal, a digest of the header: XXH3, 128 bits, of the first `size` bytes of such a
 * file, the length of the header and the header, with '0' in place of the seal's own
 * digits. */
void ralm_safetensors_seal(char digest[RALM_DIGEST_SIZE], const void *file,
			   size_t size);

/* Writes a whole file to fd, which stays the caller's; name is for messages.
 * Names of tensors are distinct, and no metadata key is header_digest. */
int ralm_safetensors_write(int fd, const char *name,
			   const struct ralm_tensor_source *tensors,
			   size_t tensor_count,
			   const struct ralm_metadata *metadata,
			   size_t metadata_count, struct ralm_error *err)
	RALM_MUST_CHECK;

/* ---- reading ----------------------------------------------------------- */

struct ralm_tensor {
	const char *name;
	enum ralm_dtype dtype;
	unsigned rank;
	uint64_t shape[RALM_TENSOR_RANK_MAX];
	size_t count; /* the product of the shape */
	size_t size;  /* bytes */
	const void *data; /* in the file; a multiple of the type's size only if
			   * the file was made so */
};

struct ralm_safetensors {
	struct ralm_yaml header;
	const struct ralm_yaml_node *metadata; /* NULL: the file has none */
	struct ralm_tensor *tensors;           /* in the order of the file */
	size_t tensor_count;
	bool sealed;      /* the header has a seal */
	const void *data; /* the bytes behind the header */
	size_t data_size;
};

/* Reads the header of a file of `size` bytes at `bytes`, which stay the
 * caller's and outlive the struct. Tensors may neither overlap nor leave a byte
 * out, and a seal must match the header: else RALM_ERROR_DATA. */
int ralm_safetensors_parse(struct ralm_safetensors *file, const void *bytes,
			   size_t size, const char *name,
			   struct ralm_error *err) RALM_MUST_CHECK;
void ralm_safetensors_release(struct ralm_safetensors *file);

/* Maps a whole file read-only; *bytes and *size are for munmap(2). Refuses all but
 * regular files that are not empty (RALM_ERROR_DATA). */
int ralm_safetensors_map(void **bytes, size_t *size, const char *path,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* The tensor of that name, and the text of that key of __metadata__; NULL: the file has
 * none. They live as long as the file. */
const struct ralm_tensor *
ralm_safetensors_find(const struct ralm_safetensors *file, const char *name);
const char *ralm_safetensors_metadata(const struct ralm_safetensors *file,
				      const char *key);

/* The text of the key "digest" of a model file's __metadata__, which is not compared
 * with the tensors. RALM_ERROR_DATA: it has none of that length. */
int ralm_safetensors_digest_of(char digest[RALM_DIGEST_SIZE], const char *path,
			       struct ralm_error *err) RALM_MUST_CHECK;

/* The digest of the tensors as they are in the file. */
void ralm_safetensors_digest_read(char digest[RALM_DIGEST_SIZE],
				  const struct ralm_safetensors *file);

#endif
