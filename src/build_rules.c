#include "build_rules.h"

#include "cli_rules.h"

enum {
	PLANTED = BUILD_PLANTED,
	CLICKS = BUILD_CLICKS,
	SAMPLES = BUILD_SAMPLES,
	LOGS = PLANTED | CLICKS,
};

static const struct cli_rule rules[] = {
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

/* What is made: with --passes=0 there are no training samples, without --test there
 * are no others. */
enum {
	TRAINING = 1,
	HELD_OUT = 2,
	INVENTED = 4, /* the planted click log */
};

static const struct cli_rule sample_rules[] = {
	{"seeds-num", TRAINING | HELD_OUT, NULL},
	{"min-seeds", TRAINING | HELD_OUT, NULL},
	{"seed-order", TRAINING | HELD_OUT, NULL},
	{"repeat-seeds", TRAINING | HELD_OUT, NULL},
	{"refresh", TRAINING, NULL},
	{"negatives", TRAINING, NULL},
	{"negative-sampling", TRAINING | HELD_OUT, NULL},
	{"lists", TRAINING | HELD_OUT, NULL},
	{"rng-seed", TRAINING | HELD_OUT | INVENTED, NULL},
};

void build_check_rules(const struct cli_tool *tool,
		       const struct build_source *source, bool training)
{
	const bool test = cli_given(tool, "test");
	cli_check_rules(tool, rules, sizeof rules / sizeof *rules,
			(int)source->kind, source->name);
	cli_check_rules(tool, sample_rules,
			sizeof sample_rules / sizeof *sample_rules,
			(training ? TRAINING : 0) | (test ? HELD_OUT : 0) |
				(source->kind == BUILD_PLANTED ? INVENTED : 0),
			test ? "--passes=0" : "--passes=0 and no --test");
}
