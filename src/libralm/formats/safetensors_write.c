#include "formats/safetensors.h"

#include "ground/memory.h"
#include "ground/numbers.h"
#include "formats/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef RALM_XXH_DISPATCH
#define XXH_STATIC_LINKING_ONLY /* for the size of XXH3_state_t */
#define XXH_DISPATCH_DISABLE_REPLACE
#include <xxh_x86dispatch.h>
/* A static libxxhash may be without them, beside a shared one that has them. */
#pragma weak XXH3_128bits_dispatch
#pragma weak XXH3_128bits_update_dispatch
#define FASTEST(function) (function##_dispatch != NULL ? function##_dispatch : function)
#else
#define XXH_INLINE_ALL
#include <xxhash.h>
#define FASTEST(function) function
#endif

enum {
	ALIGNMENT = RALM_ALIGNMENT,
	LENGTH = sizeof(uint64_t), /* of the header, stands before it */
	DIGITS = RALM_DIGEST_SIZE - 1,
	SEAL_AT = LENGTH + sizeof RALM_SAFETENSORS_SEAL - 1, /* its digits */
};

static const char zeros[ALIGNMENT];
/* What stands for the seal's digits while they are computed. */
static const char no_digits[RALM_DIGEST_SIZE] = "00000000000000000000000000000000";

static uint64_t size_of(const struct ralm_tensor_source *tensor)
{
	uint64_t size = ralm_dtype_size(tensor->dtype);
	for (unsigned i = 0; i < tensor->rank; i++)
		size *= tensor->shape[i];
	return size;
}

/* Bytes of padding behind the i-th tensor; the last one needs none. */
static size_t padding_behind(const struct ralm_tensor_source *tensors,
			     size_t tensor_count, size_t i)
{
	size_t over = (size_t)(size_of(&tensors[i]) % ALIGNMENT);
	return over != 0 && i + 1 < tensor_count ? ALIGNMENT - over : 0;
}

/* Passes every byte after the header, in order, to `put`. */
static void each_piece(const struct ralm_tensor_source *tensors,
		       size_t tensor_count,
		       void (*put)(void *to, const void *bytes, size_t size),
		       void *to)
{
	for (size_t i = 0; i < tensor_count; i++) {
		const struct ralm_tensor_source *t = &tensors[i];
		uint64_t left = size_of(t);
		for (size_t p = 0; left > 0; p++) {
			size_t n = left < t->piece_size ? (size_t)left
							: t->piece_size;
			put(to,
			    t->pieces != NULL ? t->pieces[p]
					      : t->piece(t->from, p),
			    n);
			left -= n;
		}
		put(to, zeros, padding_behind(tensors, tensor_count, i));
	}
}

/* ---- digest ------------------------------------------------------------ */

static void put_digest(void *to, const void *bytes, size_t size)
{
	FASTEST(XXH3_128bits_update)(to, bytes, size);
}

static void format_digest(char digest[RALM_DIGEST_SIZE], XXH128_hash_t hash)
{
	static const char digits[] = "0123456789abcdef";
	XXH128_canonical_t bytes;
	XXH128_canonicalFromHash(&bytes, hash);
	for (size_t i = 0; i < sizeof bytes.digest; i++) {
		digest[2 * i] = digits[bytes.digest[i] >> 4];
		digest[2 * i + 1] = digits[bytes.digest[i] & 15];
	}
	digest[RALM_DIGEST_SIZE - 1] = '\0';
}

void ralm_safetensors_digest(char digest[RALM_DIGEST_SIZE],
			     const struct ralm_tensor_source *tensors,
			     size_t tensor_count)
{
	XXH3_state_t state; /* aligned by its own type */
	XXH3_128bits_reset(&state);
	each_piece(tensors, tensor_count, put_digest, &state);
	format_digest(digest, XXH3_128bits_digest(&state));
}

void ralm_safetensors_digest_read(char digest[RALM_DIGEST_SIZE],
				  const struct ralm_safetensors *file)
{
	format_digest(digest, FASTEST(XXH3_128bits)(file->data, file->data_size));
}

void ralm_safetensors_seal(char digest[RALM_DIGEST_SIZE], const void *file,
			   size_t size)
{
	const char *bytes = file;
	XXH3_state_t state;
	XXH3_128bits_reset(&state);
	XXH3_128bits_update(&state, bytes, SEAL_AT);
	XXH3_128bits_update(&state, no_digits, DIGITS);
	XXH3_128bits_update(&state, bytes + SEAL_AT + DIGITS,
			    size - SEAL_AT - DIGITS);
	format_digest(digest, XXH3_128bits_digest(&state));
}

/* ---- header ------------------------------------------------------------ */

/* The header is made in memory, behind the bytes of its length. */

