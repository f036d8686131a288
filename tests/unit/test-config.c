/* formats/yaml and settings: the tree, what is refused and where, which
 * part of a file counts, defaults, the effective YAML read back, the manual
 * page; formats/file_list. */
#include "check.h"

#include "libralm/settings/config.h"
#include "libralm/settings/config_table.h"
#include "libralm/ralm.h"
#include "libralm/formats/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct ralm_error err;
static struct ralm_config config;
static char ignored[RALM_CONFIG_IGNORED_MAX];

static int parse(const char *text)
{
	ralm_config_init(&config);
	return ralm_config_parse(&config, ignored, text, strlen(text), "c.yaml",
				 &err);
}

static bool decay_is(double expected, const char *text)
{
	return parse(text) == 0 && config.learning_rate_decay == expected;
}

/* The text is refused with exactly this message. */
static bool refused(const char *text, const char *message)
{
	char got[1024];
	struct ralm_config before;
	ralm_config_init(&before);
	if (parse(text) != -1 || err.code != RALM_ERROR_CONFIG ||
	    memcmp(&before, &config, sizeof config) != 0)
		return false;
	ralm_error_format(got, sizeof got, &err);
	if (strcmp(got, message) == 0)
		return true;
	printf("# wanted %s\n# got    %s\n", message, got);
	return false;
}

/* ---- the tree ---------------------------------------------------------- */

static bool tree_refused(const char *text, size_t length, const char *message)
{
	struct ralm_yaml yaml;
	char got[1024];
	if (ralm_yaml_parse(&yaml, text, length, "t", &err) != -1) {
		ralm_yaml_release(&yaml);
		return false;
	}
	ralm_error_format(got, sizeof got, &err);
	if (err.code == RALM_ERROR_CONFIG && strcmp(got, message) == 0)
		return true;
	printf("# wanted %s\n# got    %s\n", message, got);
	return false;
}
#define TREE(text, message) tree_refused(text, sizeof text - 1, message)

static void test_tree(void)
{
	static const char json[] =
		"{\"a\":1,\"b\\u0000\":[2,\"x\\n\\/\\u00e9\"],"
		"\"c\" : {\"d\":[]}}   ";
	struct ralm_yaml yaml;
	if (ralm_yaml_parse(&yaml, json, sizeof json - 1, "t", &err) != 0) {
		check(false, "%s", err.message);
		return;
	}
	const struct ralm_yaml_node *a = ralm_yaml_find(yaml.root, "a");
	const struct ralm_yaml_node *b = a ? a->next : NULL;
	const struct ralm_yaml_node *d =
		ralm_yaml_find(ralm_yaml_find(yaml.root, "c"), "d");
	check(yaml.root->length == 3 && ralm_yaml_is(a, "1") && !a->quoted &&
		      a->line == 1 && a->column == 6,
	      "JSON without a blank: a number and its place");
	check(b && b->key->length == 2 && b->length == 2 &&
		      b->kind == RALM_YAML_SEQUENCE && b->first->next->quoted &&
		      !strcmp(b->first->next->text, "x\n/\303\251"),
	      "escapes of JSON, a NUL in a key");
	check(d && d->kind == RALM_YAML_SEQUENCE && d->first == NULL &&
		      !ralm_yaml_find(yaml.root, "d") && !ralm_yaml_find(d, "d"),
	      "nesting, an empty list");
	ralm_yaml_release(&yaml);

	check(TREE("a: &x [1]\nb: *x\n", "t:1:4: tags and anchors are not supported") &&
		      TREE("a: *x\n", "t:1:4: aliases are not supported") &&
		      TREE("a: !!int 3\n", "t:1:4: tags and anchors are not supported") &&
		      TREE("a: &x {}\n", "t:1:4: tags and anchors are not supported") &&
		      TREE("a: &x 1\n", "t:1:4: tags and anchors are not supported"),
	      "no anchors, aliases and tags, so no YAML bomb");
	check(TREE("{\"a\":1, \"b\":2,\n \"a\":3}", "t:2:2: duplicate key 'a'") &&
		      TREE("? [1]\n: 2\n", "t:1:3: a key must be a single word") &&
		      TREE("a: 1\n---\nb: 2\n", "t:2:1: a second document begins here"),
	      "no duplicate key, no list as key, no second document");
	check(TREE("a: 1\nb: \377\n", "t:2:4: invalid leading UTF-8 octet") &&
		      TREE("a: \001\n", "t:1:4: control characters are not allowed") &&
		      TREE("a: 'b\n", "t:2:1: while scanning a quoted scalar: "
				     "found unexpected end of stream"),
	      "bytes that are no text, a quote that does not end");

	char deep[200] = "", *big = malloc(RALM_YAML_SIZE_MAX + 2);
	memset(deep, '[', 100);
	check(tree_refused(deep, 100, "t:1:33: nested too deeply"),
	      "depth is bounded");
	memset(big, ',', RALM_YAML_SIZE_MAX + 1);
	for (size_t i = 0; i < 40000; i++)
		memcpy(big + 2 * i, i ? "1," : "[ ", 2);
	check(tree_refused(big, 80000, "t:1:32769: more than 16384 values"),
	      "the number of values is bounded");
	check(tree_refused(big, RALM_YAML_SIZE_MAX + 1,
			   "t: more than 1048576 bytes"),
	      "size is bounded");
	free(big);
}

