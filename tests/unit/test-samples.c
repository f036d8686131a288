/* formats/sample_text and user_id: what a line means, what it must not be, and
 * when two lines have the same seeds. */
#include "check.h"

#include "libralm/formats/sample_text.h"
#include "libralm/formats/user_id.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static struct ralm_sample_parser parser;
static struct ralm_sample_line got;
static struct ralm_error err;

/* The line is copied to memory of its exact size, so that a sanitizer sees a
 * byte read past its end. */
static int parse_bytes(const char *line, size_t length)
{
	static char *copy;
	free(copy);
	copy = malloc(length ? length : 1);
	memcpy(copy, line, length);
	return ralm_sample_parse(&got, &parser, copy, length, &err);
}

static int parse(const char *line)
{
	return parse_bytes(line, strlen(line));
}

static bool refuses(const char *line, const char *message)
{
	struct ralm_sample_line before = got;
	int result = parse(line);
	bool ok = result == -1 && strcmp(err.message, message) == 0 &&
		  err.code == RALM_ERROR_DATA &&
		  memcmp(&got, &before, sizeof got) == 0;
	if (!ok)
		printf("# %d '%s'\n", result, result == -1 ? err.message : "");
	return ok;
}

static uint64_t key_of(const char *id)
{
	return ralm_user_key(id, strlen(id), 5);
}

static void test_user_id(void)
{
	const uint64_t top = UINT64_C(1) << 63;
	check(key_of("0") == 0 && key_of("7") == 7 && key_of("1234567") == 1234567 &&
		      key_of("9223372036854775807") == top - 1,
	      "a whole number below 2^63 is its own key");
	static const char *const others[] = {
		"00", "07", "-1", "+1", "1x", "9223372036854775808",
		"18446744073709551616", "u1", "\xc3\xa9", "1.0"};
	bool ok = true;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		uint64_t key = key_of(others[i]);
		ok = ok && (key & top) && key == key_of(others[i]) &&
		     key != ralm_user_key(others[i], strlen(others[i]), 6);
		for (size_t j = 0; j < i; j++)
			ok = ok && key != key_of(others[j]);
	}
	check(ok, "anything else is hashed, keyed by hash_seed, with the top bit");
	check(ralm_user_key("alice", 5, 0) == (UINT64_C(0x4da10dd61a0116b0) | top),
	      "the key of 'alice' never changes");
}

static bool has_seeds(size_t n, ...)
{
	va_list args;
	va_start(args, n);
	bool ok = got.seed_count == n;
	for (size_t i = 0; ok && i < n; i++)
		ok = got.seed_keys[i] == va_arg(args, uint64_t);
	va_end(args);
	return ok;
}
#define K UINT64_C

static const char *const ids[] = {
	"0", "9", "10", "01", "123", "4567", "89012", "345678",
	"9012345", "1234567", "12345678", "123456789", "1234567a",
	"a", "1a", "/", ":", "1:", "9223372036854775808",
	"\xb0\xb1", "1\xb2", "12\x7f", "user_seeds:7", "01234567",
	"0123456789012345678901234567890123456789012345678901234567890123456789"};

