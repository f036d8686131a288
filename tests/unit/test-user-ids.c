/* The text of users' ids: what is kept of whom, files with it and without, and
 * hostile ones. */
#include "check.h"

#include "libralm/formats/sample_text.h"
#include "libralm/formats/seed_slots.h"
#include "libralm/formats/user_id.h"
#include "libralm/ground/memory.h"
#include "libralm/model/model_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Decimal ones first, last and between; one that only looks decimal. */
static const char *const names[] = {"17", "ann", "0", "b\xc3\xb6", "007",
				    "18446744073709551616", "5"};
enum { NAMES = sizeof names / sizeof *names, HASHED = 4, D = 2 };

static struct ralm_error err;
static char path[] = "/tmp/ralm-ids-XXXXXX";

static void make_model(struct ralm_model *model, int user_ids)
{
	struct ralm_config config;
	ralm_config_init(&config);
	config.user_emb_size = D;
	config.transformed_size = D;
	config.user_count = 100;
	config.user_ids = user_ids;
	if (ralm_model_init(model, &config, &err) != 0 ||
	    ralm_table_grow(&model->table, NAMES, &err) != 0)
		abort();
	for (size_t i = 0; i < NAMES; i++) {
		const size_t length = strlen(names[i]);
		uint64_t key = ralm_user_key(names[i], length, model->hash_seed);
		uint32_t row;
		bool added;
		if (ralm_users_add(&row, &added, &model->users, key, &err) != 0 ||
		    ralm_user_ids_add(&model->ids, row, key, names[i], length,
				      &err) != 0)
			abort();
	}
}

static int get(char text[64], const struct ralm_model *model, uint32_t row)
{
	char digits[RALM_USER_ID_DIGITS];
	const char *id;
	size_t length;
	int got = ralm_user_ids_get(&id, &length, digits, &model->ids, row,
				    model->users.keys[row], model->hash_seed,
				    &err);
	text[0] = '\0';
	if (got == 1) {
		memcpy(text, id, length);
		text[length] = '\0';
	}
	return got;
}

static bool named(const struct ralm_model *model, size_t rows)
{
	char text[64];
	bool ok = model->users.count == rows;
	for (uint32_t row = 0; ok && row < rows; row++)
		ok = get(text, model, row) == 1 && !strcmp(text, names[row]);
	return ok;
}

static bool nameless(const struct ralm_model *model)
{
	char text[64];
	int unknown = 0;
	for (uint32_t row = 0; row < NAMES; row++)
		unknown += get(text, model, row) == 0;
	return unknown == HASHED && get(text, model, 6) == 1 &&
	       !strcmp(text, "5");
}

static bool has_tensors(const struct ralm_model *model)
{
	bool ids = ralm_safetensors_find(&model->file, "user_ids") != NULL;
	bool ends = ralm_safetensors_find(&model->file, "user_id_ends") != NULL;
	return ids && ends;
}

static bool saved(struct ralm_model *opened, const struct ralm_model *model,
		  size_t rows)
{
	return ralm_model_save(path, NULL, model, rows, NULL, &err) == 0 &&
	       ralm_model_open(opened, path, RALM_MODEL_VERIFY, &err) == 0;
}

static void test_names(void)
{
	struct ralm_model model, opened, copy;
	make_model(&model, RALM_USER_IDS_KEEP);
	check(named(&model, NAMES), "each user by name, in memory");
	check(model.ids.size == 3 + 3 + 3 + 20 && model.ids.count == 6,
	      "of decimal ids no byte is kept");
	check(saved(&opened, &model, NAMES) && has_tensors(&opened) &&
		      named(&opened, NAMES),
	      "and from a file");
	check(ralm_model_copy(&copy, &opened, 100, true, &err) == 0 &&
		      named(&copy, NAMES),
	      "a copy has them");
	ralm_model_release(&opened);
	check(named(&copy, NAMES), "of its own");
	check(saved(&opened, &copy, 3) && named(&opened, 3) &&
		      ralm_safetensors_find(&opened.file, "user_ids")->count == 3,
	      "of the rows that are saved alone");
	ralm_model_release(&opened);
	check(saved(&opened, &copy, 1) && !has_tensors(&opened) &&
		      named(&opened, 1),
	      "none where all ids are decimal");
	ralm_model_release(&opened);
	ralm_model_release(&copy);
	ralm_model_release(&model);
}

