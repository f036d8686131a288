/* formats/safetensors and model/model_file: round trips, the layout that is
 * promised, and hostile files one by one, each refused by name. With a folder
 * as argument the hostile files stay there, NUMBER.bin and what is said of it
 * in NUMBER.said, for tests/hostile.sh. */
#include "check.h"

#include "libralm/formats/user_id.h"
#include "libralm/ground/memory.h"
#include "libralm/model/model_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { D = 3, H = 2, USERS = 5 };

static struct ralm_error err;
static char folder[] = "/tmp/ralm-model-XXXXXX", path[64], other[64];
static const char *keep_in; /* NULL: hostile files are not kept */

/* ---- files in memory --------------------------------------------------- */

struct bytes {
	unsigned char *at; /* 64-byte aligned */
	size_t size;
};

static struct bytes bytes_new(size_t size)
{
	struct bytes b = {ralm_aligned_new(size, 1, &err), size};
	if (b.at == NULL)
		abort();
	return b;
}

static struct bytes slurp(const char *name)
{
	struct stat st;
	FILE *f = fopen(name, "rb");
	if (f == NULL || fstat(fileno(f), &st) != 0)
		abort();
	struct bytes b = bytes_new((size_t)st.st_size);
	if (fread(b.at, 1, b.size, f) != b.size)
		abort();
	fclose(f);
	return b;
}

