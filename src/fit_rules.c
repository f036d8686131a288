#include "fit_rules.h"

#include <stdio.h>
#include <string.h>

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
	cli_check_modes(tool, LEARN | NOTHING,
			!learns  ? NOTHING
			: stream ? STREAM
				 : EPOCHS,
			learns ? "--stream" : "--epochs=0");
	cli_check_needs(tool);
	const bool cosine = is(&choice, tool, config, "loss", "cosine");
	cli_check_modes(tool, COSINE_LOSS | OTHER_LOSS,
			cosine ? COSINE_LOSS : OTHER_LOSS, choice.called);
	const bool fixed = is(&choice, tool, config, "score-scale", "fixed");
	cli_check_modes(tool, LEARNED_SCALE | FIXED_SCALE,
			fixed ? FIXED_SCALE : LEARNED_SCALE, choice.called);
	if (!is(&choice, tool, config, "init-model", "")) {
		if (cli_given(tool, "embedding-size") ||
		    cli_given(tool, "transformed-size"))
			cli_usage(tool, "--init-model brings the sizes of its vectors");
		if (cli_given(tool, "network"))
			cli_usage(tool, "--init-model brings its network");
		return; /* it is known when the model is read */
	}
	const bool kdd19 = is(&choice, tool, config, "network", "kdd19");
	cli_check_modes(tool, KDD19 | OTHER_NETWORK,
			kdd19 ? KDD19 : OTHER_NETWORK, choice.called);
}
