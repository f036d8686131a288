/* Which parts of a configuration file are used: mode names runners, the runner
 * a phase, the phase a dataset. */
#include "settings/config_file.h"

#include "ground/c_locale.h"

#include <string.h>
#include <strings.h>

/* A list of mappings; *list is NULL where there is none. */
static int get_list(struct ralm_config_file *file,
		    const struct ralm_yaml_node **list,
		    const struct ralm_yaml_node *root, const char *key)
{
	const struct ralm_yaml_node *node = ralm_yaml_find(root, key);
	*list = NULL;
	if (node == NULL)
		return 0;
	if (node->kind != RALM_YAML_SEQUENCE)
		return ralm_config_fail_value(file, node, key, "expected a list");
	for (const struct ralm_yaml_node *n = node->first; n; n = n->next)
		if (n->kind != RALM_YAML_MAPPING)
			return ralm_config_fail_value(
				file, n, key, "expected a list of mappings");
	*list = node;
	return 0;
}

/* The element of the list that the scalar `from` names; NULL, with an error at
 * `from`: there is none. */
static const struct ralm_yaml_node *
find_named(struct ralm_config_file *file, const struct ralm_yaml_node *list,
	   const struct ralm_yaml_node *from, const char *what)
{
	if (from->kind != RALM_YAML_SCALAR) {
		ralm_config_fail_value(file, from, what, "expected a name");
		return NULL;
	}
	for (const struct ralm_yaml_node *n = list ? list->first : NULL; n;
	     n = n->next)
		if (ralm_yaml_is(ralm_yaml_find(n, "name"), from->text))
			return n;
	ralm_error_set(file->err, RALM_ERROR_CONFIG, "there is no %s named '%s'",
		       what, from->text);
	ralm_config_fail(file, from);
	return NULL;
}

/* Returns 1 if the runner trains, 0 if it infers, -1 with an error. */
static int is_train(struct ralm_config_file *file,
		    const struct ralm_yaml_node *runner)
{
	const struct ralm_yaml_node *class = ralm_yaml_find(runner, "class");
	const struct ralm_value_kind kind = {.type = RALM_VALUE_CHOICE,
					     .choices = "train|infer"};
	int infer;
	if (class == NULL)
		return 1;
	if (class->kind == RALM_YAML_SCALAR &&
	    ralm_value_parse(&infer, &kind, class->text, class->length))
		return !infer;
	return ralm_config_fail_value(file, class, "class",
				      "expected train or infer");
}

/* *chosen: the first of the runners that mode names which trains, else the first of
 * all which does; NULL: none trains. */
static int choose_runner(struct ralm_config_file *file,
			 const struct ralm_yaml_node **chosen,
			 const struct ralm_yaml_node *root,
			 const struct ralm_yaml_node *runners)
{
	const struct ralm_yaml_node *mode = ralm_yaml_find(root, "mode");
	bool many = mode != NULL && mode->kind == RALM_YAML_SEQUENCE;
	*chosen = NULL;
	/* A single name is a list of one. */
	for (const struct ralm_yaml_node *n = many ? mode->first : mode; n;
	     n = many ? n->next : NULL) {
		const struct ralm_yaml_node *named =
			find_named(file, runners, n, "runner");
		int trains = named != NULL ? is_train(file, named) : -1;
		if (trains < 0)
			return -1;
		if (trains && *chosen == NULL)
			*chosen = named;
	}
	for (const struct ralm_yaml_node *n = runners ? runners->first : NULL;
	     n; n = n->next) {
		int trains = is_train(file, n);
		if (trains < 0)
			return -1;
		if (trains && *chosen == NULL)
			*chosen = n;
	}
	return 0;
}

/* *chosen: the phase that the runner names first, else the first of all; NULL: there
 * are none. */