static void spew(const char *name, const void *data, size_t size)
{
	FILE *f = fopen(name, "wb");
	if (f == NULL || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
}

static size_t header_length(const struct bytes *b)
{
	uint64_t length;
	memcpy(&length, b->at, sizeof length); /* little endian, as we run */
	return (size_t)length;
}

static bool is_sealed(const struct bytes *b)
{
	return memcmp(b->at + 8, RALM_SAFETENSORS_SEAL,
		      sizeof RALM_SAFETENSORS_SEAL - 1) == 0;
}

/* The header's digest, where it has one, put right. */
static void seal(struct bytes *b)
{
	char digest[RALM_DIGEST_SIZE];
	if (!is_sealed(b))
		return;
	ralm_safetensors_seal(digest, b->at, 8 + header_length(b));
	memcpy(b->at + 8 + sizeof RALM_SAFETENSORS_SEAL - 1, digest,
	       sizeof digest - 1);
}

/* A file of this header, padded so that data begins at a multiple of 64. */
static struct bytes assemble(const char *header, size_t length,
			     const void *data, size_t data_size)
{
	uint64_t padded = (length + 8 + 63) / 64 * 64 - 8;
	struct bytes b = bytes_new(8 + padded + data_size);
	memcpy(b.at, &padded, 8);
	memset(b.at + 8, ' ', padded);
	memcpy(b.at + 8, header, length);
	memcpy(b.at + 8 + padded, data, data_size);
	seal(&b);
	return b;
}

/* The file with the first `from` in its header replaced. */
static struct bytes edit(const struct bytes *file, const char *from,
			 const char *to)
{
	size_t length = header_length(file);
	char *text = calloc(1, length + strlen(to) + 1);
	if (text == NULL)
		abort();
	memcpy(text, file->at + 8, length);
	char *at = strstr(text, from);
	if (at == NULL) {
		printf("# no %s in %s\n", from, text);
		abort();
	}
	memmove(at + strlen(to), at + strlen(from), strlen(at + strlen(from)) + 1);
	memcpy(at, to, strlen(to));
	size_t end = strlen(text);
	while (end > 0 && text[end - 1] == ' ')
		end--;
	struct bytes b = assemble(text, end, file->at + 8 + length,
				  file->size - 8 - length);
	free(text);
	return b;
}

static bool opens(const struct bytes *b)
{
	struct ralm_model model;
	if (ralm_model_parse(&model, b->at, b->size, "m", &err) != 0) {
		printf("# %s\n", err.message);
		return false;
	}
	ralm_model_release(&model);
	return true;
}

/* One file for each message; those that are cut at every byte share theirs. */
static void keep(const void *at, size_t size, const char *message)
{
	static const char *kept;
	static int number;
	char name[512];
	if (keep_in == NULL || message == kept)
		return;
	kept = message;
	snprintf(name, sizeof name, "%s/%03d.bin", keep_in, ++number);
	spew(name, at, size);
	snprintf(name, sizeof name, "%s/%03d.said", keep_in, number);
	spew(name, message, strlen(message));
}

/* The bytes are refused as data, and the message begins so. */
static bool refused_bytes(const void *at, size_t size, const char *message)
{
	struct ralm_model model;
	char got[1024];
	/* A copy of the exact size: a read past its end is noticed. */
	struct bytes copy = bytes_new(size);
	memcpy(copy.at, at, size);
	keep(at, size, message);
	int result = ralm_model_parse(&model, copy.at, size, "m", &err);
	free(copy.at);
	if (result == 0) {
		ralm_model_release(&model);
		printf("# accepted; wanted %s\n", message);
		return false;
	}
	ralm_error_format(got, sizeof got, &err);
	if (err.code == RALM_ERROR_DATA && !strncmp(got, "m: ", 3) &&
	    !strncmp(got + 3, message, strlen(message)))
		return true;
	printf("# wanted %s\n# got    %s\n", message, got);
	return false;
}

static bool refused(struct bytes b, const char *message)
{
	bool ok = refused_bytes(b.at, b.size, message);
	free(b.at);
	return ok;
}

/* ---- a model ----------------------------------------------------------- */

static void make_model_of(struct ralm_model *model, size_t users, size_t dim,
			  size_t transformed)
{
	struct ralm_config config;
	ralm_config_init(&config);
	strcpy(config.network, "paddlerec");
	config.user_emb_size = dim;
	config.transformed_size = transformed;
	config.user_count = 20000;
	config.seeds_num = 7;
	config.loss = RALM_COSINE_LOSS;
	if (ralm_model_init(model, &config, &err) != 0 ||
	    ralm_table_grow(&model->table, users, &err) != 0)
		abort();
	model->steps = 123456789012345;
	for (size_t i = 0; i < users; i++) {
		uint32_t row;
		bool added;
		uint64_t key = i * i + ((uint64_t)(i & 1) << 63);
		if (ralm_users_add(&row, &added, &model->users, key, &err) != 0)
			abort();
		ralm_table_row_start(ralm_table_row(&model->table, i), dim, 1,
				     key, 0.1);
	}
}

static void make_model(struct ralm_model *model, size_t users)
{
	make_model_of(model, users, D, H);
}

static bool same_model(const struct ralm_model *a, const struct ralm_model *b)
{
	size_t row = a->table.dim * sizeof(ralm_real);
	if (a->users.count != b->users.count || a->table.dim != b->table.dim ||
	    a->steps != b->steps || a->hash_seed != b->hash_seed ||
	    a->config.loss != b->config.loss ||
	    a->config.seeds_num != b->config.seeds_num ||
	    a->parameters.size != b->parameters.size ||
	    memcmp(a->parameters.block, b->parameters.block,
		   a->parameters.size * sizeof(ralm_real)) != 0)
		return false;
	for (size_t i = 0; i < a->users.count; i++)
		if (a->users.keys[i] != b->users.keys[i] ||
		    ralm_users_find(&b->users, a->users.keys[i]) != i ||
		    memcmp(ralm_table_row(&a->table, i),
			   ralm_table_row(&b->table, i), row) != 0)
			return false;
	return true;
}

static bool same_files(const char *a, const char *b)
{
	struct bytes x = slurp(a), y = slurp(b);
	bool same = x.size == y.size && memcmp(x.at, y.at, x.size) == 0;
	free(x.at);
	free(y.at);
	return same;
}

/* Rows that are elsewhere: of every piece all numbers are its number. */
static const ralm_real *read_elsewhere(struct ralm_rows *rows, unsigned part,
				       size_t i)
{
	static ralm_real piece[3][RALM_ROWS_PIECE * D];
	(void)rows;
	for (size_t k = 0; k < RALM_ROWS_PIECE * D; k++)
		piece[i][k] = (ralm_real)(part + i + 1);
	return piece[i];
}

static void test_rows_elsewhere(void)
{
	static const struct ralm_rows_kind kind = {.read = read_elsewhere};
	struct ralm_rows rows = {.kind = &kind, .D = D, .parts = 1, .dim = {D}};
	struct ralm_model model, opened;
	bool right = true;
	make_model(&model, 9000);
	model.rows = &rows;
	check(ralm_model_save(path, NULL, &model, 9000, NULL, &err) == 0, "saved");
	if (!check(ralm_model_open(&opened, path, RALM_MODEL_VERIFY, &err) == 0,
		   "opened: %s", err.message))
		return;
	for (size_t row = 0; row < 9000; row++)
		for (size_t k = 0; k < D; k++)
			right &= ralm_table_row(&opened.table, row)[k] ==
				 (ralm_real)(row / RALM_ROWS_PIECE + 1);
	check(right && opened.rows == NULL,
	      "vectors are written from where they are, piece by piece");
	ralm_model_release(&opened);
	ralm_model_release(&model);
}

static void test_round_trip(void)
{
	struct ralm_model model, opened, copy;
	make_model(&model, 9000);
	check(ralm_model_save(path, NULL, &model, 9000, NULL, &err) == 0, "saved");
	if (!check(ralm_model_open(&opened, path, RALM_MODEL_VERIFY, &err) == 0,
		   "opened: %s", err.message))
		return;
	check(same_model(&model, &opened) && opened.users.borrowed &&
		      opened.table.borrowed &&
		      opened.config.user_emb_size == D &&
		      opened.config.transformed_size == H,
	      "it is the model that was saved, over three blocks of rows");
	check(ralm_model_save(other, NULL, &opened, 9000, NULL, &err) == 0 &&
		      same_files(path, other),
	      "save, open, save: the same bytes");
	check(ralm_model_copy(&copy, &opened, 10000, true, &err) == 0 &&
		      same_model(&model, &copy) && !copy.users.borrowed,
	      "a copy to go on learning with");
	uint32_t row;
	bool added;
	check(ralm_users_add(&row, &added, &copy.users, 77777777, &err) == 0 &&
		      row == 9000 && ralm_table_grow(&copy.table, 9001, &err) == 0,
	      "takes new users");
	ralm_model_release(&opened);
	check(ralm_model_save(other, NULL, &copy, 9000, NULL, &err) == 0, "saved again");
	ralm_model_release(&copy);
	bool ok = ralm_model_open(&opened, other, 0, &err) == 0;
	check(ok && same_model(&model, &opened), "only the rows asked for");
	check(ok && ralm_model_copy(&copy, &opened, 8999, true, &err) == -1 &&
		      err.code == RALM_ERROR_CONFIG &&
		      strstr(err.message, "--user-count"),
	      "a copy with too little room names the option");
	ralm_model_release(&opened);

	ok = ralm_model_save(path, NULL, &model, 0, NULL, &err) == 0 &&
	     ralm_model_open(&opened, path, 0, &err) == 0;
	check(ok && opened.users.count == 0 &&
		      ralm_users_find(&opened.users, 4) == RALM_ROW_NONE,
	      "a model without users");
	if (ok)
		ralm_model_release(&opened);
	ralm_model_release(&model);
}

static void test_extra(void)
{
	static const float first[] = {1, 2, 3, 4, 5};
	const void *pieces[] = {first, first + 2, first + 4};
	struct ralm_tensor_source source = {
		.name = "optimizer.first", .dtype = RALM_F32, .rank = 1,
		.shape = {5}, .pieces = pieces, .piece_size = 8};
	struct ralm_metadata metadata = {"position.epoch", "3 \"\n\303\251"};
	struct ralm_model_extra extra = {&source, 1, &metadata, 1};
	struct ralm_model model, opened;
	make_model(&model, USERS);
	bool ok = ralm_model_save(path, NULL, &model, USERS, &extra, &err) == 0 &&
		  ralm_model_open(&opened, path, 0, &err) == 0;
	if (!check(ok, "extra tensors and metadata are written"))
		return;
	const struct ralm_tensor *t = ralm_model_tensor(
		&opened, "optimizer.first", RALM_F32, 1, &err);
	check(t && t->count == 5 && !memcmp(t->data, first, sizeof first) &&
		      !strcmp(ralm_safetensors_metadata(&opened.file,
							"position.epoch"),
			      metadata.value),
	      "and read back, the pieces as one");
	check(ralm_model_tensor(&opened, "optimizer.second", RALM_F32, 1,
				&err) == NULL &&
		      !strcmp(err.message,
			      "optimizer.second: there is no such tensor") &&
		      ralm_model_tensor(&opened, "optimizer.first", RALM_U64, 1,
					&err) == NULL &&
		      !strcmp(err.message,
			      "optimizer.first: expected U64, got F32") &&
		      ralm_model_tensor(&opened, "optimizer.first", RALM_F32, 2,
					&err) == NULL &&
		      !strcmp(err.message,
			      "optimizer.first: expected 2 dimensions, got 1"),
	      "a tensor that is not there, of another type or rank");
	char *much = malloc(RALM_SAFETENSORS_HEADER_MAX + 1);
	if (much == NULL)
		abort();
	memset(much, 'x', RALM_SAFETENSORS_HEADER_MAX);
	much[RALM_SAFETENSORS_HEADER_MAX] = '\0';
	metadata.value = much;
	check(ralm_model_save(other, NULL, &model, USERS, &extra, &err) == -1 &&
		      strstr(err.message, "a header of 10"),
	      "a header that nobody would read is not written");
	free(much);
	bool aligned = true;
	for (size_t i = 0; i < opened.file.tensor_count; i++) {
		const struct ralm_tensor *x = &opened.file.tensors[i];
		if (strncmp(x->name, "padding.", 8) != 0)
			aligned = aligned && (uintptr_t)x->data % 64 == 0;
	}
	check(aligned && opened.file.tensor_count > 10,
	      "every tensor at a multiple of 64 bytes");
	ralm_model_release(&opened);
	ralm_model_release(&model);
}

static void test_open(void)
{
	struct ralm_model model, opened;
	check(ralm_model_open(&opened, "/nonexistent/m", 0, &err) == -1 &&
		      err.code == RALM_ERROR_SYSTEM &&
		      strstr(err.message, "/nonexistent/m"),
	      "a file that is not there");
	check(ralm_model_open(&opened, folder, 0, &err) == -1 &&
		      !strcmp(err.message, "not a regular file") &&
		      !strcmp(err.file, folder),
	      "a folder");
	unlink(path);
	check(mkfifo(path, 0600) == 0 &&
		      ralm_model_open(&opened, path, 0, &err) == -1 &&
		      !strcmp(err.message, "not a regular file"),
	      "a pipe, which nobody writes to");
	unlink(path);
	spew(path, "", 0);
	check(ralm_model_open(&opened, path, 0, &err) == -1 &&
		      !strcmp(err.message, "truncated: 0 bytes") &&
		      !strcmp(err.file, path),
	      "an empty file");
	make_model(&model, USERS);
	snprintf(other, sizeof other, "%s/no/m", folder);
	check(ralm_model_save(other, NULL, &model, USERS, NULL, &err) == -1 &&
		      strstr(err.message, other),
	      "a folder that is not there");
	snprintf(other, sizeof other, "%s/n", folder);
	if (access("/dev/full", W_OK) == 0)
		check(ralm_model_save("/dev/full", NULL, &model, USERS, NULL,
				      &err) == -1 &&
			      strstr(err.message, "No space"),
		      "a device that is full");
	ralm_model_release(&model);
}

static void test_same_user(void)
{
	struct ralm_model model, copy;
	make_model(&model, USERS);
	model.users.keys[3] = model.users.keys[1];
	check(ralm_model_copy(&copy, &model, 10, true, &err) == -1 &&
		      !strcmp(err.message,
			      "user_keys: rows 3 and 1 are one user"),
	      "a user with two rows is not copied");
	ralm_model_release(&model);
}

/* ---- hostile files ----------------------------------------------------- */

static void test_container(const struct bytes *good)
{
	bool ok = true;
	struct bytes cut = bytes_new(good->size + 1);
	memcpy(cut.at, good->at, good->size);
	for (size_t size = 0; size < good->size; size++)
		ok = refused_bytes(cut.at, size, "truncated: ") && ok;
	check(ok, "cut at every byte: truncated");
	check(refused_bytes(cut.at, good->size + 1,
			    "1 bytes behind the last tensor"),
	      "a byte too many");
	free(cut.at);

	struct bytes b = bytes_new(good->size);
	memcpy(b.at, good->at, good->size);
	memset(b.at, 0xff, 8);
	ok = refused_bytes(b.at, b.size,
			   "not a safetensors file: a header of "
			   "18446744073709551615 bytes, more than 1048576");
	uint64_t much = 100 << 20;
	memcpy(b.at, &much, 8);
	ok = refused_bytes(b.at, b.size, "not a safetensors file: a header of "
					 "104857600 bytes") && ok;
	memset(b.at, 0, 8);
	ok = refused_bytes(b.at, b.size,
			   "not a safetensors file: no JSON header") && ok;
	check(ok, "a header length of 0, of 100 MB and beyond all bounds");
	static const char foreign[] =
		"PK\3\4 this is some other file, long enough to be looked at";
	static const char packed[] = "\x1f\x8b\x08\0\0\0\0\0\0\3 the rest";
	check(refused_bytes(foreign, sizeof foreign - 1,
			    "not a safetensors file: compressed by zip") &&
		      refused_bytes(packed, sizeof packed - 1,
				    "not a safetensors file: compressed by gzip") &&
		      refused(assemble("[1]", 3, "", 0),
			      "not a safetensors file: no JSON header") &&
		      refused(assemble("{\"a\":", 5, "", 0),
			      "not a safetensors file: header line 1, column ") &&
		      refused(assemble("{}", 2, "", 0), "not a ralm model"),
	      "files of another kind");
	free(b.at);
	char *deep = malloc(500000);
	memset(deep, '[', 500000);
	memcpy(deep, "{\"a\":", 5);
	check(refused(assemble(deep, 500000, "", 0),
		      "not a safetensors file: header line 1, column 37: "
		      "nested too deeply"),
	      "a header of brackets");
	free(deep);
}

#define EDIT(from, to, message) refused(edit(good, from, to), message)

static void test_tensors(const struct bytes *good)
{
	check(EDIT("\"user_keys\":{\"dtype\":\"U64\",\"shape\":[5]",
		   "\"user_keys\":{\"dtype\":\"U64\",\"shape\":[-5]",
		   "user_keys: shape has '-5', which is no size") &&
		      EDIT("\"shape\":[5]", "\"shape\":[5.0]", "user_keys: shape has '5.0'") &&
		      EDIT("\"shape\":[5]", "\"shape\":[\"5\"]", "user_keys: shape has '5'") &&
		      EDIT("\"shape\":[5]", "\"shape\":[[5]]", "user_keys: shape has '['") &&
		      EDIT("\"shape\":[5]", "\"shape\":5", "user_keys: shape is no list") &&
		      EDIT("\"shape\":[5]", "\"shape\":[1,1,1,1,1,1,1,1,5]",
			   "user_keys: shape is no list of at most 8 numbers") &&
		      EDIT("\"shape\":[5]", "\"shape\":[99999999999999999999]",
			   "user_keys: shape has '99999999999999999999'"),
	      "shapes that are none");
	check(EDIT("\"shape\":[5]", "\"shape\":[2305843009213693957]",
		   "user_keys: shape is too large") &&
		      EDIT("\"shape\":[5]", "\"shape\":[4294967296,4294967296,5]",
			   "user_keys: shape is too large") &&
		      EDIT("\"shape\":[5]", "\"shape\":[0,18446744073709551615]",
			   "user_keys: shape is too large") &&
		      EDIT("\"shape\":[5]", "\"shape\":[]",
			   "user_keys: data_offsets hold 40 bytes, the shape needs 8"),
	      "sizes that overflow, sizes that are not the bytes'");
	check(EDIT("[0,40]", "[40,0]", "user_keys: data_offsets are no begin and end") &&
		      EDIT("[0,40]", "[0]", "user_keys: data_offsets are no") &&
		      EDIT("[0,40]", "[0,41]", "user_keys: data_offsets hold 41 bytes") &&
		      EDIT("[0,40]", "[-40,0]", "user_keys: data_offsets are no") &&
		      EDIT("[64,128]", "[32,96]", "user_index: overlaps user_keys") &&
		      EDIT("[64,128]", "[0,64]", "user_index: overlaps user_keys") &&
		      EDIT("[0,40]", "[18446744073709551576,18446744073709551616]",
			   "user_keys: data_offsets are no") &&
		      EDIT("[0,40]", "[18446744073709551575,18446744073709551615]",
			   "padding.0: 40 bytes before it belong to no tensor"),
	      "offsets backwards, overlapping, beyond the file");
	check(EDIT("\"U64\"", "\"Q64\"", "user_keys: dtype is none that is known") &&
		      EDIT("\"U64\"", "\"I64\"", "user_keys: expected U64, got another type") &&
		      EDIT("\"U64\"", "\"F64\"", "user_keys: expected U64, got F64") &&
		      EDIT("\"dtype\":\"U64\",", "", "user_keys: expected dtype, shape") &&
		      EDIT("\"dtype\":\"U64\"", "\"dtype\":\"U64\",\"x\":1",
			   "user_keys: expected dtype, shape") &&
		      EDIT("{\"dtype\":\"U64\",\"shape\":[5],\"data_offsets\":[0,40]}",
			   "3", "user_keys: expected dtype, shape"),
	      "types that are not known or not the tensor's");
	check(EDIT("\"user_index\"", "\"user_keys\"",
		   "not a safetensors file: header line 4, column 1: "
		   "duplicate key 'user_keys'") &&
		      EDIT("\"user_index\"", "\"user_indices\"",
			   "user_index: there is no such tensor") &&
		      EDIT("\"padding.0\"", "\"padding\"",
			   "padding: unknown tensor") &&
		      EDIT("\"padding.0\"", "\"padd\\u0000\"",
			   "padd: a NUL byte in the name"),
	      "names twice, not there, unknown, with a NUL");
	check(EDIT("\"user_embedding\":{\"dtype\":\"F32\",\"shape\":[5,3]",
		   "\"user_embedding\":{\"dtype\":\"F32\",\"shape\":[3,5]",
		   "user_embedding: 3 rows for the 5 users of user_keys") &&
		      EDIT("\"shape\":[5,3]", "\"shape\":[15]",
			   "user_embedding: expected 2 dimensions, got 1") &&
		      EDIT("\"local_attention\":{\"dtype\":\"F32\",\"shape\":[2,2]",
			   "\"local_attention\":{\"dtype\":\"F32\",\"shape\":[4,1]",
			   "local_attention: expected 2 by 2 numbers, got 4 by 1") &&
		      EDIT("\"seeds_transform\":{\"dtype\":\"F32\",\"shape\":[3,2]",
			   "\"seeds_transform\":{\"dtype\":\"F32\",\"shape\":[2,3]",
			   "seeds_transform: expected 3 by 3 numbers, got 2 by 3"),
	      "shapes that do not fit each other");
	check(EDIT("\"shape\":[5,3],\"data_offsets\":[128,188]}",
		   "\"shape\":[5,0],\"data_offsets\":[128,128]},\"odd.one\":"
		   "{\"dtype\":\"U8\",\"shape\":[60],\"data_offsets\":[128,188]}",
		   "user_embedding: rows of 0 numbers, expected 1 to 8192") &&
		      EDIT("\"shape\":[3,2],\"data_offsets\":[192,216]}",
			   "\"shape\":[0,8193],\"data_offsets\":[192,192]},"
			   "\"odd.one\":{\"dtype\":\"U8\",\"shape\":[24],"
			   "\"data_offsets\":[192,216]}",
			   "seeds_transform: rows of 8193 numbers, expected 1"),
	      "vectors of no or of too many numbers");
	/* One byte less of padding before the index, one more behind it. */
	struct bytes b = edit(good, "\"shape\":[24],\"data_offsets\":[40,64]",
			      "\"shape\":[23],\"data_offsets\":[40,63]");
	struct bytes c = edit(&b, "\"data_offsets\":[64,128]",
			      "\"data_offsets\":[63,127]");
	free(b.at);
	b = edit(&c, ",\n\"user_embedding\"",
		 ",\"odd.one\":{\"dtype\":\"U8\",\"shape\":[1],"
		 "\"data_offsets\":[127,128]},\n\"user_embedding\"");
	check(refused(b, "user_index: not aligned to 4 bytes"),
	      "a tensor where its type cannot be read");
	free(c.at);
}

static void test_metadata(const struct bytes *good)
{
	check(EDIT("\"format\":\"ralm\"", "\"format\":\"pt\"", "not a ralm model") &&
		      EDIT("\"__metadata__\"", "\"a.b\"", "a.b: expected dtype") &&
		      EDIT("\"format_version\":\"2\"", "\"format_version\":\"3\"",
			   "format_version '3' is not known, only 1 and 2") &&
		      EDIT("\"format_version\"", "\"version\"",
			   "format_version '' is not known") &&
		      EDIT("\"network\"", "\"net\"",
			   "__metadata__ does not name the network") &&
		      EDIT("\"network\":\"paddlerec\"", "\"network\":\"kdd99\"",
			   "__metadata__: network: expected one of paddlerec|attention|average|kdd19, got 'kdd99'") &&
		      EDIT("\"steps\":\"123456789012345\"", "\"steps\":\"-1\"",
			   "__metadata__: steps: expected a whole number, got '-1'") &&
		      EDIT("\"seeds_num\":\"7\"", "\"seeds_num\":\"x\"",
			   "__metadata__: seeds_num: expected a whole number") &&
		      EDIT("\"config\":\"dataset:", "\"config\":\"datasets:",
			   "__metadata__: unknown key 'datasets'") &&
		      EDIT("\"steps\":\"123456789012345\"", "\"steps\":7",
			   "__metadata__: steps is no string"),
	      "metadata that is missing, unknown or no string");
	check(EDIT("\"digest\"", "\"digests\"",
		   "damaged: digest is missing, which format_version 2 has") &&
		      EDIT("\"header_digest\"", "\"head_digest\"",
			   "damaged: header_digest is missing, which "
			   "format_version 2 has") &&
		      EDIT("{\"__metadata__\":{", "{\"__metadata__\": {",
			   "damaged: the header is not the one that "
			   "header_digest was made of"),
	      "a file of this program without its digests");
	struct bytes b = edit(good, "\"config\"", "\"note\"");
	struct bytes c = edit(&b, "\"score_scale\":\"learned\",", "");
	check(opens(&c), "a header without the settings is enough");
	free(b.at);
	free(c.at);
	b = edit(good, "stream: false",
		 "stream: true\\n  threads: 3\\n  save_checkpoint_path: folder");
	struct ralm_model model;
	if (ralm_model_parse(&model, b.at, b.size, "m", &err) != 0)
		abort();
	check(model.config.stream && model.config.threads == 0 &&
		      model.config.save_checkpoint_path[0] == '\0',
	      "settings that a model does not record are passed over");
	ralm_model_release(&model);
	free(b.at);
}

/* The file with bytes of a tensor replaced. */
static struct bytes poke(const struct bytes *file, const char *tensor,
			 size_t offset, const void *data, size_t size)
{
	struct ralm_safetensors parsed;
	struct bytes b = bytes_new(file->size);
	memcpy(b.at, file->at, file->size);
	if (ralm_safetensors_parse(&parsed, b.at, b.size, "m", &err) != 0)
		abort();
	const struct ralm_tensor *t = ralm_safetensors_find(&parsed, tensor);
	size_t begin = (size_t)((const unsigned char *)t->data - b.at);
	memcpy(b.at + begin + offset, data, size);
	ralm_safetensors_release(&parsed);
	return b;
}

static bool refused_index(const struct bytes *file, uint32_t row)
{
	uint32_t index[16];
	for (size_t i = 0; i < 16; i++)
		index[i] = row;
	return refused(poke(file, "user_index", 0, index, sizeof index),
		       "user_index: the user of row");
}

static void test_data(const struct bytes *good)
{
	const char *damaged = "damaged: the digest of the tensors is ";
	bool ok = true;
	struct bytes b = bytes_new(good->size);
	memcpy(b.at, good->at, good->size);
	for (size_t i = 8 + header_length(good); i < good->size; i++) {
		b.at[i] ^= 1 << i % 8;
		ok = refused_bytes(b.at, b.size, damaged) && ok;
		b.at[i] ^= 1 << i % 8;
	}
	check(ok, "a bit flipped in any byte of the tensors");
	free(b.at);

	struct bytes plain = edit(good, "\"format_version\":\"2\"",
				  "\"format_version\":\"1\"");
	struct bytes open = edit(&plain, "\"digest\"", "\"no_digest\"");
	free(plain.at);
	plain = edit(&open, "\"header_digest\"", "\"no_header_digest\"");
	check(opens(&open) && opens(&plain),
	      "a file of version 1 without a digest is a model");
	free(plain.at);
	static const uint64_t key = 99;
	static const float nan_value = NAN, infinite = -INFINITY;
	check(refused(poke(&open, "user_keys", 8, &key, sizeof key),
		      "user_index: the user of row 1 is not found there"),
	      "a key that the index does not lead to");
	check(refused_index(&open, 0) && refused_index(&open, USERS) &&
		      refused_index(&open, RALM_ROW_NONE - 1) &&
		      refused_index(&open, RALM_ROW_NONE),
	      "an index full of one row, of rows out of range, empty");
	check(refused(poke(&open, "user_embedding", 4 * (D + 1), &nan_value, 4),
		      "user_embedding: element 4 is not a finite number") &&
		      refused(poke(&open, "global_attention", 4, &infinite, 4),
			      "global_attention: element 1 is not a finite "
			      "number"),
	      "numbers that are none");
	free(open.at);
}

/* ---- values ------------------------------------------------------------- */

/* Three values, two of them bins: the texts, their ends, and vectors that are all
 * 1, which stay the caller's. */
static const char *const value_texts[] = {"a:b", "age=-inf", "age=2.5"};
enum { VALUES = 3 };
static uint64_t value_keys[VALUES], value_ends[VALUES];
static ralm_real value_vectors[VALUES * D], value_start[D];
static ralm_real value_means[VALUES * D]; /* all of value i are i */
static char value_bytes[64];

static void make_values(struct ralm_values *values, uint64_t hash_seed)
{
	size_t size = 0;
	for (size_t i = 0; i < VALUES; i++) {
		const size_t n = strlen(value_texts[i]);
		value_keys[i] = ralm_user_key(value_texts[i], n, hash_seed);
		memcpy(value_bytes + size, value_texts[i], n);
		value_ends[i] = size += n;
	}
	for (size_t i = 0; i < VALUES * D; i++) {
		value_vectors[i] = 1;
		value_means[i] = (ralm_real)(i / D);
	}
	*values = (struct ralm_values){
		.count = VALUES, .D = D, .keys = value_keys,
		.means = value_means, .vectors = value_vectors,
		.start = value_start,
		.texts = value_bytes, .ends = value_ends, .text_size = size,
		.borrowed = true, .users = 4, .penalty = 0.4, .explained = 0.25,
	};
}

/* What a slot means, by the values of the file. */
static uint32_t means(const struct ralm_model *model, const char *slot)
{
	struct ralm_value_index index;
	struct ralm_user_parser parser = {.values = NULL};
	struct ralm_user_line line;
	char text[64];
	uint32_t found = 99;
	snprintf(text, sizeof text, "user:1 %s", slot);
	if (ralm_value_index_init(&index, &model->values, model->hash_seed,
				  &err) != 0)
		abort();
	if (ralm_value_index_teach(&parser, &index, &err) != 0)
		abort();
	if (ralm_user_parse(&line, &parser, text, strlen(text), &err) == 1)
		found = ralm_value_index_find(&index, &line.values[0]);
	ralm_user_parser_release(&parser);
	ralm_value_index_release(&index);
	return found;
}

static void test_values_read(struct bytes good)
{
	struct ralm_model model;
	ralm_real x[D];
	if (ralm_model_parse(&model, good.at, good.size, "m", &err) != 0)
		abort();
	check(means(&model, "a:b") == 0 && means(&model, "a:c") == RALM_ROW_NONE &&
		      means(&model, "b:b") == RALM_ROW_NONE &&
		      means(&model, "age=2.4") == 1 &&
		      means(&model, "age=2.5") == 2 &&
		      means(&model, "age=-1e9") == 1 &&
		      means(&model, "other=1") == RALM_ROW_NONE &&
		      means(&model, "age:2") == 99 && means(&model, "a=1") == 99,
	      "words are values, numbers are their bins");
	ralm_values_vector(x, &model.values, (const uint32_t[]){0, 1, 2}, 3);
	check(fabs((double)x[D - 1] - (1 + 3. / 13 * sqrt(3))) < 1e-6,
	      "a vector is the means', and of the correction by 3 values 3/13");
	ralm_model_release(&model);
}

/* A file of before values had means. */
static void test_no_means(void)
{
	struct ralm_model model;
	ralm_real x[D];
	make_model(&model, USERS);
	make_values(&model.values, model.hash_seed);
	model.values.means = NULL;
	if (ralm_model_save(path, NULL, &model, USERS, NULL, &err) != 0)
		abort();
	ralm_model_release(&model);
	if (ralm_model_open(&model, path, RALM_MODEL_VERIFY, &err) != 0)
		abort();
	ralm_values_vector(x, &model.values, (const uint32_t[]){0, 1, 2}, 3);
	check(model.values.means == NULL &&
		      fabs((double)x[D - 1] - sqrt(3)) < 1e-6,
	      "without means it is the sum of k by the root of k");
	ralm_model_release(&model);
}

#define NO_VALUE(i)                                            \
	"value_texts: value " #i " is no value, has another key or " \
	"stands twice"

static void test_values(void)
{
	struct ralm_model model;
	make_model(&model, USERS);
	make_values(&model.values, model.hash_seed);
	if (ralm_model_save(path, NULL, &model, USERS, NULL, &err) != 0)
		abort();
	ralm_model_release(&model);
	struct bytes sealed = slurp(path);
	struct bytes version = edit(&sealed, "\"format_version\":\"2\"",
				    "\"format_version\":\"1\"");
	struct bytes whole = edit(&version, "\"digest\"", "\"no_digest\"");
	const struct bytes *good = &whole;
	test_values_read(whole);
	check(EDIT("\"value_start\"", "\"value_begin\"",
		   "value_start: there is no such tensor") &&
		      EDIT("\"value_vectors\":{\"dtype\":\"F32\",\"shape\":[3,3]",
			   "\"value_vectors\":{\"dtype\":\"F32\",\"shape\":[9,1]",
			   "value_vectors: expected 3 by 3 numbers, got 9 by 1") &&
		      EDIT("\"value_text_ends\":{\"dtype\":\"U64\",\"shape\":[3]",
			   "\"value_text_ends\":{\"dtype\":\"U64\",\"shape\":[3,1]",
			   "value_text_ends: expected 1 dimensions, got 2"),
	      "values without a start, vectors of another shape");
	check(EDIT("\"value_means\":{\"dtype\":\"F32\",\"shape\":[3,3]",
		   "\"value_means\":{\"dtype\":\"F32\",\"shape\":[9,1]",
		   "value_means: expected the shape of value_vectors, got 9 by 1"),
	      "means of another shape");
	const uint64_t far = UINT64_MAX, key = 5;
	const uint64_t ends[2] = {12, 11};
	const float nan_value = NAN;
	check(refused(poke(good, "value_text_ends", 16, &far, 8),
		      "value_text_ends: the last one is 18446744073709551615, "
		      "value_texts has 18 bytes") &&
		      refused(poke(good, "value_text_ends", 0, &far, 8),
			      NO_VALUE(0)) &&
		      refused(poke(good, "value_text_ends", 0, ends, 16),
			      NO_VALUE(0)) &&
		      refused(poke(good, "value_keys", 8, &key, 8),
			      NO_VALUE(1)) &&
		      refused(poke(good, "value_keys", 0, value_keys + 1, 8),
			      NO_VALUE(0)),
	      "texts that reach too far, keys that are not theirs");
	check(refused(poke(good, "value_vectors", 8, &nan_value, 4),
		      "value_vectors: not all numbers are finite") &&
		      refused(poke(good, "value_start", 4, &nan_value, 4),
			      "value_vectors: not all numbers are finite") &&
		      refused(poke(good, "value_means", 32, &nan_value, 4),
			      "value_means: not all numbers are finite"),
	      "numbers that are none");
	free(whole.at);
	free(version.at);
	free(sealed.at);
}

/* Values whose keys are right, and which make no sense. */
static void refuse_texts(const char *second, const char *third,
			 const char *message)
{
	const char *texts[VALUES] = {"a:b", second, third};
	struct ralm_model model;
	size_t size = 0;
	make_model(&model, USERS);
	make_values(&model.values, model.hash_seed);
	for (size_t i = 0; i < VALUES; i++) {
		const size_t n = strlen(texts[i]);
		memcpy(value_bytes + size, texts[i], n);
		value_keys[i] = ralm_user_key(texts[i], n, model.hash_seed);
		value_ends[i] = size += n;
	}
	model.values.text_size = size;
	if (ralm_model_save(path, NULL, &model, USERS, NULL, &err) != 0)
		abort();
	ralm_model_release(&model);
	check(refused(slurp(path), message), "values %s and %s", second, third);
}

static void test_value_texts(void)
{
	refuse_texts("age=3", "age=2",
		     "value_texts: the bins of value 2 do not ascend");
	refuse_texts("age=3", "age=3", NO_VALUE(2));
	refuse_texts("age=3", "age=x", NO_VALUE(2));
	refuse_texts("a=3", "b:c", "field 'a' has both words");
	refuse_texts("a:b", "b:c", NO_VALUE(1));
	refuse_texts("plain", "b:c", NO_VALUE(1));
	refuse_texts("user:7", "b:c", NO_VALUE(1));
	refuse_texts("b:", "b:c", NO_VALUE(1));
	refuse_texts("b:a c", "b:c", NO_VALUE(1));
}

/* ---- damage ------------------------------------------------------------- */

static bool survives(struct bytes *b, size_t at, unsigned char byte)
{
	struct ralm_model model;
	unsigned char good = b->at[at];
	b->at[at] = byte;
	int result = ralm_model_parse(&model, b->at, b->size, "m", &err);
	b->at[at] = good;
	if (result != 0)
		return err.code != RALM_ERROR_DATA;
	ralm_model_release(&model);
	printf("# byte %zu as '%c' is not noticed\n", at, byte);
	return true;
}

/* A bit, a digit: whatever the header says of itself, version and names of the
 * digests included. */
static void test_header(const struct bytes *good)
{
	struct bytes b = bytes_new(good->size);
	size_t end = 8 + header_length(good), survived = 0, digits = 0;
	memcpy(b.at, good->at, good->size);
	for (size_t i = 0; i < end; i++) {
		for (int bit = 0; bit < 8; bit++)
			survived += survives(&b, i, b.at[i] ^ 1 << bit);
		if (b.at[i] < '0' || b.at[i] > '9')
			continue;
		digits++;
		for (unsigned char c = '0'; c <= '9'; c++)
			survived += c != b.at[i] && survives(&b, i, c);
	}
	check(survived == 0 && end > 1000 && digits > 100,
	      "a bit and a digit changed in each of %zu places of the header",
	      end);
	check(opens(&b), "and not one of them is left");
	free(b.at);
}

/* ---- large files -------------------------------------------------------- */

/* Past RALM_MODEL_SMALL a file is read whole only when that is asked for. Until
 * then a file with these bytes of a tensor replaced is a model, in which every
 * search ends. */
static void check_large(const struct bytes *good, const char *tensor,
			const void *data, size_t size, const char *name)
{
	struct ralm_model opened;
	struct bytes b = poke(good, tensor, 0, data, size);
	char file[512];
	snprintf(file, sizeof file, "%s/large-%s.bin", keep_in ? keep_in : folder,
		 name);
	spew(file, b.at, b.size);
	free(b.at);
	bool ok = ralm_model_open(&opened, file, 0, &err) == 0;
	for (uint64_t key = 0; ok && key < 100; key++) {
		uint32_t row = ralm_users_find(&opened.users, key);
		ok = row == RALM_ROW_NONE ||
		     (row < USERS && opened.users.keys[row] == key);
	}
	if (ok)
		ralm_model_release(&opened);
	check(ok && ralm_model_open(&opened, file, RALM_MODEL_VERIFY, &err) ==
			    -1 &&
		      !strncmp(err.message, "damaged: ", 9) &&
		      !strcmp(err.file, file),
	      "a large file with a wrong %s: verified when asked for", name);
	if (keep_in == NULL)
		unlink(file);
}

static void test_large(void)
{
	struct ralm_model model;
	uint32_t index[16];
	const float number = 1;
	make_model_of(&model, USERS, 8192, 256);
	if (ralm_model_save(path, NULL, &model, USERS, NULL, &err) != 0)
		abort();
	ralm_model_release(&model);
	struct bytes good = slurp(path);
	if (good.size <= RALM_MODEL_SMALL)
		abort();
	check_large(&good, "target_transform", &number, sizeof number, "number");
	for (size_t i = 0; i < 16; i++)
		index[i] = 0;
	check_large(&good, "user_index", index, sizeof index, "loop");
	for (size_t i = 0; i < 16; i++)
		index[i] = USERS + (uint32_t)i * 100000000;
	check_large(&good, "user_index", index, sizeof index, "range");
	free(good.at);
}

int main(int argc, char **argv)
{
	keep_in = argc > 1 ? argv[1] : NULL;
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/m", folder);
	snprintf(other, sizeof other, "%s/n", folder);
	test_round_trip();
	test_rows_elsewhere();
	test_extra();
	test_same_user();
	test_open();

	struct ralm_model model;
	make_model(&model, USERS);
	if (ralm_model_save(path, NULL, &model, USERS, NULL, &err) != 0)
		abort();
	struct bytes good = slurp(path);
	check(opens(&good), "the file that the hostile ones are made from");
	test_container(&good);
	test_tensors(&good);
	test_metadata(&good);
	test_data(&good);
	test_header(&good);
	test_values();
	test_no_means();
	test_value_texts();
	test_large();
	ralm_model_release(&model);
	free(good.at);
	unlink(path);
	unlink(other);
	check(rmdir(folder) == 0, "nothing is left behind");
	return check_done();
}