static bool quotes(const char *text, size_t length, const char *want)
{
	char got[600];
	size_t n = ralm_yaml_quote(got, text, length);
	return n == strlen(want) && memcmp(got, want, n) == 0;
}

static void test_quote(void)
{
	check(quotes("a\"\\\n\t\0z", 7, "\"a\\\"\\\\\\n\\u0009\\u0000z\"") &&
		      quotes("\303\251\360\237\230\200", 6,
			     "\"\303\251\360\237\230\200\""),
	      "quotes, backslashes, controls; UTF-8 as it is");
	check(quotes("\177\302\205\342\200\250\357\273\277", 9,
		     "\"\\u007f\\u0085\\u2028\\ufeff\""),
	      "what YAML would fold or refuse is escaped");
	check(quotes("\342\200\256\342\201\246\342\200\213\357\277\275", 12,
		     "\"\\u202e\\u2066\\u200b\357\277\275\""),
	      "what turns the direction of writing or is not seen, too");
	check(quotes("\377\300\200\355\240\200\342\200", 8,
		     "\"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\""),
	      "what is no UTF-8 is replaced");
	char all[256], quoted[256 * 6 + 2];
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	size_t n = ralm_yaml_quote(quoted, all, 128);
	struct ralm_yaml yaml;
	bool ok = ralm_yaml_parse(&yaml, quoted, n, "t", &err) == 0;
	check(ok && yaml.root->length == 128 &&
		      memcmp(yaml.root->text, all, 128) == 0,
	      "every ASCII byte comes back");
	ralm_yaml_release(&yaml);
}

/* ---- the configuration ------------------------------------------------- */

static void test_defaults(void)
{
	ralm_config_init(&config);
	check(config.optimizer == RALM_ADAM && config.learning_rate == 0.003 &&
		      config.user_emb_size == 128 &&
		      config.transformed_size == 64 && config.epochs == 1 &&
		      config.batch_size == 2048 && config.user_count == 10000000 &&
		      config.seeds_num == 0 && config.loss == RALM_LOG_LOSS &&
		      !strcmp(config.network, "attention") &&
		      config.init_deviation == 0.03 &&
		      config.score_scale == RALM_SCALE_LEARNED &&
		      config.score_scale_limit == 0 &&
		      config.rng_seed == 1 && config.print_interval == 100 &&
		      config.memory == (uint64_t)4 << 30 && !config.stream,
	      "the built-in defaults");
	check(ralm_config_check(&config, &err) == 0, "are in range");
	config.learning_rate = -1;
	check(ralm_config_check(&config, &err) == -1 &&
		      err.code == RALM_ERROR_CONFIG &&
		      !strcmp(err.message, "learning_rate: expected a number "
					   "from 0 to 1000, got -1"),
	      "a rate out of range is told");
	ralm_config_init(&config);
	config.user_count = (uint64_t)1 << 31;
	check(ralm_config_check(&config, &err) == -1 &&
		      !strcmp(err.message,
			      "user_count: expected a whole number from 1 to "
			      "2147483647, got 2147483648"),
	      "a count out of range is told");
}

