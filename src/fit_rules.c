#include "fit_rules.h"

#include "cli_rules.h"

#include <stdio.h>
#include <string.h>

enum {
	EPOCHS = 1,
	STREAM = 2,  /* --stream */
	NOTHING = 4, /* --epochs=0: nothing is learned */
	LEARN = EPOCHS | STREAM,
	ANY = LEARN | NOTHING,
};

static const struct cli_rule rules[] = {
	{"batch-size", LEARN, NULL},
	{"block-size", LEARN, NULL},
	{"learning-rate", LEARN, NULL},
	{"learning-rate-decay", LEARN, NULL},
	{"optimizer", LEARN, NULL},
	{"weight-decay", LEARN, NULL},
	{"rng-seed", LEARN, NULL},
	{"alpha", LEARN, NULL},
	{"loss", LEARN, NULL},
	{"stream", LEARN, NULL},
	{"negative-weight", LEARN, NULL},
	{"margin", LEARN, NULL},
	{"score-scale", LEARN, NULL},
	{"seeds-num", LEARN, NULL},
	{"init-deviation", LEARN, NULL},
	{"min-value-count", ANY, "users"},
	{"bins", ANY, "users"},
	{"memory", EPOCHS, NULL},
	{"save-every", LEARN, NULL},
	{"skip-bad", LEARN, NULL},
	{"log", LEARN, NULL},
	{"print-interval", LEARN, NULL},
	{"checkpoint-every", LEARN, "checkpoint-dir"},
	{"resume", ANY, "checkpoint-dir"},
	{"keep", LEARN, "checkpoint-dir"},
};

enum { COSINE_LOSS = 1, OTHER_LOSS = 2 };

static const struct cli_rule loss_rules[] = {
	{"negative-weight", OTHER_LOSS, NULL},
	{"margin", COSINE_LOSS, NULL},
};

enum { KDD19 = 1, OTHER_NETWORK = 2 };

static const struct cli_rule network_rules[] = {
	{"alpha", KDD19, NULL},
};

/* A setting whose value decides which options do something. */
struct choice {
	char value[RALM_CONFIG_VALUE_MAX];
	char called[RALM_CONFIG_VALUE_MAX + 32]; /* "--loss=cosine" */
};

static bool is(struct choice *choice, const struct cli_tool *tool,
	       const struct ralm_config *config, const char *name, const char *value)
{
	struct ralm_error err;
	if (ralm_config_get(choice->value, config, name, &err) != 0)
		cli_fail(tool, &err);
	snprintf(choice->called, sizeof choice->called, "--%s=%s", name,
		 choice->value);
	return strcmp(choice->value, value) == 0;
}

void fit_check_rules(const struct cli_tool *tool, const struct ralm_config *config,
		     bool learns)
{
	struct choice choice;
	const bool stream = is(&choice, tool, config, "stream", "true");
	cli_check_rules(tool, rules, sizeof rules / sizeof *rules,
			!learns  ? NOTHING
			: stream ? STREAM
				 : EPOCHS,
			learns ? "--stream" : "--epochs=0");
	const bool cosine = is(&choice, tool, config, "loss", "cosine");
	cli_check_rules(tool, loss_rules, sizeof loss_rules / sizeof *loss_rules,
			cosine ? COSINE_LOSS : OTHER_LOSS, choice.called);
	if (!is(&choice, tool, config, "init-model", "")) {
		if (cli_given(tool, "embedding-size") ||
		    cli_given(tool, "transformed-size"))
			cli_usage(tool, "--init-model brings the sizes of its vectors");
		if (cli_given(tool, "network"))
			cli_usage(tool, "--init-model brings its network");
		return; /* it is known when the model is read */
	}
	const bool kdd19 = is(&choice, tool, config, "network", "kdd19");
	cli_check_rules(tool, network_rules,
			sizeof network_rules / sizeof *network_rules,
			kdd19 ? KDD19 : OTHER_NETWORK, choice.called);
}
