#include "build_rules.h"

enum {
	PLANTED = BUILD_PLANTED,
	CLICKS = BUILD_CLICKS,
	SAMPLES = BUILD_SAMPLES,
	LOGS = PLANTED | CLICKS,
};

static const struct {
	const char *name;
	int sources;
	const char *needs; /* another option, or NULL */
} rules[] = {
	{"columns", CLICKS, NULL},
	{"delimiter", CLICKS, NULL},
	{"header", CLICKS, NULL},
	{"no-header", CLICKS, NULL},
	{"multiline", CLICKS, NULL},
	{"time-format", CLICKS, NULL},
	{"event", CLICKS, NULL},
	{"missing", CLICKS, NULL},
	{"min-rating", CLICKS, NULL},
	{"skip-bad", CLICKS | SAMPLES, NULL},
	{"users", PLANTED, NULL},
	{"items", PLANTED, NULL},
	{"tastes", PLANTED, NULL},
	{"clicks-per-user", PLANTED, NULL},
	{"noise", PLANTED, NULL},
	{"planted-fields", PLANTED, "users-file"},
	{"seeds-num", LOGS, NULL},
	{"min-seeds", LOGS, NULL},
	{"seed-order", LOGS, NULL},
	{"repeat-seeds", LOGS, NULL},
	{"refresh", LOGS, NULL},
	{"negatives", LOGS, NULL},
	{"negative-sampling", LOGS, NULL},
	{"passes", LOGS, NULL},
	{"lists", LOGS | SAMPLES, NULL},
	{"test", LOGS | SAMPLES, NULL},
	{"valid", LOGS | SAMPLES, "test"},
	{"split-by", LOGS | SAMPLES, "test"},
	{"test-ratio", LOGS | SAMPLES, "test"},
	{"valid-ratio", LOGS | SAMPLES, "valid"},
	{"test-per-item", LOGS, "test"},
	{"test-min-users", LOGS, "test"},
	{"test-negatives", LOGS, "test"},
	{"cold-seeds", LOGS, "test"},
	{"users-file", LOGS, NULL},
	{"user-table", CLICKS, NULL},
	{"user-columns", CLICKS, "user-table"},
	{"user-numbers", CLICKS, "user-table"},
	{"user-delimiter", CLICKS, "user-table"},
	{"seeds-file", LOGS, NULL},
	{"seeds-latest", LOGS, "seeds-file"},
	{"rng-seed", LOGS | SAMPLES, NULL},
	{"quiet", LOGS | SAMPLES, NULL},
	{"stats", LOGS | SAMPLES, NULL},
	{"json", LOGS | SAMPLES, "stats"},
};

void build_check_rules(const struct cli_tool *tool,
		       const struct build_source *source)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		if (!cli_given(tool, rules[i].name))
			continue;
		if (!(rules[i].sources & (int)source->kind))
			cli_usage(tool, "--%s has no meaning with %s",
				  rules[i].name, source->name);
		if (rules[i].needs != NULL && !cli_given(tool, rules[i].needs))
			cli_usage(tool, "--%s needs --%s", rules[i].name,
				  rules[i].needs);
	}
}