static const char look_alike[] =
	"debug: false\n"
	"workspace: \"models/x\"\n"
	"dataset:\n"
	"- name: other\n"
	"  batch_size: 7\n"
	"  data_path: \"nowhere\"\n"
	"- name: train_it\n"
	"  type: DataLoader\n"
	"  batch_size: 32\n"
	"  data_path: \"{workspace}/data/train\"\n"
	"  sparse_slots: \"label user_seeds target_user\"\n"
	"hyper_parameters:\n"
	"    optimizer:\n"
	"        class: adagrad\n"
	"        learning_rate: 0.0001\n"
	"    use_DataLoader: True\n"
	"    user_emb_size: 96\n"
	"    seeds_num: 20\n"
	"mode: [infer_runner, second]\n"
	"runner:\n"
	"  - name: first\n"
	"    class: train\n"
	"    epochs: 9\n"
	"  - name: second\n"
	"    class: train\n"
	"    epochs: 2\n"
	"    device: cpu\n"
	"    init_model_path: \"\"\n"
	"    save_checkpoint_interval: 1\n"
	"    save_checkpoint_path: \"increment\"\n"
	"  - name: infer_runner\n"
	"    class: infer\n"
	"    device: gpu\n"
	"    init_model_path: \"increment/0\"\n"
	"    print_interval: 1\n"
	"phase:\n"
	"- name: phase1\n"
	"  model: \"{workspace}/model.py\"\n"
	"  dataset_name: train_it\n"
	"  thread_num: 1\n";

static void test_parts(void)
{
	if (!check(parse(look_alike) == 0, "a file in PaddleRec's structure"))
		return;
	check(config.epochs == 2 && config.save_checkpoint_interval == 1 &&
		      !strcmp(config.save_checkpoint_path, "increment") &&
		      !strcmp(config.init_model_path, ""),
	      "the runner that mode names and that trains counts");
	check(config.batch_size == 32 &&
		      !strcmp(config.data_path, "models/x/data/train"),
	      "the dataset that the phase names counts; its workspace is put in");
	check(config.optimizer == RALM_ADAGRAD &&
		      config.learning_rate == 0.0001 &&
		      config.user_emb_size == 96 && config.seeds_num == 20 &&
		      config.transformed_size == 64 && config.print_interval == 100,
	      "what the file lacks keeps its default");
	check(config.learning_rate_decay == 0,
	      "a rate that stands alone does not fall");
	check(!strcmp(ignored, "debug, dataset.type, dataset.sparse_slots, "
			       "hyper_parameters.use_DataLoader, phase.model, "
			       "phase.thread_num, other datasets, other runners"),
	      "what was ignored is listed once: %s", ignored);
	check(parse("workspace: '{workspace}'\n"
		    "dataset: [{data_path: '{workspace}{workspace}x'}]\n") == 0 &&
		      !strcmp(config.data_path, "{workspace}{workspace}x") &&
		      parse("workspace: a\n"
			    "dataset: [{data_path: '{workspace}b{workspace}c'}]\n") == 0 &&
		      !strcmp(config.data_path, "abac"),
	      "every {workspace} of a path is replaced, once");
	check(parse("runner:\n- {name: a, class: infer, epochs: 5}\n"
		    "- {name: b, class: train, epochs: 6}\n"
		    "- {name: c, class: train, epochs: 7}\n") == 0 &&
		      config.epochs == 6,
	      "without mode the first that trains");
	check(parse("mode: c\nrunner:\n- {name: b, class: train, epochs: 6}\n"
		    "- {name: c, class: train, epochs: 7, phases: [q]}\n"
		    "dataset: [{name: d, batch_size: 1}, {name: e, batch_size: 2}]\n"
		    "phase: [{name: p, dataset_name: d}, {name: q, dataset_name: e}]\n") ==
			      0 &&
		      config.epochs == 7 && config.batch_size == 2,
	      "a runner's phases say which phase counts");
	check(parse("workspace: w\nhyper_parameters:\n  optimizer: {class: Rowwise_adaGrad}\n"
		    "  loss: cosine\n  score_scale: fixed\n  network: paddlerec\n"
		    "  score_scale_limit: 6.5\n"
		    "  margin: -0.5\nrunner: [{stream: TRUE, memory: 512M}]\n") == 0 &&
		      config.optimizer == RALM_ROWWISE_ADAGRAD &&
		      config.loss == RALM_COSINE_LOSS && config.stream &&
		      config.score_scale == RALM_SCALE_FIXED &&
		      config.score_scale_limit == 6.5 &&
		      config.margin == -0.5 && config.memory == 512u << 20 &&
		      !strcmp(ignored, "workspace"),
	      "names in any capitals, sizes, flags; an unused workspace");
	check(decay_is(0.005, "hyper_parameters: {optimizer: {class: Adam}}\n") &&
		      decay_is(0.5, "hyper_parameters: {optimizer: "
				    "{learning_rate_decay: 0.5, "
				    "learning_rate: 0.1}}\n"),
	      "the rate falls by default, and as the file says");
}

