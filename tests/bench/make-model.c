/* A model of any size with random parameters, for measuring what does not
 * depend on what was learned:
 *
 *	make-model FILE USERS [D [H [NETWORK]]]
 *
 * Its users are the numbers 0 to USERS - 1. */
#include "libralm/model/model_file.h"

#include <stdio.h>
#include <stdlib.h>

static void die(const struct ralm_error *err)
{
	char text[sizeof *err];
	ralm_error_format(text, sizeof text, err);
	fprintf(stderr, "make-model: %s\n", text);
	exit(1);
}

int main(int argc, char **argv)
{
	struct ralm_error err;
	struct ralm_model model;
	struct ralm_config config;
	if (argc < 3 || argc > 6) {
		fprintf(stderr, "usage: make-model FILE USERS [D [H [NETWORK]]]\n");
		return 2;
	}
	size_t users = strtoull(argv[2], NULL, 10);
	ralm_config_init(&config);
	config.user_count = users;
	config.user_emb_size = argc > 3 ? strtoull(argv[3], NULL, 10) : 96;
	config.transformed_size = argc > 4 ? strtoull(argv[4], NULL, 10)
					   : config.user_emb_size;
	if ((argc > 5 &&
	     ralm_config_set(&config, "network", argv[5], &err) != 0) ||
	    ralm_model_init(&model, &config, &err) != 0 ||
	    ralm_table_grow(&model.table, users, &err) != 0)
		die(&err);
	for (size_t i = 0; i < users; i++) {
		uint32_t row;
		bool added;
		if (ralm_users_add(&row, &added, &model.users, i, &err) != 0)
			die(&err);
		ralm_table_row_start(ralm_table_row(&model.table, row),
				     model.table.dim, config.rng_seed, i, 0.3);
	}
	if (ralm_model_save(argv[1], NULL, &model, users, NULL, &err) != 0)
		die(&err);
	ralm_model_release(&model);
	return 0;
}
