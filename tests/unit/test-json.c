/* formats/json: what JSON has and YAML has not, and what is no JSON. */
#include "check.h"

#include "libralm/formats/json.h"

#include <stdlib.h>
#include <string.h>

static struct ralm_error err;

static bool reads(const char *text, const char *key, const char *value,
		  size_t length)
{
	struct ralm_yaml json;
	if (ralm_json_parse(&json, text, strlen(text), "j", &err) != 0) {
		printf("# %s: %s\n", text, err.message);
		return false;
	}
	const struct ralm_yaml_node *n = ralm_yaml_find(json.root, key);
	bool ok = n != NULL && n->length == length &&
		  memcmp(n->text, value, length) == 0;
	ralm_yaml_release(&json);
	return ok;
}

static bool refused(const char *text, uint32_t line, uint32_t column,
		    const char *message)
{
	struct ralm_yaml json;
	bool alone = ralm_json_parse(&json, text, strlen(text), "j",
				     NULL) == -1;
	if (ralm_json_parse(&json, text, strlen(text), "j", &err) == -1 &&
	    alone && err.code == RALM_ERROR_DATA && err.line == line &&
	    err.column == column && !strcmp(err.message, message))
		return true;
	printf("# %s: %u:%u %s\n", text, (unsigned)err.line,
	       (unsigned)err.column, err.message);
	return false;
}

static void test_strings(void)
{
	check(reads("{\"a\":\"\\ud83d\\ude00\"}", "a", "\360\237\230\200", 4) &&
		      reads("{\"\\uD834\\uDD1E\":\"x\"}", "\360\235\204\236",
			    "x", 1) &&
		      reads("{\"a\":\"\\udbff\\udfff\"}", "a",
			    "\364\217\277\277", 4),
	      "surrogate pairs, in keys too");
	check(reads("{\"a\177b\":\"\177\"}", "a\177b", "\177", 1) &&
		      reads("{\"a\":\"\302\205\342\200\250\357\273\277\"}", "a",
			    "\302\205\342\200\250\357\273\277", 8),
	      "DEL, and the line ends and marks of Unicode, as they are");
	check(reads("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u20AC\"}", "a",
		    "\"\\/\b\f\n\r\t\303\251\342\202\254", 13) &&
		      reads("{\"a\":\"x\\u0000y\"}", "a", "x\0y", 3),
	      "every escape");
	check(refused("{\"a\":\"\\ud83d\"}", 1, 7, "half of a surrogate pair") &&
		      refused("{\"a\":\"\\ud83d\\u0041\"}", 1, 7,
			      "half of a surrogate pair") &&
		      refused("{\"a\":\"\\ude00\\ud83d\"}", 1, 7,
			      "half of a surrogate pair") &&
		      refused("{\"a\":\"\\x41\"}", 1, 7,
			      "an escape that JSON does not have") &&
		      refused("{\"a\":\"\\u12g4\"}", 1, 7,
			      "an escape that JSON does not have") &&
		      refused("{\"a\":\"\\", 1, 7,
			      "an escape that JSON does not have") &&
		      refused("{\"a\":\"b", 1, 6, "a string without an end") &&
		      refused("{\"a\":\"\n\"}", 1, 7,
			      "a control character in a string") &&
		      refused("{\"a\":\"\300\200\"}", 1, 7, "not UTF-8") &&
		      refused("{\"a\":\"\355\240\200\"}", 1, 7, "not UTF-8"),
	      "strings that are none");
	const size_t length = 200000;
	char *text = malloc(2 * length);
	if (text == NULL)
		abort();
	memcpy(text, "{\"", 2);
	memset(text + 2, 'k', length);
	strcpy(text + 2 + length, "\":\"v\"}");
	char *key = strndup(text + 2, length);
	check(key != NULL && reads(text, key, "v", 1), "a key of 200000 bytes");
	free(key);
	free(text);
}

static void test_values(void)
{
	check(reads(" \t\r\n{ \"a\" : -1.5e+3 , \"b\":[ ] , \"c\" : { } } ", "a",
		    "-1.5e+3", 7) &&
		      reads("{\"a\":[1,[2,{\"b\":3}]],\"c\":true}", "c", "true",
			    4),
	      "numbers, words, lists, objects, blanks");
	check(refused("", 1, 1, "expected a value") &&
		      refused("{\"a\":}", 1, 6, "expected a value") &&
		      refused("{\"a\":1,}", 1, 8, "expected a key in quotes") &&
		      refused("{a:1}", 1, 2, "expected a key in quotes") &&
		      refused("{\n \"a\" 1}", 2, 6, "expected ':'") &&
		      refused("{\"a\":1 2}", 1, 8, "expected ',' or '}'") &&
		      refused("{\"a\":[1,2}", 1, 10, "expected ',' or ']'") &&
		      refused("{\"a\":[1,]}", 1, 9, "expected a value") &&
		      refused("{\"a\":'b'}", 1, 6, "expected a value") &&
		      refused("{} x", 1, 4, "more text behind the end") &&
		      refused("{\"a\":1,\n\"\\u0061\":2}", 2, 1,
			      "duplicate key 'a'"),
	      "what is no JSON");
	char deep[100];
	memset(deep, '[', 99);
	deep[99] = '\0';
	check(refused(deep, 1, 33, "nested too deeply"), "99 brackets");
	const size_t many = 20000;
	char *text = malloc(2 * many + 2);
	if (text == NULL)
		abort();
	for (size_t i = 0; i < many; i++)
		memcpy(text + 2 * i, i ? ",1" : "[1", 2);
	strcpy(text + 2 * many, "]");
	check(refused(text, 1, 2 * 16383 + 2, "more than 16384 values"),
	      "20000 values");
	free(text);
}

int main(void)
{
	test_strings();
	test_values();
	return check_done();
}