static void test_dropped(void)
{
	struct ralm_model model, opened, copy;
	make_model(&model, RALM_USER_IDS_DROP);
	check(nameless(&model), "dropped: the hashed ones are not known");
	check(saved(&opened, &model, NAMES) && !has_tensors(&opened) &&
		      nameless(&opened),
	      "nor in the file");
	ralm_model_release(&opened);
	ralm_model_release(&model);
	make_model(&model, RALM_USER_IDS_KEEP);
	check(ralm_model_copy(&copy, &model, 100, false, &err) == 0 &&
		      nameless(&copy) &&
		      ralm_user_ids_add(&copy.ids, NAMES, UINT64_MAX, "x", 1,
					&err) == 0 &&
		      copy.ids.size == 0,
	      "a copy can leave them out, for good");
	ralm_model_release(&copy);
	ralm_model_release(&model);
}

/* The model with one end or one byte changed, as a file that is whole. */
static bool refused(size_t end, uint64_t value, size_t byte, char c,
		    const char *message)
{
	struct ralm_model model, opened;
	make_model(&model, RALM_USER_IDS_KEEP);
	if (end < NAMES)
		model.ids.end[end] = value;
	if (byte < model.ids.size)
		model.ids.text[byte] = c;
	bool ok = !saved(&opened, &model, NAMES) &&
		  strstr(err.message, message) != NULL;
	if (!ok)
		printf("# wanted %s\n# got    %s\n", message, err.message);
	ralm_model_release(&model);
	return ok;
}

static void test_hostile(void)
{
	check(refused(3, 2, SIZE_MAX, 0, "user_id_ends: row 3 is from 3 to 2") &&
		      refused(1, UINT64_MAX, SIZE_MAX, 0,
			      "user_id_ends: row 1 is from 0 to 18446744073709551615"),
	      "ends that go back, or are behind the text");
	check(refused(1, 2, SIZE_MAX, 0, "user_ids: row 1 does not have the id"),
	      "an id that is cut");
	check(refused(SIZE_MAX, 0, 4, 'x', "user_ids: row 3 does not") &&
		      refused(SIZE_MAX, 0, 0, ' ', "user_ids: row 1 does not") &&
		      refused(SIZE_MAX, 0, 0, '\0', "user_ids: row 1 does not"),
	      "one that is another, or none");
	struct ralm_user_ids ids;
	static const uint64_t ends[] = {9, 2, 4};
	static const char text[] = "abcd";
	char digits[RALM_USER_ID_DIGITS];
	const char *id;
	size_t length;
	check(ralm_user_ids_borrow(&ids, text, 3, ends, 3, &err) == -1 &&
		      strstr(err.message, "the last one is 4, user_ids has 3"),
	      "an end that is not the text's");
	check(ralm_user_ids_borrow(&ids, text, 4, ends, 3, &err) == 0 &&
		      ralm_user_ids_get(&id, &length, digits, &ids, 0,
					UINT64_MAX, 0, &err) == -1 &&
		      ralm_user_ids_get(&id, &length, digits, &ids, 1,
					UINT64_MAX, 0, &err) == -1 &&
		      ralm_user_ids_get(&id, &length, digits, &ids, 2,
					UINT64_MAX, 0, &err) == -1 &&
		      ralm_user_ids_get(&id, &length, digits, &ids, 3,
					UINT64_MAX, 0, &err) == 0,
	      "where nothing was verified, each is looked at when it is asked for");
	static const char blank[] = "a b";
	static const uint64_t end = 3;
	const uint64_t key = ralm_user_key(blank, 3, 0);
	check(ralm_user_ids_borrow(&ids, blank, 3, &end, 1, &err) == 0 &&
		      ralm_user_ids_get(&id, &length, digits, &ids, 0, key, 0,
					&err) == -1,
	      "a blank is in no id, though its hash be right");
}

static void test_seeds(void)
{
	static const char line[] =
		"label:1 user_seeds:7\tuser_seeds:ann target_user:9 user_seeds:x ";
	static const char *const want[] = {"7", "ann", "x"};
	const char *rest = line, *id;
	size_t length = sizeof line - 1, id_length, n = 0;
	bool ok = true;
	while (ralm_next_seed(&id, &id_length, &rest, &length)) {
		ok = ok && n < 3 && id_length == strlen(want[n]) &&
		     memcmp(id, want[n], id_length) == 0;
		n++;
	}
	check(ok && n == 3, "the seeds of a line as text");
}

int main(void)
{
	int fd = mkstemp(path);
	if (fd < 0)
		return 99;
	close(fd);
	test_names();
	test_dropped();
	test_hostile();
	test_seeds();
	unlink(path);
	return check_done();
}
