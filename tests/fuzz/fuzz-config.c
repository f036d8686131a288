/* Any bytes as a configuration. What is accepted is in range, and its
 * effective YAML reads back to the same settings and prints the same. */
#include "fuzz.h"

#include "libralm/settings/config.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[RALM_CONFIG_TEXT_MAX], again[RALM_CONFIG_TEXT_MAX];
	static char ignored[RALM_CONFIG_IGNORED_MAX];
	static struct ralm_config before, config, reread;
	struct ralm_error err = {.code = RALM_OK};
	/* Memory of the exact size: a byte read past the end is noticed. */
	char *copy = malloc(size ? size : 1);
	must(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	ralm_config_init(&before);
	config = before;
	int result = ralm_config_parse(&config, ignored, copy, size, "c", &err);
	free(copy);
	if (result != 0) {
		must(err.code == RALM_ERROR_CONFIG && err.message[0] != '\0' &&
		     memcmp(&config, &before, sizeof config) == 0);
		return 0;
	}
	must(ralm_config_check(&config, &err) == 0);
	size_t length = ralm_config_text(text, &config, false);
	reread = before;
	must(ralm_config_parse(&reread, ignored, text, length, "t", &err) == 0 &&
	     ignored[0] == '\0' &&
	     memcmp(&reread, &config, sizeof config) == 0);
	must(ralm_config_text(again, &reread, false) == length &&
	     memcmp(text, again, length) == 0);
	length = ralm_config_text(text, &config, true);
	must(ralm_config_parse(&reread, ignored, text, length, "t", &err) == 0);
	return 0;
}