static void test_lines(void)
{
	check(parse("user_seeds:2 user_seeds:19 target_user:1 label:1 ") == 1 &&
		      has_seeds(2, K(2), K(19)) && got.target_key == 1 &&
		      got.label == 1 && got.item == NULL && !got.same_seeds,
	      "a line of PaddleRec, with its blank at the end");
	check(parse("\tlabel:0\titem:a:b  user_seeds:x1 target_user:12345678 user_seeds:3") == 1 &&
		      has_seeds(2, key_of("x1"), K(3)) &&
		      got.target_key == 12345678 && got.label == 0 &&
		      got.item_length == 3 && !memcmp(got.item, "a:b", 3),
	      "any order, tabs, an item with a colon, seeds apart");
	check(parse("target_user:5 user_seeds:5 user_seeds:5") == 1 &&
		      has_seeds(2, K(5), K(5)) && got.label == RALM_LABEL_NONE,
	      "no label, a repeated seed that is the target");
	check(parse("") == 0 && parse(" \t ") == 0, "blank lines");

	bool ok = true;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		/* At the end of the line, before a blank, and far from it. */
		char line[400];
		snprintf(line, sizeof line,
			 "user_seeds:%s user_seeds:%s\ttarget_user:%s", ids[i],
			 ids[i], ids[i]);
		ok = ok && parse(line) == 1 &&
		     has_seeds(2, key_of(ids[i]), key_of(ids[i])) &&
		     got.target_key == key_of(ids[i]);
		if (!ok) {
			printf("# id '%s'\n", ids[i]);
			break;
		}
	}
	check(ok, "ids of every length are read as ralm_user_key reads them");

	for (uint64_t n = 1; n < 30000000; n = n * 3 + 7) {
		char line[100];
		snprintf(line, sizeof line,
			 "user_seeds:%" PRIu64 " target_user:1 item:x", n);
		ok = ok && parse(line) == 1 && has_seeds(1, n);
	}
	check(ok, "whole numbers of one to eight digits");
}

/* More than are looked for at once, and an odd count. */
enum { MANY = 45 };

/* So many seeds, of which the one `at` is a token of its own, and its blank. */
static size_t put_seeds(char line[2000], const char *const id[12], size_t at,
			const char *token, const char *blank)
{
	size_t length = 0;
	for (size_t k = 0; k < MANY; k++)
		length += (size_t)(k == at ? sprintf(line + length, "%s%s",
						     token, blank)
					   : sprintf(line + length,
						     "user_seeds:%s ",
						     id[k % 12]));
	return length + (size_t)sprintf(line + length, "target_user:1");
}

static const char *const numbers[12] = {"1",	 "23456", "7", "8901",
					"23",	 "45678", "9", "0",
					"12345", "67890", "1", "2345678"};
static const char *const names[12] = {
	"anna", "b", "7", "\xc3\xa9lise", "d4d4d4d4d4d4", "07",
	"1", "x", "-1", "a:b",	       "carol-of-the-bells", "z"};

static void test_many_seeds(void)
{
	static const char *const blanks[] = {" ", "  ", "\t", " \t "};
	char line[2000], token[100];
	bool ok = true;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		for (size_t k = 0; k < MANY * 4 * 2; k++) {
			const size_t at = k / 8;
			const char *const *id = k % 2 ? names : numbers;
			const char *blank = blanks[k / 2 % 4];
			sprintf(token, "user_seeds:%s", ids[i]);
			put_seeds(line, id, at, token, blank);
			ok = ok && parse(line) == 1 && got.seed_count == MANY &&
			     got.target_key == 1;
			for (size_t j = 0; ok && j < MANY; j++)
				ok = got.seed_keys[j] ==
				     key_of(j == at ? ids[i] : id[j % 12]);
		}
	check(ok, "any id and any blanks anywhere among many seeds");

	for (size_t k = 0; k < MANY * 2; k++) {
		const char *const *id = k % 2 ? names : numbers;
		put_seeds(line, id, k / 2, "user_seeds:", " ");
		ok = ok && refuses(line, "user_seeds: empty user id");
		put_seeds(line, id, k / 2, "user_sedes:5", " ");
		ok = ok && refuses(line, "unknown slot 'user_sedes'");
		put_seeds(line, id, k / 2, "user_seeds 5", " ");
		ok = ok && refuses(line, "expected SLOT:VALUE, got 'user_seeds'");
		size_t length = put_seeds(line, id, k / 2, "user_seeds:a?5", " ");
		*strchr(line, '?') = '\0';
		ok = ok && parse_bytes(line, length) == -1 &&
		     !strcmp(err.message, "user_seeds: NUL byte in a user id");
	}
	check(ok, "what is wrong among many seeds is told");
}

