#include "formats/json.h"

#include "ground/numbers.h"
#include "ground/utf8.h"

#include <string.h>

struct parser {
	const char *at, *end, *line_begin;
	uint32_t line;
	struct ralm_arena *arena;
	size_t nodes, depth;
	const char *name;
	struct ralm_error *err;
};

/* Line ends stand only between values, where skip_blanks counts them. */
static uint32_t column_of(const struct parser *p, const char *at)
{
	return (uint32_t)(at - p->line_begin) + 1;
}

static int fail(struct parser *p, const char *at, const char *message)
{
	ralm_error_set(p->err, RALM_ERROR_DATA, "%s", message);
	return ralm_error_at(p->err, p->name, p->line, column_of(p, at));
}

static void skip_blanks(struct parser *p)
{
	for (; p->at < p->end && (*p->at == ' ' || *p->at == '\n' ||
				  *p->at == '\t' || *p->at == '\r'); p->at++)
		if (*p->at == '\n') {
			p->line++;
			p->line_begin = p->at + 1;
		}
}

/* Skips blanks, and c if it follows; returns whether it did. */
static bool take(struct parser *p, char c)
{
	skip_blanks(p);
	if (p->at == p->end || *p->at != c)
		return false;
	p->at++;
	return true;
}

/* A new node, with room behind it for `length` bytes of text and a NUL. */
static struct ralm_yaml_node *node_new(struct parser *p,
				       enum ralm_yaml_kind kind, size_t length)
{
	if (++p->nodes > RALM_YAML_NODES_MAX) {
		fail(p, p->at, "more than 16384 values");
		return NULL;
	}
	struct ralm_yaml_node *node = ralm_arena_get(
		p->arena, sizeof *node + length + 1, 1, p->err);
	if (node == NULL)
		return NULL;
	memset(node, 0, sizeof *node);
	node->kind = kind;
	node->line = p->line;
	node->column = column_of(p, p->at);
	return node;
}

/* ---- strings ----------------------------------------------------------- */

/* The code unit of four hexadecimal digits at s; -1: there are no such. */
static int hex4(uint32_t *c, const char *s, const char *end)
{
	if (end - s < 4)
		return -1;
	*c = 0;
	for (int i = 0; i < 4; i++) {
		const int digit = ralm_hex_digit(s[i]);
		if (digit < 0)
			return -1;
		*c = *c << 4 | (uint32_t)digit;
	}
	return 0;
}

/* Decodes the escape sequence after the backslash at p->at into bytes at `to`;
 * returns their number, or 0 with an error. */