static bool path_is(const char *text, const char *path)
{
	char yaml[100];
	snprintf(yaml, sizeof yaml, "runner: [{init_model_path: %s}]\n", text);
	return parse(yaml) == 0 && !strcmp(config.init_model_path, path);
}

static void test_null(void)
{
	check(path_is("", "") && path_is("~", "") && path_is("null", "") &&
		      path_is("Null", "") && path_is("NULL", ""),
	      "what YAML calls null is no path");
	check(path_is("'null'", "null") && path_is("\"~\"", "~") &&
		      path_is("nULL", "nULL"),
	      "in quotes, or in other capitals, it is one");
}

/* A path of `length` bytes behind `mark`; a workspace of `workspace` bytes. */
static bool refused_path(size_t length, size_t workspace, const char *mark)
{
	size_t size = length + workspace + 200;
	char *text = malloc(size), *letters = malloc(size);
	if (text == NULL || letters == NULL)
		abort();
	memset(letters, 'p', size);
	snprintf(text, size, "workspace: \"%.*s\"\ndataset: [{data_path: \"%s%.*s\"}]\n",
		 (int)workspace, letters, mark, (int)length, letters);
	bool ok = parse(text) == -1 &&
		  strstr(err.message, "expected a path of at most 1023 bytes");
	free(text);
	free(letters);
	return ok;
}