static void test_same_seeds(void)
{
	const char *a = "user_seeds:1 user_seeds:22 target_user:3 label:1";
	parse("user_seeds:9 target_user:1");
	check(parse(a) == 1 && !got.same_seeds && parse(a) == 1 &&
		      got.same_seeds && has_seeds(2, K(1), K(22)) &&
		      got.target_key == 3 && got.label == 1,
	      "the same line twice");
	check(parse("user_seeds:1 user_seeds:22\ttarget_user:4") == 1 &&
		      got.same_seeds && got.target_key == 4 &&
		      got.label == RALM_LABEL_NONE,
	      "another target and a tab behind the seeds");
	check(parse("target_user:4 user_seeds:1 user_seeds:22") == 1 &&
		      got.same_seeds && has_seeds(2, K(1), K(22)),
	      "behind the target, at the end of the line");
	check(parse("user_seeds:1 user_seeds:220 target_user:3") == 1 &&
		      !got.same_seeds && has_seeds(2, K(1), K(220)),
	      "a longer last id is another list");
	check(parse("user_seeds:1 user_seeds:22 target_user:3") == 1 &&
		      !got.same_seeds && has_seeds(2, K(1), K(22)),
	      "a shorter one too");
	check(parse("user_seeds:1 user_seeds:22 user_seeds:4 target_user:3") == 1 &&
		      !got.same_seeds && has_seeds(3, K(1), K(22), K(4)) &&
		      parse("user_seeds:1 user_seeds:22 user_seeds:4 target_user:3") == 1 &&
		      got.same_seeds && has_seeds(3, K(1), K(22), K(4)),
	      "one seed more is another list, and is remembered whole");
	check(parse("user_seeds:1 user_seeds:22 user_seeds:4 target_user:3 user_seeds:5") == 1 &&
		      !got.same_seeds && has_seeds(4, K(1), K(22), K(4), K(5)),
	      "one seed more at the end of the line");
	check(parse("user_seeds:1 user_seeds:22 user_seeds:4 target_user:3 user_seeds:5") == 1 &&
		      has_seeds(4, K(1), K(22), K(4), K(5)),
	      "seeds that stand apart, again");
	check(parse("user_seeds:1 user_seeds:22 user_seeds:4 target_user:3") == 1 &&
		      !got.same_seeds && has_seeds(3, K(1), K(22), K(4)),
	      "and without the one that stood apart");
	check(parse("") == 0 &&
		      parse("user_seeds:1 user_seeds:22 user_seeds:4 target_user:8") == 1 &&
		      got.same_seeds && has_seeds(3, K(1), K(22), K(4)),
	      "a blank line in between changes nothing");
	check(parse("user_seeds:1 user_seeds:22 user_seeds:4 label:1") == -1 &&
		      parse("user_seeds:1 user_seeds:22 user_seeds:4 target_user:8") == 1 &&
		      !got.same_seeds && has_seeds(3, K(1), K(22), K(4)),
	      "a line that failed is forgotten");
	parser.allow_no_seeds = true;
	check(parse("item:7 target_user:8") == 1 && got.seed_keys == NULL &&
		      got.seed_count == 0 && got.item_length == 1 &&
		      parse("user_seeds:1 user_seeds:22 user_seeds:4 target_user:8") == 1 &&
		      !got.same_seeds && has_seeds(3, K(1), K(22), K(4)),
	      "a line without seeds is not stepped over");
	parser.allow_no_seeds = false;
}

static bool refused(const char *line, const char *message)
{
	return parse(line) == -1 && strcmp(err.message, message) == 0;
}

