/* Model files (ralm-model(5)): a model as a safetensors file. It is mapped, and users
 * are searched for in the file as it is. */
#ifndef RALM_MODEL_MODEL_FILE_H
#define RALM_MODEL_MODEL_FILE_H

#include "model/model.h"

/* What the metadata format and format_version of a file say. */
#define RALM_MODEL_FORMAT "ralm"
#define RALM_MODEL_FORMAT_VERSION "2"
/* A file that need not have digests, of another program or of ralm 0.1.0. */
#define RALM_MODEL_FORMAT_PLAIN "1"

/* Files up to this size, in bytes, are always verified. */
enum { RALM_MODEL_SMALL = 16 << 20 };

/* What a checkpoint has besides the model. The names of the tensors contain a point
 * ("optimizer.rows.0"): readers of a model pass over those, and over metadata that they
 * do not know. */
struct ralm_model_extra {
	const struct ralm_tensor_source *tensors;
	size_t tensor_count;
	const struct ralm_metadata *metadata;
	size_t metadata_count;
};

/* The type of ralm_real in a file. */
#define RALM_REAL_DTYPE (sizeof(ralm_real) == 4 ? RALM_F32 : RALM_F64)

/* A part of the rows (rows.h), vectors or state, on its way to a file. */
struct ralm_rows_part {
	struct ralm_rows *rows;
	unsigned part;
};

/* Describes a part of the first `count` rows as a tensor, which is written from where the
 * rows are. *from is filled; it and the rows must outlive the writing. */
void ralm_rows_source(struct ralm_tensor_source *source,
		      struct ralm_rows_part *from, struct ralm_rows *rows,
		      unsigned part, size_t count, const char *name);

/* Writes the model, with its first `rows` users, to path, which appears whole or not at
 * all. extra: or NULL. digest, unless NULL, is set to the digest of the tensors. The bytes
 * are a function of the other arguments alone. */
int ralm_model_save(const char *path, char digest[RALM_DIGEST_SIZE],
		    const struct ralm_model *model, size_t rows,
		    const struct ralm_model_extra *extra,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* The same to a descriptor, which stays the caller's and stands at the start of its file;
 * name is for messages. */
int ralm_model_write(int fd, const char *name, char digest[RALM_DIGEST_SIZE],
		     const struct ralm_model *model, size_t rows,
		     const struct ralm_model_extra *extra,
		     struct ralm_error *err) RALM_MUST_CHECK;

/* Maps a file, reads its header, and copies the network's parameters. Hardly anything
 * else is read, unless the file is verified, with the flag RALM_MODEL_VERIFY or because
 * it is small. Then the digest of all tensors must be right, if there is one (with the
 * flag a checkpoint must have one), every user must be found at its row, every id must
 * be the one of its key, values must pass ralm_values_check, and all vectors must be
 * finite. Against what a search could do wrong in a hostile file (a row out of range,
 * an index full of loops) there are guards in any case. Additional tensors are in
 * model->file. Errors name the file; the model is zeroed then. */
int ralm_model_open(struct ralm_model *model, const char *path, int flags,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* The same from memory that stays the caller's, is aligned to 64 bytes and
 * outlives the model; always verified. */
int ralm_model_parse(struct ralm_model *model, const void *bytes, size_t size,
		     const char *name, struct ralm_error *err) RALM_MUST_CHECK;

/* A tensor of an opened model's file. NULL, with RALM_ERROR_DATA: there is none of that
 * name, type and rank, or it is not aligned for its type. */
const struct ralm_tensor *ralm_model_tensor(const struct ralm_model *model,
					    const char *name,
					    enum ralm_dtype dtype,
					    unsigned rank,
					    struct ralm_error *err)
	RALM_MUST_CHECK;

#endif
