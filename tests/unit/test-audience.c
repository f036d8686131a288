/* jobs/expand/audience: the best of many, by cosine and then by id, however they
 * come; and files of ids. */
#include "check.h"

#include "libralm/formats/id_lines.h"
#include "libralm/ground/rng.h"
#include "libralm/jobs/expand/audience.h"
#include "libralm/jobs/expand/candidates.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { USERS = 777 };

static struct ralm_error err;

/* Users 0 to USERS - 1, whose ids are their numbers. */
static void make_candidates(struct ralm_candidates *c,
			    struct ralm_user_names *names,
			    struct ralm_model *model)
{
	static const struct ralm_expand_options options;
	struct ralm_expand_counts counts;
	struct ralm_config config;
	ralm_config_init(&config);
	config.user_count = USERS;
	if (ralm_model_init(model, &config, &err) != 0)
		abort();
	for (uint64_t key = 0; key < USERS; key++) {
		uint32_t row;
		bool added;
		if (ralm_users_add(&row, &added, &model->users, key, &err) != 0)
			abort();
	}
	memset(&counts, 0, sizeof counts);
	if (ralm_user_names_init(names, model, &err) != 0 ||
	    ralm_candidates_init(c, &counts, names, &options, &err) != 0)
		abort();
	check(c->count == USERS && counts.eligible == USERS,
	      "all users are candidates");
}

struct other {
	float cosine;
	char id[12];
	uint32_t row;
};

static int best_first(const void *a, const void *b)
{
	const struct other *x = a, *y = b;
	if (x->cosine != y->cosine)
		return x->cosine > y->cosine ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* Against sorting them all; `kinds` different cosines make ties. */
static bool same_as_sorted(const struct ralm_user_names *names, size_t most,
			   unsigned kinds, bool reverse)
{
	struct ralm_audience audience;
	static struct other all[USERS];
	uint32_t row[USERS];
	float cosine[USERS];
	struct ralm_rng rng;
	ralm_rng_init(&rng, most, kinds);
	for (size_t i = 0; i < USERS; i++) {
		row[i] = (uint32_t)(i * 500 % USERS);
		cosine[i] = (float)((double)ralm_rng_below(&rng, kinds) * 2 /
					    (double)kinds -
				    1);
		all[i] = (struct other){reverse ? -cosine[i] : cosine[i], "",
					row[i]};
		snprintf(all[i].id, sizeof all[i].id, "%u", row[i]);
	}
	qsort(all, USERS, sizeof *all, best_first);
	ralm_audience_init(&audience, names, most, reverse);
	bool ok = true;
	for (size_t i = 0; ok && i < USERS; i += 100)
		ok = ralm_audience_add(&audience, row + i, cosine + i,
				       USERS - i < 100 ? USERS - i : 100,
				       &err) == 0;
	ralm_audience_sort(&audience, NULL);
	ok = ok && audience.count == (most < USERS ? most : USERS);
	for (size_t i = 0; ok && i < audience.count; i++) {
		const float got = ralm_audience_cosine(&audience, i);
		ok = ralm_audience_row(&audience, i) == all[i].row &&
		     (reverse ? -got : got) == all[i].cosine;
	}
	ralm_audience_release(&audience);
	return ok;
}

static void test_audience(void)
{
	static const size_t most[] = {1, 2, 3, 64, 100, 776, 777, 5000};
	static const unsigned kinds[] = {1, 2, 7, 100000};
	struct ralm_candidates c;
	struct ralm_user_names names;
	struct ralm_model model;
	make_candidates(&c, &names, &model);
	bool ok = true;
	for (size_t m = 0; m < sizeof most / sizeof *most; m++)
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			for (int reverse = 0; reverse < 2; reverse++)
				ok &= same_as_sorted(&names, most[m], kinds[k],
						     reverse);
	check(ok, "the best, with and without ties, are those that sorting finds");
	ralm_candidates_release(&c);
	ralm_user_names_release(&names);
	ralm_model_release(&model);
}

/* The ids of a file, one behind the other with points between, or what is wrong. */
static const char *ids_of(const char *text, size_t length, const char *column,
			  const char *delimiter)
{
	static char got[600];
	char path[] = "/tmp/ralm-idlines-XXXXXX";
	const char *paths[] = {path}, *id;
	struct ralm_id_lines lines;
	size_t id_length, used = 0;
	int fd = mkstemp(path), result = -1;
	if (fd < 0 || write(fd, text, length) != (ssize_t)length)
		abort();
	close(fd);
	if (ralm_id_lines_open(&lines, paths, 1, column, delimiter, &err) == 0) {
		while ((result = ralm_id_lines_next(&id, &id_length, &lines,
						    &err)) == 1)
			used += (size_t)snprintf(got + used, sizeof got - used,
						 "%.*s.", (int)id_length, id);
		ralm_id_lines_release(&lines);
	}
	unlink(path);
	if (result < 0)
		snprintf(got, sizeof got, "%d: %s", (int)err.line, err.message);
	return got;
}

#define IDS(text, column, delimiter, want) \
	(strcmp(ids_of(text, sizeof(text) - 1, column, delimiter), want) == 0)

static void test_id_lines(void)
{
	check(IDS("a\r\n\n \t\n  b \nc\tx y\n\td\n", NULL, NULL, "a.b.c.d."),
	      "ids one a line");
	check(IDS("a\nb c\n", NULL, NULL, "2: id with white space") &&
		      IDS("a\n\n", NULL, NULL, "a.") &&
		      IDS("\n", NULL, NULL, "0: no ids") &&
		      IDS("a\0b", NULL, NULL, "1: id with a NUL byte"),
	      "and what is none");
	check(IDS("x,id\n1,a\n\n2,\" b \"\n3, c\n", "id", ",", "a.b.c.") &&
		      IDS("id\ta\nb\tc d\n", "id", NULL, "b."),
	      "a column");
	check(IDS("x,id\n1\n", "id", ",", "2: 1 fields, the column is number 2") &&
		      IDS("x,y\n", "id", ",",
			  "1: the header has no column 'id' (--column)"),
	      "a table that is wrong");
}

int main(void)
{
	test_audience();
	test_id_lines();
	return check_done();
}