static void test_says_same(void)
{
	static const char none[] =
		"seeds:same, but no good line with seeds before";
	ralm_sample_parser_release(&parser);
	check(refused("seeds:same target_user:3", none),
	      "seeds:same on a first line");
	check(parse("user_seeds:1 user_seeds:22 target_user:3") == 1 &&
		      !got.says_same &&
		      parse("seeds:same target_user:4 label:0") == 1 &&
		      got.same_seeds && got.says_same && got.target_key == 4 &&
		      has_seeds(2, K(1), K(22)) &&
		      parse("label:1\ttarget_user:5 seeds:same") == 1 &&
		      got.says_same && has_seeds(2, K(1), K(22)),
	      "seeds:same, twice, and behind other slots");
	check(parse("user_seeds:1 user_seeds:22 target_user:3") == 1 &&
		      got.same_seeds && !got.says_same,
	      "the seeds behind it, spelled again, are known by their bytes");
	check(parse("") == 0 && parse("seeds:same target_user:4") == 1 &&
		      has_seeds(2, K(1), K(22)),
	      "seeds:same behind a blank line");
	check(parse("user_seeds:7 target_user:3 user_seeds:8") == 1 &&
		      parse("seeds:same target_user:4") == 1 &&
		      has_seeds(2, K(7), K(8)) &&
		      parse("user_seeds:1 user_seeds:22 target_user:3") == 1 &&
		      !got.same_seeds,
	      "seeds:same behind seeds that stand apart");
	check(refused("user_seeds:9 label:2 target_user:3",
		      "label: expected 0 or 1, got '2'") &&
		      refused("seeds:same target_user:4", none) &&
		      refused("seeds:same target_user:4", none),
	      "seeds:same behind a bad line that spells seeds");
	parse("user_seeds:1 target_user:3");
	check(refused("label:2 user_seeds:9 target_user:3",
		      "label: expected 0 or 1, got '2'") &&
		      refused("seeds:same target_user:4", none),
	      "and behind one that is bad before them");
	check(parse("user_seeds:1 target_user:3") == 1 &&
		      refused("seeds:same", "no target_user slot") &&
		      refused("muser_seeds:1", "unknown slot 'muser_seeds'") &&
		      parse("seeds:same target_user:1") == 1 &&
		      got.same_seeds && has_seeds(1, K(1)),
	      "seeds:same behind bad lines that spell none");
	ralm_sample_parser_behind(&parser, NULL, 0);
	check(refused("seeds:same target_user:4", none) &&
		      parse("user_seeds:1 target_user:3") == 1 &&
		      !got.same_seeds,
	      "seeds:same behind lines that nobody saw");
	ralm_sample_parser_lost(&parser);
	check(refused("seeds:same target_user:4", none) &&
		      parse("user_seeds:1 target_user:3") == 1,
	      "seeds:same behind a line that is left out");
	static const char before[] = "item:9 user_seeds:7 user_seeds:8 target_user:1";
	ralm_sample_parser_behind(&parser, before, sizeof before - 1);
	check(parse("seeds:same target_user:4") == 1 && !got.same_seeds &&
		      has_seeds(2, K(7), K(8)) &&
		      parse("seeds:same target_user:5") == 1 && got.same_seeds,
	      "seeds:same behind lines of which one is told");
	ralm_sample_parser_behind(&parser, before, sizeof before - 3);
	check(refused("seeds:same target_user:4", none),
	      "and where that one is bad");
	parse("user_seeds:1 target_user:3");
	check(refused("seeds:same user_seeds:4 target_user:1",
		      "user_seeds beside seeds:same"),
	      "user_seeds behind seeds:same");
	parse("user_seeds:1 target_user:3");
	check(refused("user_seeds:4 seeds:same target_user:1",
		      "user_seeds beside seeds:same"),
	      "user_seeds before seeds:same");
	parse("user_seeds:1 target_user:3");
	check(refused("seeds:same target_user:1 seeds:same", "two seeds slots"),
	      "seeds:same twice in a line");
	parse("user_seeds:1 target_user:3");
	check(refused("seeds:samee target_user:1",
		      "seeds: expected same, got 'samee'") &&
		      refused("seeds: target_user:1",
			      "seeds: expected same, got ''"),
	      "another word behind seeds:");
	parser.allow_no_seeds = true;
	check(parse("user_seeds:1 target_user:3") == 1 &&
		      parse("item:7 target_user:8") == 1 && !got.same_seeds &&
		      parse("seeds:same target_user:4") == 1 &&
		      !got.same_seeds && has_seeds(1, K(1)) &&
		      parse("target_user:5 seeds:same") == 1 &&
		      got.same_seeds,
	      "seeds:same behind a line that names its list by item");
	parser.allow_no_seeds = false;
}

