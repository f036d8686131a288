/* A click log of any size, for measuring how logs are read:
 *
 *	make-clicks CLICKS USERS ITEMS numbers|words ordered|mixed
 *
 * Items are clicked by Zipf's law, users by a gentler one (the n-th has a
 * share of about 1/sqrt(n)). Ids are numbers up to ten digits or words of 17
 * bytes, and those of the popular ones are not the small ones. Times are
 * seconds, in the order of the lines or in none. */
#include "libralm/formats/lines.h"
#include "libralm/ground/permutation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_SECOND = 1400000000, SECONDS = 100000000 };

static void put_word(struct ralm_writer *writer, char kind, uint64_t number)
{
	char text[18];
	snprintf(text, sizeof text, "%c%016llx", kind,
		 (unsigned long long)ralm_mix64(number));
	ralm_writer_put(writer, text, 17);
}

static void put_id(struct ralm_writer *writer,
		   const struct ralm_permutation *ids, uint64_t rank, char kind,
		   int words)
{
	uint64_t number = ralm_permutation_at(ids, rank);
	if (words)
		put_word(writer, kind, number);
	else
		ralm_writer_put_u64(writer, number);
}

int main(int argc, char **argv)
{
	if (argc != 6) {
		fprintf(stderr,
			"usage: make-clicks CLICKS USERS ITEMS numbers|words ordered|mixed\n");
		return 2;
	}
	uint64_t clicks = strtoull(argv[1], NULL, 10);
	double users = strtod(argv[2], NULL), items = strtod(argv[3], NULL);
	int words = strcmp(argv[4], "words") == 0;
	int mixed = strcmp(argv[5], "mixed") == 0;
	struct ralm_error err;
	struct ralm_writer writer;
	struct ralm_rng rng;
	struct ralm_permutation user_ids, item_ids;
	ralm_rng_init(&rng, 1, 0);
	ralm_permutation_init(&user_ids, (uint64_t)users, &rng);
	ralm_permutation_init(&item_ids, (uint64_t)items, &rng);
	if (ralm_writer_open(&writer, STDOUT_FILENO, "stdout", &err) != 0)
		return 1;
	for (uint64_t i = 0; i < clicks && writer.error == 0; i++) {
		double u = ralm_rng_uniform(&rng);
		double item = pow(items, ralm_rng_uniform(&rng)) - 1;
		uint64_t time = mixed ? ralm_rng_below(&rng, SECONDS)
				      : i * SECONDS / clicks;
		put_id(&writer, &user_ids, (uint64_t)(users * u * u), 'u', words);
		ralm_writer_put_char(&writer, '\t');
		put_id(&writer, &item_ids, (uint64_t)item, 'i', words);
		ralm_writer_put_char(&writer, '\t');
		ralm_writer_put_u64(&writer, FIRST_SECOND + time);
		ralm_writer_put_char(&writer, '\n');
	}
	int result = ralm_writer_flush(&writer, &err);
	ralm_writer_release(&writer);
	return result == 0 ? 0 : 1;
}