static void put_metadata(struct ralm_writer *header,
			 const struct ralm_metadata *metadata, size_t count)
{
	ralm_writer_put_text(header, RALM_SAFETENSORS_SEAL);
	ralm_writer_put_text(header, no_digits);
	ralm_writer_put_char(header, '"');
	for (size_t i = 0; i < count; i++) {
		ralm_writer_put_char(header, ',');
		ralm_writer_put_quoted(header, metadata[i].key);
		ralm_writer_put_char(header, ':');
		ralm_writer_put_quoted(header, metadata[i].value);
	}
	ralm_writer_put_char(header, '}');
}

static void put_tensor(struct ralm_writer *header, const char *name,
		       enum ralm_dtype dtype, const uint64_t *shape,
		       unsigned rank, uint64_t begin, uint64_t end)
{
	ralm_writer_put_text(header, ",\n");
	ralm_writer_put_quoted(header, name);
	ralm_writer_put_text(header, ":{\"dtype\":\"");
	ralm_writer_put_text(header, ralm_dtype_name(dtype));
	ralm_writer_put_text(header, "\",\"shape\":[");
	for (unsigned i = 0; i < rank; i++) {
		ralm_writer_put_text(header, i ? "," : "");
		ralm_writer_put_u64(header, shape[i]);
	}
	ralm_writer_put_text(header, "],\"data_offsets\":[");
	ralm_writer_put_u64(header, begin);
	ralm_writer_put_char(header, ',');
	ralm_writer_put_u64(header, end);
	ralm_writer_put_text(header, "]}");
}

static void put_tensors(struct ralm_writer *header,
			const struct ralm_tensor_source *tensors, size_t count)
{
	uint64_t begin = 0, paddings = 0;
	for (size_t i = 0; i < count; i++) {
		const struct ralm_tensor_source *t = &tensors[i];
		uint64_t end = begin + size_of(t);
		put_tensor(header, t->name, t->dtype, t->shape, t->rank, begin,
			   end);
		begin = end;
		uint64_t padding = padding_behind(tensors, count, i);
		if (padding == 0)
			continue;
		char name[40] = "padding.";
		size_t length = strlen(name);
		name[length + ralm_format_u64(name + length, paddings++)] =
			'\0';
		put_tensor(header, name, RALM_U8, &padding, 1, begin,
			   begin + padding);
		begin += padding;
	}
	ralm_writer_put_char(header, '}');
}

/* Fills in the header's length and its seal. */
static void seal(const struct ralm_writer *header)
{
	char digest[RALM_DIGEST_SIZE];
	uint64_t length = header->used - LENGTH;
	for (size_t i = 0; i < LENGTH; i++)
		header->buffer[i] = (char)(unsigned char)(length >> 8 * i);
	ralm_safetensors_seal(digest, header->buffer, header->used);
	memcpy(header->buffer + SEAL_AT, digest, DIGITS);
}

static int make_header(struct ralm_writer *header, const char *name,
		       const struct ralm_tensor_source *tensors, size_t count,
		       const struct ralm_metadata *metadata,
		       size_t metadata_count, struct ralm_error *err)
{
	char blanks[ALIGNMENT];
	ralm_writer_put(header, zeros, LENGTH);
	put_metadata(header, metadata, metadata_count);
	put_tensors(header, tensors, count);
	/* Blanks after the JSON object, so that tensors begin aligned. */
	memset(blanks, ' ', sizeof blanks);
	ralm_writer_put(header, blanks,
			(ALIGNMENT - header->used % ALIGNMENT) % ALIGNMENT);
	if (ralm_writer_flush(header, err) != 0)
		return -1;
	if (header->used - LENGTH > RALM_SAFETENSORS_HEADER_MAX) {
		ralm_error_set(err, RALM_ERROR_DATA,
			       "a header of %zu bytes, more than %d",
			       header->used - LENGTH,
			       RALM_SAFETENSORS_HEADER_MAX);
		return ralm_error_at(err, name, 0, 0);
	}
	seal(header);
	return 0;
}

/* ---- file ------------------------------------------------------------------ */

static void put_writer(void *to, const void *bytes, size_t size)
{
	ralm_writer_put(to, bytes, size);
}

static int write_all(int fd, const char *name, const struct ralm_writer *header,
		     const struct ralm_tensor_source *tensors, size_t count,
		     struct ralm_error *err)
{
	struct ralm_writer writer;
	if (ralm_writer_open(&writer, fd, name, err) != 0)
		return -1;
	ralm_writer_put(&writer, header->buffer, header->used);
	each_piece(tensors, count, put_writer, &writer);
	return ralm_writer_close(&writer, 0, err);
}

int ralm_safetensors_write(int fd, const char *name,
			   const struct ralm_tensor_source *tensors,
			   size_t tensor_count,
			   const struct ralm_metadata *metadata,
			   size_t metadata_count, struct ralm_error *err)
{
	struct ralm_writer header;
	ralm_writer_open_memory(&header);
	int result = make_header(&header, name, tensors, tensor_count, metadata,
				 metadata_count, err);
	if (result == 0)
		result = write_all(fd, name, &header, tensors, tensor_count, err);
	ralm_writer_release(&header);
	return result;
}