static int choose_phase(struct ralm_config_file *file,
			const struct ralm_yaml_node **chosen,
			const struct ralm_yaml_node *runner,
			const struct ralm_yaml_node *phases)
{
	const struct ralm_yaml_node *named = ralm_yaml_find(runner, "phases");
	if (named != NULL && named->kind == RALM_YAML_SEQUENCE)
		named = named->first;
	*chosen = phases ? phases->first : NULL;
	if (named == NULL)
		return 0;
	*chosen = find_named(file, phases, named, "phase");
	return *chosen ? 0 : -1;
}

/* *chosen: the dataset that the phase names, else the first of all; NULL: there are
 * none. */
static int choose_dataset(struct ralm_config_file *file,
			  const struct ralm_yaml_node **chosen,
			  const struct ralm_yaml_node *phase,
			  const struct ralm_yaml_node *datasets)
{
	const struct ralm_yaml_node *named =
		ralm_yaml_find(phase, "dataset_name");
	*chosen = datasets ? datasets->first : NULL;
	if (named == NULL)
		return 0;
	*chosen = find_named(file, datasets, named, "dataset");
	return *chosen ? 0 : -1;
}

/* Checks every element of a list; the values of the chosen one are used. */
static int read_list(struct ralm_config_file *file, enum ralm_config_place place,
		     const char *place_name, const struct ralm_yaml_node *list,
		     const struct ralm_yaml_node *chosen, bool *others,
		     struct ralm_config *config)
{
	struct ralm_config unused;
	for (const struct ralm_yaml_node *n = list ? list->first : NULL; n;
	     n = n->next) {
		struct ralm_config *into = n == chosen ? config : &unused;
		if (ralm_config_read_mapping(file, place, place_name, n, into) != 0)
			return -1;
		if (n != chosen)
			*others = true;
	}
	return 0;
}

int ralm_config_read_root(struct ralm_config_file *file,
			  const struct ralm_yaml_node *root,
			  struct ralm_config *config)
{
	const struct ralm_yaml_node *datasets, *runners, *phases;
	const struct ralm_yaml_node *dataset, *runner, *phase;
	if (ralm_config_read_mapping(file, RALM_PLACE_TOP, "configuration", root,
				     config) != 0)
		return -1;
	file->workspace = ralm_yaml_find(root, "workspace");
	if (file->workspace != NULL && file->workspace->kind != RALM_YAML_SCALAR)
		return ralm_config_fail_value(file, file->workspace, "workspace",
					      "expected a path");
	if (get_list(file, &datasets, root, "dataset") != 0 ||
	    get_list(file, &runners, root, "runner") != 0 ||
	    get_list(file, &phases, root, "phase") != 0 ||
	    choose_runner(file, &runner, root, runners) != 0 ||
	    choose_phase(file, &phase, runner, phases) != 0 ||
	    choose_dataset(file, &dataset, phase, datasets) != 0)
		return -1;

	const struct ralm_yaml_node *hyper =
		ralm_yaml_find(root, "hyper_parameters");
	const struct ralm_yaml_node *optimizer =
		ralm_yaml_find(hyper, "optimizer");
	if (hyper != NULL &&
	    ralm_config_read_mapping(file, RALM_PLACE_HYPER, "hyper_parameters",
				     hyper, config) != 0)
		return -1;
	/* A learning rate without a decay is constant, as in PaddleRec. */
	if (ralm_yaml_find(optimizer, "learning_rate") != NULL)
		config->learning_rate_decay = 0;
	if (optimizer != NULL &&
	    ralm_config_read_mapping(file, RALM_PLACE_OPTIMIZER, "optimizer",
				     optimizer, config) != 0)
		return -1;
	if (read_list(file, RALM_PLACE_DATASET, "dataset", datasets, dataset,
		      &file->other_datasets, config) != 0 ||
	    read_list(file, RALM_PLACE_RUNNER, "runner", runners, runner,
		      &file->other_runners, config) != 0)
		return -1;
	return read_list(file, RALM_PLACE_PHASE, "phase", phases, phase,
			 &file->other_phases, config);
}