static bool has_item(const char *item, bool inherited)
{
	return got.item_length == strlen(item) && got.inherits_item == inherited &&
	       (got.item == NULL ? *item == '\0'
				 : memcmp(got.item, item, got.item_length) == 0);
}

static void test_same_item(void)
{
	check(parse("item:a user_seeds:1 target_user:2") == 1 &&
		      has_item("a", false) &&
		      parse("seeds:same target_user:3") == 1 && has_item("a", true),
	      "seeds:same brings the item of the seeds");
	check(parse("item:bb target_user:3 seeds:same") == 1 &&
		      has_item("bb", false) &&
		      parse("target_user:4 seeds:same") == 1 && has_item("a", true),
	      "but an item of the line's own comes first, for this line alone");
	check(parse("user_seeds:1 target_user:2 item:the-longer-one") == 1 &&
		      got.same_seeds && parse("seeds:same target_user:3") == 1 &&
		      has_item("the-longer-one", true),
	      "the same seeds, spelled with another item");
	check(parse("user_seeds:1 target_user:2") == 1 && has_item("", false) &&
		      parse("seeds:same target_user:3") == 1 && has_item("", false),
	      "and without one");
	static const char before[] = "item:9 user_seeds:7 target_user:1";
	ralm_sample_parser_behind(&parser, before, sizeof before - 1);
	check(parse("seeds:same target_user:4") == 1 && has_item("9", true),
	      "the item of a line that the parser is told of");
	check(parse("seeds:same target_user:1234567 label:1") == 1 &&
		      has_item("9", true) && got.label == 1 &&
		      got.target_key == 1234567 && got.target_length == 7 &&
		      parse("seeds:same target_user:007 label:0") == 1 &&
		      got.target_key >> 63 == 1 &&
		      refused("seeds:same target_user:1 label:2",
			      "label: expected 0 or 1, got '2'") &&
		      refused("seeds:same target_user: label:1",
			      "target_user: empty user id") &&
		      refused("seeds:same target_user:1 lapel:0",
			      "unknown slot 'lapel'"),
	      "the line that most lines are, and lines like it");
	ralm_sample_parser_behind(&parser, before, sizeof before - 1);
	check(parse("seeds:same target_user:4 label:0") == 1 && !got.same_seeds &&
		      parse("seeds:same target_user:5 label:1") == 1 &&
		      got.same_seeds && has_seeds(1, K(7)),
	      "it tells whether its list is that of the last line");
	parser.allow_no_seeds = true;
	check(parse("item:7 target_user:8") == 1 && has_item("7", false) &&
		      parse("seeds:same target_user:4") == 1 && has_item("9", true),
	      "a line that names its list by item has no seeds to go with");
	parser.allow_no_seeds = false;
}

