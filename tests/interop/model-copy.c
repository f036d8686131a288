/* model-copy OUT: writes a model of 5003 users, the last of which have ids that
 * are no numbers. model-copy OUT IN: opens IN,
 * verifies it, and writes what it read. The C side of model.py. */
#include "libralm/formats/user_id.h"
#include "libralm/model/model_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(int result, const struct ralm_error *err)
{
	char text[1024];
	if (result == 0)
		return;
	ralm_error_format(text, sizeof text, err);
	fprintf(stderr, "model-copy: %s\n", text);
	exit(1);
}

static void add(struct ralm_model *model, uint64_t key, const char *id,
		struct ralm_error *err)
{
	uint32_t row;
	bool added;
	must(ralm_users_add(&row, &added, &model->users, key, err), err);
	must(ralm_table_grow(&model->table, (size_t)row + 1, err), err);
	ralm_table_row_start(ralm_table_row(&model->table, row), 7, 1, key, 0.1);
	must(ralm_user_ids_add(&model->ids, row, key, id, strlen(id), err), err);
}

static void make(struct ralm_model *model, struct ralm_error *err)
{
	struct ralm_config config;
	ralm_config_init(&config);
	strcpy(config.network, "paddlerec");
	config.user_emb_size = 7;
	config.transformed_size = 5;
	config.user_count = 5003;
	must(ralm_model_init(model, &config, err), err);
	static const char *const names[] = {"ann", "Zo\xc3\xab", "007"};
	for (uint64_t key = 0; key < 5000; key++)
		add(model, key * 3, "", err);
	for (int i = 0; i < 3; i++)
		add(model,
		    ralm_user_key(names[i], strlen(names[i]), model->hash_seed),
		    names[i], err);
	model->steps = 42;
	model->note = "of \"5003\" users\n\tZo\xc3\xab \\ \x01";
}

int main(int argc, char **argv)
{
	struct ralm_model model;
	struct ralm_error err;
	if (argc < 2 || argc > 3)
		return 2;
	if (argc == 3)
		must(ralm_model_open(&model, argv[2], RALM_MODEL_VERIFY, &err),
		     &err);
	else
		make(&model, &err);
	must(ralm_model_save(argv[1], NULL, &model, model.users.count, NULL, &err),
	     &err);
	ralm_model_release(&model);
	return 0;
}
