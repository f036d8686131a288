/* Model files (ralm-model(5)): a model as a safetensors file that is searched
 * where it is mapped. */
#ifndef RALM_MODEL_MODEL_FILE_H
#define RALM_MODEL_MODEL_FILE_H

#include "model/model.h"

/* What the metadata format and format_version of a file say. */
#define RALM_MODEL_FORMAT "ralm"
#define RALM_MODEL_FORMAT_VERSION "2"
/* Without digests, as other programs and ralm 0.1.0 write it. */
#define RALM_MODEL_FORMAT_PLAIN "1"

/* Files up to this size are always verified: to read them whole takes
 * milliseconds. */
enum { RALM_MODEL_SMALL = 16 << 20 };

/* Additional tensors and metadata, of a checkpoint. Their names contain a point
 * ("optimizer.first"): readers of a model pass over those. */
struct ralm_model_extra {
	const struct ralm_tensor_source *tensors;
	size_t tensor_count;
	const struct ralm_metadata *metadata;
	size_t metadata_count;
};

/* The type of ralm_real in a file. */
#define RALM_REAL_DTYPE (sizeof(ralm_real) == 4 ? RALM_F32 : RALM_F64)

/* A part of rows (rows.h), as files take it. */
struct ralm_rows_part {
	struct ralm_rows *rows;
	unsigned part;
};

/* Describes a part of the first `count` rows as a tensor that is written from
 * where they are. *pieces must outlive the writing, and is to be freed. */
void ralm_rows_source(struct ralm_tensor_source *source,
		      struct ralm_rows_part *from, struct ralm_rows *rows,
		      unsigned part, size_t count, const char *name);

/* Writes the first `rows` users and the parameters to path, which appears
 * whole or not at all. extra: NULL for none. The bytes are a function of the
 * arguments alone. */
int ralm_model_save(const char *path, const struct ralm_model *model,
		    size_t rows, const struct ralm_model_extra *extra,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* The same to a descriptor at its start, which stays the caller's. digest, unless
 * NULL: what the file says of its tensors. */
int ralm_model_write(int fd, const char *name, char digest[RALM_DIGEST_SIZE],
		     const struct ralm_model *model, size_t rows,
		     const struct ralm_model_extra *extra,
		     struct ralm_error *err) RALM_MUST_CHECK;

/* Maps a file. Only the network's parameters are copied or even read, unless
 * the file is verified: with the flag, or when it is small. Verified are the
 * digest of all tensors, if the file has one (with the flag a checkpoint must
 * have one), that every user is found at the right row, and that all vectors
 * are finite. What a search could do wrong in a hostile file (a row out of
 * range, an index full of loops) is guarded against in any case. model->file
 * has the additional tensors. Errors name the file. */
int ralm_model_open(struct ralm_model *model, const char *path, int flags,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* The same from memory that stays the caller's, is aligned to 64 bytes and
 * outlives the model; always verified. */
int ralm_model_parse(struct ralm_model *model, const void *bytes, size_t size,
		     const char *name, struct ralm_error *err) RALM_MUST_CHECK;

/* A tensor of an opened model's file, with that type and rank and aligned for
 * its type; NULL with an error that tells what is wrong. */
const struct ralm_tensor *ralm_model_tensor(const struct ralm_model *model,
					    const char *name,
					    enum ralm_dtype dtype,
					    unsigned rank,
					    struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