static void test_refused(void)
{
	check(refused("hyper_parameters:\n  user_size: 3\n",
		      "c.yaml:2:3: unknown key 'user_size' in hyper_parameters") &&
		      refused("trainer: 1\n", "c.yaml:1:1: unknown key 'trainer'") &&
		      refused("runner:\n- {class: infer, epoch: 3}\n",
			      "c.yaml:2:18: unknown key 'epoch' in runner") &&
		      refused("dataset: [{epochs: 3}]\n",
			      "c.yaml:1:12: unknown key 'epochs' in dataset"),
	      "an unknown key, also in a part that does not count");
	check(refused("debug: 1\ndebug: 2\n", "c.yaml:2:1: duplicate key 'debug'"),
	      "a duplicate key");
	check(refused("runner: [{epochs: 1.5}]\n",
		      "c.yaml:1:19: epochs: expected a whole number from 0 to "
		      "1000000000, got '1.5'") &&
		      refused("runner: [{epochs: '3'}]\n",
			      "c.yaml:1:19: epochs: expected a whole number from "
			      "0 to 1000000000, got text '3'") &&
		      refused("runner: [{epochs: [3]}]\n",
			      "c.yaml:1:19: epochs: expected a whole number from "
			      "0 to 1000000000, got a list") &&
		      refused("runner: [{epochs: -1}]\n",
			      "c.yaml:1:19: epochs: expected a whole number from "
			      "0 to 1000000000, got '-1'") &&
		      refused("hyper_parameters: {optimizer: {learning_rate: nan}}\n",
			      "c.yaml:1:47: learning_rate: expected a number from "
			      "0 to 1000, got 'nan'") &&
		      refused("hyper_parameters: {optimizer: SGD}\n",
			      "c.yaml:1:31: optimizer: expected a mapping, got 'SGD'") &&
		      refused("hyper_parameters: {optimizer: {class: momentum}}\n",
			      "c.yaml:1:39: class: expected one of "
			      "SGD|Adagrad|RowwiseAdagrad|Adam, got 'momentum'") &&
		      refused("runner: [{stream: 1}]\n",
			      "c.yaml:1:19: stream: expected true or false, got '1'") &&
		      refused("runner: [{memory: 1K}]\n",
			      "c.yaml:1:19: memory: expected a size such as 512M "
			      "(K, M, G, T), at least 1048576, got '1K'") &&
		      refused("dataset: {}\n",
			      "c.yaml:1:10: dataset: expected a list, got a mapping") &&
		      refused("dataset: [3]\n", "c.yaml:1:11: dataset: expected a "
						"list of mappings, got '3'"),
	      "a value of the wrong type or out of range");
	check(refused("- 1\n", "c.yaml:1:1: configuration: expected a mapping, got a list") &&
		      refused("# nothing\n", "c.yaml: the file is empty"),
	      "a file without keys");
	check(refused("runner: [{device: tpu}]\n",
		      "c.yaml:1:19: device: expected cpu, gpu or gpu:N,N..., got 'tpu'") &&
		      refused("runner: [{device: \"gpu:\"}]\n",
			      "c.yaml:1:19: device: expected cpu, gpu or "
			      "gpu:N,N..., got text 'gpu:'") &&
		      refused("runner: [{device: \"gpu:0,\"}]\n",
			      "c.yaml:1:19: device: expected cpu, gpu or "
			      "gpu:N,N..., got text 'gpu:0,'") &&
		      refused("runner: [{device: \"gpu:1,,2\"}]\n",
			      "c.yaml:1:19: device: expected cpu, gpu or "
			      "gpu:N,N..., got text 'gpu:1,,2'") &&
		      refused("runner: [{device: gpus}]\n",
			      "c.yaml:1:19: device: expected cpu, gpu or "
			      "gpu:N,N..., got 'gpus'"),
	      "a device that is not there");
	check(parse("runner: [{device: \"gpu:0,12\"}]\n") == 0 &&
		      !strcmp(config.device, "gpu:0,12") &&
		      parse("runner: [{device: GPU}]\n") == 0 &&
		      !strcmp(config.device, "gpu") &&
		      parse("runner: [{device: \"Gpu:3\"}]\n") == 0 &&
		      !strcmp(config.device, "gpu:3") &&
		      refused("runner: [{device: \"cpu:0\"}]\n",
			      "c.yaml:1:19: device: expected cpu, gpu or "
			      "gpu:N,N..., got text 'cpu:0'") &&
		      parse("runner: [{class: Infer}, {class: TRAIN, epochs: 7}]\n") ==
			      0 &&
		      config.epochs == 7,
	      "devices by their numbers, and words in capitals");
	check(refused("mode: x\nrunner: [{name: y}]\n",
		      "c.yaml:1:7: there is no runner named 'x'") &&
		      refused("phase: [{dataset_name: x}]\n",
			      "c.yaml:1:24: there is no dataset named 'x'") &&
		      refused("runner: [{class: eval}]\n",
			      "c.yaml:1:18: class: expected train or infer, got 'eval'") &&
		      refused("dataset: [{data_path: \"{workspace}/x\"}]\n",
			      "c.yaml:1:23: data_path: the file sets no workspace"),
	      "names that lead nowhere");
	check(refused_path(RALM_CONFIG_PATH_MAX, 0, "") &&
		      refused_path(5 * RALM_CONFIG_PATH_MAX, 0, "") &&
		      refused_path(0, RALM_CONFIG_PATH_MAX, "{workspace}") &&
		      refused_path(1000, 1000, "{workspace}") &&
		      refused_path(10, 300, "{workspace}{workspace}{workspace}{workspace}"),
	      "paths that are too long");
	check(parse("dataset: [{data_path: \"a\\0b\"}]\n") == -1 &&
		      strstr(err.message, "data_path: expected a path"),
	      "a path with a NUL");
	check(ralm_config_read(&config, ignored, "/nonexistent/c", &err) == -1 &&
		      err.code == RALM_ERROR_SYSTEM &&
		      strstr(err.message, "/nonexistent/c"),
	      "a file that is not there");
}

