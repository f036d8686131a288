/* jobs/score/named_lists: lists by item, files that are replaced while in use. */
#include "check.h"

#include "libralm/jobs/score/named_lists.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct ralm_error err;
static char path[] = "/tmp/ralm-named-XXXXXX";

/* Replaces the file, as one should: another one takes its name. */
static void replace(const char *text)
{
	char other[64];
	snprintf(other, sizeof other, "%s.new", path);
	FILE *file = fopen(other, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0 ||
	    rename(other, path) != 0)
		abort();
}

static bool holds(const struct ralm_list_set *set, const char *item, size_t n,
		  uint64_t first)
{
	const uint64_t *keys;
	size_t count;
	if (!ralm_list_set_find(&keys, &count, set, item, strlen(item)))
		return n == 0;
	return count == n && keys[0] == first;
}

static bool refuses(const char *text, const char *message, uint64_t line)
{
	replace(text);
	struct ralm_named_lists *lists = ralm_named_lists_new(path, 0, &err);
	bool ok = lists == NULL && strcmp(err.message, message) == 0 &&
		  strcmp(err.file, path) == 0 && err.line == line;
	if (!ok)
		printf("# '%s'\n", err.message);
	ralm_named_lists_free(lists);
	return ok;
}

int main(void)
{
	int fd = mkstemp(path);
	if (fd < 0)
		abort();
	close(fd);

	replace("item:a user_seeds:1 user_seeds:2\n\n"
		"user_seeds:1 user_seeds:2 item:bb\nuser_seeds:9 item:ccc");
	struct ralm_named_lists *lists = ralm_named_lists_new(path, 0, &err);
	if (lists == NULL)
		abort();
	struct ralm_list_set *old = ralm_named_lists_take(lists);
	check(holds(old, "a", 2, 1) && holds(old, "bb", 2, 1) &&
		      holds(old, "ccc", 1, 9) && holds(old, "b", 0, 0) &&
		      holds(old, "", 0, 0),
	      "lists are found by item");
	check(ralm_named_lists_refresh(lists, false, &err) == 0,
	      "a file that did not change is not read again");
	check(ralm_named_lists_refresh(lists, true, &err) == 1,
	      "unless it is asked for");

	replace("item:a user_seeds:7\n");
	check(ralm_named_lists_refresh(lists, false, &err) == 1,
	      "a file that was replaced is");
	struct ralm_list_set *new = ralm_named_lists_take(lists);
	check(holds(new, "a", 1, 7) && holds(new, "bb", 0, 0) &&
		      holds(old, "a", 2, 1) && holds(old, "ccc", 1, 9),
	      "who holds the old lists keeps them");
	ralm_list_set_give_back(old);
	ralm_list_set_give_back(new);

	replace("item:a user_seeds:8\nnonsense\n");
	check(ralm_named_lists_refresh(lists, false, &err) == -1 &&
		      err.line == 2 && strcmp(err.file, path) == 0,
	      "a file that is bad is told with its place");
	new = ralm_named_lists_take(lists);
	check(ralm_named_lists_refresh(lists, false, &err) == 0 &&
		      holds(new, "a", 1, 7),
	      "once; the old lists stay");
	ralm_list_set_give_back(new);
	unlink(path);
	check(ralm_named_lists_refresh(lists, false, &err) == 0,
	      "a file that is gone, as while it is replaced, changes nothing");
	check(ralm_named_lists_refresh(lists, true, &err) == -1 &&
		      strstr(err.message, "No such file") != NULL,
	      "who asks for it by force is told that it is gone");

	char *text = malloc(100000 * 60), *p = text;
	for (int i = 0; i < 100000; i++)
		p += sprintf(p, "item:n%d user_seeds:%d user_seeds:5\n", i, i);
	replace(text);
	free(text);
	bool ok = ralm_named_lists_refresh(lists, false, &err) == 1;
	new = ralm_named_lists_take(lists);
	for (int i = 0; i < 100000; i++) {
		char item[16];
		snprintf(item, sizeof item, "n%d", i);
		ok = ok && holds(new, item, 2, (uint64_t)i);
	}
	check(ok && holds(new, "n100000", 0, 0), "a hundred thousand lists");
	ralm_named_lists_free(lists);
	check(holds(new, "n99999", 2, 99999), "a set outlives its file");
	ralm_list_set_give_back(new);

	check(refuses("item:a user_seeds:1\nitem:a user_seeds:2\n",
		      "item 'a' has two lists", 2) &&
		      refuses("\nuser_seeds:1\n", "no item slot", 2) &&
		      refuses("item:a\n", "no user_seeds slot", 1) &&
		      refuses("item:a user_seeds:1 target_user:1\n",
			      "target_user does not belong in a seed list", 1) &&
		      refuses("item:a user_seeds:1 label:1\n",
			      "label does not belong in a seed list", 1),
	      "what is no seed list");
	unlink(path);
	check(ralm_named_lists_new(path, 0, &err) == NULL &&
		      strstr(err.message, "No such file") != NULL,
	      "a file that is not there");
	return check_done();
}