static void test_bad_lines(void)
{
	check(refuses("target_user:1 label:1", "no user_seeds slot") &&
		      refuses("user_seeds:1 label:1", "no target_user slot"),
	      "no seeds, no target");
	check(refuses("user_seeds:1 target_user:1 target_user:1", "two target_user slots") &&
		      refuses("label:1 label:1", "two label slots") &&
		      refuses("item:1 item:1", "two item slots"),
	      "two targets, two labels, two items");
	check(refuses("label:2", "label: expected 0 or 1, got '2'") &&
		      refuses("label:", "label: expected 0 or 1, got ''") &&
		      refuses("label:01 x", "label: expected 0 or 1, got '01'") &&
		      refuses("label:1.0", "label: expected 0 or 1, got '1.0'"),
	      "labels other than 0 and 1");
	check(refuses("user_seeds:1 foo:1", "unknown slot 'foo'") &&
		      refuses("user_seed:1", "unknown slot 'user_seed'") &&
		      refuses(":1", "unknown slot ''") &&
		      refuses("Label:1", "unknown slot 'Label'"),
	      "unknown slots");
	check(refuses("garbage", "expected SLOT:VALUE, got 'garbage'") &&
		      refuses("user_seeds", "expected SLOT:VALUE, got 'user_seeds'") &&
		      refuses("label 1", "expected SLOT:VALUE, got 'label'"),
	      "a slot without a colon");
	check(refuses("0123456789012345678901234567890123456789x",
		      "expected SLOT:VALUE, got '0123456789012345678901234567890123456789...'") &&
		      refuses("012345678901234567890123456789012345678\xc3\xa9x",
			      "expected SLOT:VALUE, got '012345678901234567890123456789012345678...'"),
	      "long garbage is cut, between characters");
	check(refuses("user_seeds: target_user:1", "user_seeds: empty user id") &&
		      refuses("user_seeds:1 user_seeds:", "user_seeds: empty user id") &&
		      refuses("target_user:", "target_user: empty user id") &&
		      refuses("item: label:1", "item: empty id"),
	      "empty ids");
	static const char nul_seed[] = "user_seeds:1\0 target_user:1",
			  nul_target[] = "user_seeds:1 target_user:a\0b",
			  nul_item[] = "item:\0", nul_slot[] = "fo\0o";
	bool ok = parse_bytes(nul_seed, sizeof nul_seed - 1) == -1 &&
		  !strcmp(err.message, "user_seeds: NUL byte in a user id") &&
		  parse_bytes(nul_target, sizeof nul_target - 1) == -1 &&
		  !strcmp(err.message, "target_user: NUL byte in a user id") &&
		  parse_bytes(nul_item, sizeof nul_item - 1) == -1 &&
		  !strcmp(err.message, "item: NUL byte in an id") &&
		  parse_bytes(nul_slot, sizeof nul_slot - 1) == -1 &&
		  !strcmp(err.message, "expected SLOT:VALUE, got 'fo?o'");
	check(ok, "NUL bytes");

	parser.require_label = true;
	check(refuses("user_seeds:1 target_user:1", "no label slot"),
	      "no label where one is required");
	parser.require_label = false;
	parser.allow_no_seeds = true;
	check(refuses("target_user:1", "neither user_seeds nor item slot"),
	      "no seeds and no item to stand for them");
	parser.allow_no_target = true;
	parser.allow_no_seeds = false;
	check(parse("item:7 user_seeds:1") == 1 && has_seeds(1, K(1)),
	      "a named list");
	parser.allow_no_target = false;
}

static void test_long_line(void)
{
	enum { SEEDS = 100000 };
	char *line = malloc(SEEDS * 20);
	size_t length = 0;
	for (unsigned i = 0; i < SEEDS; i++)
		length += (size_t)sprintf(line + length, "user_seeds:%u ", i);
	length += (size_t)sprintf(line + length, "target_user:1");
	bool ok = true;
	for (int twice = 0; twice < 2; twice++) {
		ok = ok && parse_bytes(line, length) == 1 &&
		     got.seed_count == SEEDS && got.same_seeds == twice;
		for (size_t i = 0; ok && i < SEEDS; i++)
			ok = got.seed_keys[i] == i;
	}
	check(ok, "a list of 100000 seeds, and once more");
	memset(line, 'x', SEEDS * 20);
	check(parse_bytes(line, SEEDS * 20) == -1 && strlen(err.message) < 80,
	      "two megabytes of garbage make a short message");
	free(line);
}

int main(void)
{
	ralm_sample_parser_init(&parser, 5);
	test_user_id();
	test_lines();
	test_many_seeds();
	test_same_seeds();
	test_says_same();
	test_same_item();
	test_bad_lines();
	test_long_line();
	ralm_sample_parser_release(&parser);
	return check_done();
}