static void test_text(void)
{
	static char text[RALM_CONFIG_TEXT_MAX], again[RALM_CONFIG_TEXT_MAX];
	ralm_config_init(&config);
	config.learning_rate = 1e-5;
	config.weight_decay = 0.1 + 0.2;
	config.optimizer = RALM_ROWWISE_ADAGRAD;
	config.score_scale = RALM_SCALE_FIXED;
	config.loss = RALM_COSINE_LOSS;
	config.rng_seed = UINT64_MAX;
	config.memory = 3 << 20;
	config.threads = 3;
	config.stream = true;
	strcpy(config.data_path, "a \"b\": {workspace}\t#\\");
	memset(config.init_model_path, 1, RALM_CONFIG_PATH_MAX - 1);
	struct ralm_config before = config;
	size_t n = ralm_config_text(text, &config, false);
	ralm_config_init(&config);
	if (!check(ralm_config_parse(&config, ignored, text, n, "t", &err) == 0,
		   "the effective YAML is valid input"))
		printf("# %s\n%s\n", err.message, text);
	check(memcmp(&before, &config, sizeof config) == 0 && !*ignored,
	      "every setting comes back");
	ralm_config_text(again, &config, false);
	check(!strcmp(text, again), "and prints the same");
	check(strstr(text, "learning_rate: 1.0e-05\n") &&
		      strstr(text, "memory: 3M\n") &&
		      strstr(text, "class: RowwiseAdagrad\n"),
	      "numbers in their shortest form");

	before = config;
	before.threads = 5;
	before.memory *= 2;
	before.keep = before.print_interval = before.save_every = 7;
	strcpy(before.data_path, "elsewhere");
	ralm_config_text(text, &config, true);
	ralm_config_text(again, &before, true);
	check(!strcmp(text, again) && !strstr(text, "data_path"),
	      "what a model keeps does not depend on paths and threads");
	before.epochs++;
	ralm_config_text(again, &before, true);
	check(strcmp(text, again) != 0, "but on the settings of learning");
	before = config;
	before.table_on = RALM_TABLE_ON_GPU;
	ralm_config_text(again, &before, true);
	check(!strstr(text, "table_on") && strstr(again, "table_on: gpu\n"),
	      "and, where it is set, on whose memory holds the vectors");
}

