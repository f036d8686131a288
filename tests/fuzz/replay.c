/* Runs a fuzz target over its corpus without a fuzzer. The program's name says
 * which corpus: replay-config goes over tests/fuzz/corpus/config. One check a
 * file; a target that finds something aborts. */
#include "../unit/check.h"
#include "fuzz.h"

#include <dirent.h>
#include <string.h>

static void replay(const char *folder, const char *name)
{
	static uint8_t bytes[1 << 20];
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "rb");
	if (f == NULL) {
		check(false, "%s cannot be opened", name);
		return;
	}
	size_t size = fread(bytes, 1, sizeof bytes, f);
	bool whole = feof(f) != 0 && size < sizeof bytes;
	fclose(f);
	fflush(stdout);
	check(whole && LLVMFuzzerTestOneInput(bytes, size) == 0, "%s", name);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	const char *source = getenv("RALM_SRC");
	const char *target = argc > 0 ? strrchr(argv[0], '-') : NULL;
	char folder[2048];
	struct dirent **entries;
	if (target == NULL)
		return 99;
	snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%s",
		 source ? source : ".", target + 1);
	int n = scandir(folder, &entries, visible, alphasort);
	if (n < 0)
		return 99;
	check(n > 0, "%s holds files", folder);
	for (int i = 0; i < n; i++) {
		replay(folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return check_done();
}