static size_t take_escape(struct parser *p, char *to)
{
	static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *at = p->at++;
	const char *found = p->at < p->end && *p->at
				    ? strchr(names, *p->at) : NULL;
	uint32_t c, low;
	if (found != NULL) {
		p->at++;
		*to = meant[found - names];
		return 1;
	}
	if (p->at == p->end || *p->at != 'u' ||
	    hex4(&c, p->at + 1, p->end) != 0) {
		fail(p, at, "an escape that JSON does not have");
		return 0;
	}
	p->at += 5;
	if (c >= 0xd800 && c < 0xe000) {
		if (c >= 0xdc00 || p->end - p->at < 6 || p->at[0] != '\\' ||
		    p->at[1] != 'u' || hex4(&low, p->at + 2, p->end) != 0 ||
		    low < 0xdc00 || low >= 0xe000) {
			fail(p, at, "half of a surrogate pair");
			return 0;
		}
		p->at += 6;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	return ralm_utf8_encode(to, c);
}

/* The closing quote of the string whose text begins at p->at, or the end. */
static const char *end_of_string(const struct parser *p)
{
	const char *s = p->at;
	while (s < p->end && *s != '"')
		s += *s == '\\' && p->end - s > 1 ? 2 : 1;
	return s;
}

static struct ralm_yaml_node *take_string(struct parser *p)
{
	const char *begin = p->at++;
	size_t most = (size_t)(end_of_string(p) - p->at), n;
	p->at = begin;
	struct ralm_yaml_node *node = node_new(p, RALM_YAML_SCALAR, most);
	if (node == NULL)
		return NULL;
	char *text = (char *)(node + 1), *to = text;
	for (p->at++; p->at < p->end && *p->at != '"'; to += n) {
		if (*p->at == '\\') {
			n = take_escape(p, to);
			if (n == 0)
				return NULL;
			continue;
		}
		uint32_t c = ralm_utf8_decode(&n, p->at, p->end);
		if (c < 0x20 || (c == 0xfffd && n == 1)) {
			fail(p, p->at, c < 0x20 ? "a control character in a string"
						: "not UTF-8");
			return NULL;
		}
		memcpy(to, p->at, n);
		p->at += n;
	}
	if (p->at == p->end) {
		fail(p, begin, "a string without an end");
		return NULL;
	}
	p->at++;
	*to = '\0';
	node->text = text;
	node->length = (size_t)(to - text);
	node->quoted = true;
	return node;
}

/* ---- values ------------------------------------------------------------ */

static struct ralm_yaml_node *take_value(struct parser *p);

/* A number, true, false or null. Whether it is one of these is for the caller of
 * ralm_json_parse to check. */
static struct ralm_yaml_node *take_word(struct parser *p)
{
	size_t length = 0;
	while (p->at + length < p->end && p->at[length] &&
	       strchr("+-.0123456789abcdefghijklmnopqrstuvwxyzE",
		      p->at[length]))
		length++;
	if (length == 0) {
		fail(p, p->at, "expected a value");
		return NULL;
	}
	struct ralm_yaml_node *node = node_new(p, RALM_YAML_SCALAR, length);
	if (node == NULL)
		return NULL;
	char *text = (char *)(node + 1);
	memcpy(text, p->at, length);
	text[length] = '\0';
	node->text = text;
	node->length = length;
	p->at += length;
	return node;
}

static struct ralm_yaml_node *take_key(struct parser *p,
				       const struct ralm_yaml_node *object)
{
	skip_blanks(p);
	const char *at = p->at;
	if (p->at == p->end || *p->at != '"') {
		fail(p, at, "expected a key in quotes");
		return NULL;
	}
	struct ralm_yaml_node *key = take_string(p);
	if (key == NULL)
		return NULL;
	for (const struct ralm_yaml_node *n = object->first; n; n = n->next)
		if (n->key->length == key->length &&
		    memcmp(n->key->text, key->text, key->length) == 0) {
			ralm_error_set(p->err, RALM_ERROR_DATA,
				       "duplicate key '%s'", key->text);
			ralm_error_at(p->err, p->name, key->line, key->column);
			return NULL;
		}
	if (!take(p, ':')) {
		fail(p, p->at, "expected ':'");
		return NULL;
	}
	return key;
}

/* An object or an array. */
static struct ralm_yaml_node *take_collection(struct parser *p)
{
	const bool object = *p->at == '{';
	const char close = object ? '}' : ']';
	if (p->depth == RALM_YAML_DEPTH_MAX) {
		fail(p, p->at, "nested too deeply");
		return NULL;
	}
	struct ralm_yaml_node *node = node_new(
		p, object ? RALM_YAML_MAPPING : RALM_YAML_SEQUENCE, 0);
	struct ralm_yaml_node **next = node ? &node->first : NULL;
	p->at++;
	if (node == NULL || take(p, close))
		return node;
	p->depth++;
	do {
		struct ralm_yaml_node *key = NULL;
		if (object && (key = take_key(p, node)) == NULL)
			return NULL;
		struct ralm_yaml_node *child = take_value(p);
		if (child == NULL)
			return NULL;
		child->key = key;
		*next = child;
		next = &child->next;
		node->length++;
	} while (take(p, ','));
	p->depth--;
	if (take(p, close))
		return node;
	fail(p, p->at, object ? "expected ',' or '}'" : "expected ',' or ']'");
	return NULL;
}

static struct ralm_yaml_node *take_value(struct parser *p)
{
	skip_blanks(p);
	if (p->at < p->end && (*p->at == '{' || *p->at == '['))
		return take_collection(p);
	if (p->at < p->end && *p->at == '"')
		return take_string(p);
	return take_word(p);
}

int ralm_json_parse(struct ralm_yaml *json, const char *text, size_t length,
		    const char *name, struct ralm_error *err)
{
	struct ralm_yaml parsed = {.root = NULL};
	struct parser p = {
		.at = text, .end = text + length, .line_begin = text,
		.line = 1, .arena = &parsed.arena, .name = name, .err = err,
	};
	if (length > RALM_YAML_SIZE_MAX) {
		ralm_error_set(err, RALM_ERROR_DATA, "more than %d bytes",
			       RALM_YAML_SIZE_MAX);
		return ralm_error_at(err, name, 0, 0);
	}
	ralm_arena_init(&parsed.arena);
	parsed.root = take_value(&p);
	skip_blanks(&p);
	if (parsed.root != NULL && p.at < p.end) {
		fail(&p, p.at, "more text behind the end");
		parsed.root = NULL;
	}
	if (parsed.root == NULL) {
		ralm_arena_release(&parsed.arena);
		return -1;
	}
	*json = parsed;
	return 0;
}