static void test_file(void)
{
	char path[] = "/tmp/ralm-config-XXXXXX";
	int fd = mkstemp(path);
	static char printed[RALM_CONFIG_TEXT_MAX];
	if (fd < 0)
		abort();
	ralm_config_init(&config);
	config.epochs = 77;
	size_t bytes = ralm_config_text(printed, &config, false);
	bool ok = write(fd, printed, bytes) == (ssize_t)bytes;
	ralm_config_init(&config);
	check(ok && ralm_config_read(&config, ignored, path, &err) == 0 &&
		      config.epochs == 77,
	      "printed to a file and read from it");
	ok = write(fd, "epochs: 3\n", 10) == 10;
	char text[1024], want[1024];
	snprintf(want, sizeof want, "%s:", path);
	config.epochs = 5;
	strcpy(ignored, "as it was");
	check(ok && ralm_config_read(&config, ignored, path, &err) == -1 &&
		      (ralm_error_format(text, sizeof text, &err),
		       !strncmp(text, want, strlen(want)) && err.line > 20),
	      "an error names the file and the line");
	check(config.epochs == 5 && !strcmp(ignored, "as it was"),
	      "and leaves the settings as they were");
	close(fd);
	unlink(path);

	char example[4096];
	const char *source = getenv("RALM_SRC");
	snprintf(example, sizeof example, "%s/examples/paddlerec.yaml",
		 source ? source : ".");
	ralm_config_init(&config);
	check(ralm_config_read(&config, ignored, example, &err) == 0 &&
		      config.optimizer == RALM_SGD &&
		      config.learning_rate == 0.0001 &&
		      config.batch_size == 32 && config.user_emb_size == 96 &&
		      config.transformed_size == 96 &&
		      config.user_count == 100000 && config.seeds_num == 20 &&
		      config.epochs == 1 && config.print_interval == 1 &&
		      !strcmp(config.network, "paddlerec") &&
		      config.init_deviation == 0.01 &&
		      !strcmp(config.data_path, "data/paddle_train.txt") &&
		      !*ignored,
	      "examples/paddlerec.yaml gives PaddleRec's settings");
}

static void touch(const char *folder, const char *name)
{
	char path[128];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	if (f == NULL || fclose(f) != 0)
		abort();
}

static void test_files(void)
{
	char folder[] = "/tmp/ralm-files-XXXXXX", path[128], want[4][128];
	static const char *const names[] = {"b", "a 2", "a1", ".hidden"};
	struct ralm_file_list list;
	if (mkdtemp(folder) == NULL)
		abort();
	check(ralm_file_list_init(&list, folder, &err) == -1 &&
		      !strncmp(err.message, "there is no file in '/tmp", 25),
	      "a folder without files");
	for (size_t i = 0; i < 4; i++)
		touch(folder, names[i]);
	snprintf(path, sizeof path, "%s/sub", folder);
	if (mkdir(path, 0777) != 0)
		abort();
	snprintf(want[0], sizeof want[0], "%s/a 2", folder);
	snprintf(want[1], sizeof want[1], "%s/a1", folder);
	snprintf(want[2], sizeof want[2], "%s/b", folder);
	bool ok = ralm_file_list_init(&list, folder, &err) == 0 &&
		  list.count == 3;
	for (size_t i = 0; i < 3 && ok; i++)
		ok = strcmp(list.paths[i], want[i]) == 0;
	check(ok, "the files of a folder by name, but for hidden ones");
	ralm_file_list_release(&list);
	ok = ralm_file_list_init(&list, want[1], &err) == 0;
	check(ok && list.count == 1 && !strcmp(list.paths[0], want[1]),
	      "a file is itself");
	ralm_file_list_release(&list);
	rmdir(path);
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	check(rmdir(folder) == 0, "nothing is left behind");
}

/* ---- the manual page --------------------------------------------------- */

static char page[64 << 10];

static bool read_page(const char *name)
{
	char path[4096];
	const char *source = getenv("RALM_SRC");
	snprintf(path, sizeof path, "%s/man/%s", source ? source : ".", name);
	FILE *f = fopen(path, "r");
	if (f == NULL)
		return false;
	page[0] = '\n';
	size_t n = fread(page + 1, 1, sizeof page - 2, f);
	page[n + 1] = '\0';
	fclose(f);
	return n > 0 && n < sizeof page - 2;
}

/* What the page must say of a setting. */
static bool page_has(const char *place, const char *name, const char *takes,
		     const char *standard)
{
	char text[512];
	if (strcmp(takes, "ignored") == 0)
		snprintf(text, sizeof text, "\n.Ic %s%s ", place, name);
	else if (strcmp(takes, "structure") == 0)
		snprintf(text, sizeof text, "\n.It Ic %s\n", name);
	else
		snprintf(text, sizeof text, "\n.It Ic %s\n%s%s%s.\n", name,
			 takes, *standard ? "; default " : "", standard);
	if (strstr(page, text) != NULL)
		return true;
	printf("# the page lacks %s\n", text + 1);
	return false;
}

static void test_page(void)
{
	const char *place, *name, *standard;
	char takes[RALM_VALUE_EXPECTED_MAX];
	if (!check(read_page("ralm-config.5"), "ralm-config(5) is there"))
		return;
	bool ok = true;
	for (size_t i = 0;
	     ralm_config_setting(&place, &name, takes, &standard, i); i++)
		ok = page_has(place, name, takes, standard) && ok;
	check(ok, "it has every key, with its range and default");
	ok = true;
	for (const char *at = page; (at = strstr(at, "\n.It Ic ")) != NULL;) {
		at += strlen("\n.It Ic ");
		size_t length = strcspn(at, "\n");
		bool known = false;
		for (size_t i = 0; ralm_config_setting(&place, &name, takes,
						       &standard, i); i++)
			known = known || (strlen(name) == length &&
					  strncmp(at, name, length) == 0);
		if (!known)
			printf("# no such key: %.*s\n", (int)length, at);
		ok = ok && known;
	}
	check(ok, "and no other");
}

/* Each option of the table, and its argument or its choices. The options of the
 * page are those of --help (ralm-fit.bats). */
static void test_option_page(void)
{
	bool ok = true;
	size_t options = 0;
	if (!check(read_page("ralm-fit.1"), "ralm-fit(1) is there"))
		return;
	for (size_t i = 0; i < ralm_setting_count; i++) {
		const struct ralm_config_option *o = &ralm_settings[i].option;
		char text[64];
		if (o->name == NULL)
			continue;
		snprintf(text, sizeof text, "Fl -%s%s", o->name,
			 o->argument ? " Ns = Ns " : "\n");
		if (strstr(page, text) == NULL) {
			printf("# ralm-fit(1) lacks %s\n", text);
			ok = false;
		}
		options++;
	}
	check(ok && options > 20, "it has the option of every setting");
}

static void test_options(void)
{
	struct ralm_config_option o;
	char value[RALM_CONFIG_VALUE_MAX];
	ralm_config_init(&config);
	check(ralm_config_option(&o, "embedding-size") && o.letter == 0 &&
		      !strcmp(o.argument, "N") && !strcmp(o.standard, "128") &&
		      ralm_config_option(&o, "patience") && o.standard == NULL,
	      "an option of a setting is described");
	check(ralm_config_set(&config, "embedding-size", "7", &err) == 0 &&
		      config.user_emb_size == 7 &&
		      ralm_config_get(value, &config, "user_emb_size", &err) == 0 &&
		      !strcmp(value, "7"),
	      "it sets the field of its setting");
	check(ralm_config_set(&config, "optimizer", "RowwiseAdagrad", &err) == 0 &&
		      config.optimizer == RALM_ROWWISE_ADAGRAD &&
		      ralm_config_get(value, &config, "optimizer", &err) == 0 &&
		      !strcmp(value, "rowwise-adagrad") &&
		      ralm_config_get(value, &config, "class", &err) == 0 &&
		      !strcmp(value, "RowwiseAdagrad"),
	      "its choices have the names of the file, too");
	check(ralm_config_set(&config, "optimizer", "none", &err) == -1 &&
		      !strcmp(err.message, "optimizer: expected one of "
					   "sgd|adagrad|rowwise-adagrad|adam, "
					   "got 'none'"),
	      "and are told by their own names");
	check(!ralm_config_option(&o, "user_emb_size") &&
		      !ralm_config_option(&o, "data_path"),
	      "a key is no option");
	check(ralm_config_get(value, &config, "nothing", &err) == -1 &&
		      err.code == RALM_ERROR_CONFIG,
	      "what is no setting has no value");
}

int main(void)
{
	test_tree();
	test_quote();
	test_defaults();
	test_parts();
	test_null();
	test_refused();
	test_text();
	test_file();
	test_files();
	test_page();
	test_option_page();
	test_options();
	return check_done();
}
