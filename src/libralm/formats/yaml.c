#include "formats/yaml.h"

#include "ground/printable.h"
#include "ground/utf8.h"

#include <string.h>
#include <yaml.h>

struct builder {
	struct ralm_yaml *yaml;
	yaml_parser_t parser;
	const char *name;
	struct ralm_error *err;
	size_t nodes, depth;
	/* Collections that are open, the innermost last, and the key of each
	 * that waits for its value. */
	struct ralm_yaml_node *open[RALM_YAML_DEPTH_MAX];
	struct ralm_yaml_node *last[RALM_YAML_DEPTH_MAX];
	struct ralm_yaml_node *key[RALM_YAML_DEPTH_MAX];
};

static int fail_at(struct builder *b, yaml_mark_t mark, const char *message)
{
	ralm_error_set(b->err, RALM_ERROR_CONFIG, "%s", message);
	return ralm_error_at(b->err, b->name, mark.line + 1,
			     (uint32_t)mark.column + 1);
}

/* The error that libyaml found. That of its reader has the offset of a byte, of which
 * line and column are found here. */
static int fail_parser(struct builder *b, const char *text, size_t length)
{
	const yaml_parser_t *p = &b->parser;
	if (p->error == YAML_MEMORY_ERROR)
		return ralm_error_memory(b->err, length);
	if (p->error != YAML_READER_ERROR) {
		ralm_error_set(b->err, RALM_ERROR_CONFIG, "%s%s%s",
			       p->context ? p->context : "",
			       p->context ? ": " : "",
			       p->problem ? p->problem : "not YAML");
		return ralm_error_at(b->err, b->name, p->problem_mark.line + 1,
				     (uint32_t)p->problem_mark.column + 1);
	}
	yaml_mark_t mark = {0, 0, 0};
	for (size_t i = 0; i < p->problem_offset && i < length; i++) {
		mark.column++;
		if (text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		}
	}
	return fail_at(b, mark, p->problem ? p->problem : "not YAML");
}

static struct ralm_yaml_node *node_new(struct builder *b, yaml_mark_t mark,
				       enum ralm_yaml_kind kind, size_t length)
{
	if (++b->nodes > RALM_YAML_NODES_MAX) {
		fail_at(b, mark, "more than 16384 values");
		return NULL;
	}
	struct ralm_yaml_node *node = ralm_arena_get(
		&b->yaml->arena, sizeof *node + length + 1, 1, b->err);
	if (node == NULL)
		return NULL;
	memset(node, 0, sizeof *node);
	node->kind = kind;
	node->line = (uint32_t)mark.line + 1;
	node->column = (uint32_t)mark.column + 1;
	return node;
}

static bool same_text(const struct ralm_yaml_node *a, const char *text,
		      size_t length)
{
	return a->length == length && memcmp(a->text, text, length) == 0;
}

static int take_key(struct builder *b, struct ralm_yaml_node *key,
		    yaml_mark_t mark)
{
	const struct ralm_yaml_node *mapping = b->open[b->depth - 1];
	if (key->kind != RALM_YAML_SCALAR)
		return fail_at(b, mark, "a key must be a single word");
	for (const struct ralm_yaml_node *n = mapping->first; n; n = n->next)
		if (same_text(n->key, key->text, key->length)) {
			ralm_error_set(b->err, RALM_ERROR_CONFIG,
				       "duplicate key '%s'", key->text);
			return ralm_error_at(b->err, b->name, key->line,
					     key->column);
		}
	b->key[b->depth - 1] = key;
	return 0;
}

/* Attaches a new node: as the root, a key, a value or an item. */
static int place(struct builder *b, struct ralm_yaml_node *node,
		 yaml_mark_t mark)
{
	if (b->depth == 0) {
		b->yaml->root = node;
		return 0;
	}
	size_t d = b->depth - 1;
	struct ralm_yaml_node *parent = b->open[d];
	if (parent->kind == RALM_YAML_MAPPING) {
		if (b->key[d] == NULL)
			return take_key(b, node, mark);
		node->key = b->key[d];
		b->key[d] = NULL;
	}
	if (b->last[d] == NULL)
		parent->first = node;
	else
		b->last[d]->next = node;
	b->last[d] = node;
	parent->length++;
	return 0;
}

static int take_scalar(struct builder *b, const yaml_event_t *event)
{
	size_t length = event->data.scalar.length;
	if (event->data.scalar.tag != NULL || event->data.scalar.anchor != NULL)
		return fail_at(b, event->start_mark,
			       "tags and anchors are not supported");
	struct ralm_yaml_node *node = node_new(b, event->start_mark,
					       RALM_YAML_SCALAR, length);
	if (node == NULL)
		return -1;
	char *text = (char *)(node + 1);
	memcpy(text, event->data.scalar.value, length);
	text[length] = '\0';
	node->text = text;
	node->length = length;
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return place(b, node, event->start_mark);
}

static int take_start(struct builder *b, const yaml_event_t *event)
{
	bool mapping = event->type == YAML_MAPPING_START_EVENT;
	if (mapping ? event->data.mapping_start.tag ||
			      event->data.mapping_start.anchor
		    : event->data.sequence_start.tag ||
			      event->data.sequence_start.anchor)
		return fail_at(b, event->start_mark,
			       "tags and anchors are not supported");
	if (b->depth == RALM_YAML_DEPTH_MAX)
		return fail_at(b, event->start_mark, "nested too deeply");
	struct ralm_yaml_node *node = node_new(
		b, event->start_mark,
		mapping ? RALM_YAML_MAPPING : RALM_YAML_SEQUENCE, 0);
	if (node == NULL || place(b, node, event->start_mark) != 0)
		return -1;
	b->open[b->depth] = node;
	b->last[b->depth] = b->key[b->depth] = NULL;
	b->depth++;
	return 0;
}

static int take_event(struct builder *b, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->yaml->root != NULL)
			return fail_at(b, event->start_mark,
				       "a second document begins here");
		return 0;
	case YAML_ALIAS_EVENT:
		return fail_at(b, event->start_mark,
			       "aliases are not supported");
	case YAML_SCALAR_EVENT:
		return take_scalar(b, event);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return take_start(b, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		b->depth--;
		return 0;
	default:
		return 0;
	}
}

static int build(struct builder *b, const char *text, size_t length)
{
	for (bool end = false; !end;) {
		yaml_event_t event;
		if (!yaml_parser_parse(&b->parser, &event))
			return fail_parser(b, text, length);
		int result = take_event(b, &event);
		end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
		if (result != 0)
			return -1;
	}
	return 0;
}

int ralm_yaml_parse(struct ralm_yaml *yaml, const char *text, size_t length,
		    const char *name, struct ralm_error *err)
{
	struct ralm_yaml parsed = {.root = NULL};
	struct builder b = {.yaml = &parsed, .name = name, .err = err};
	if (length > RALM_YAML_SIZE_MAX) {
		ralm_error_set(err, RALM_ERROR_CONFIG, "more than %d bytes",
			       RALM_YAML_SIZE_MAX);
		return ralm_error_at(err, name, 0, 0);
	}
	if (!yaml_parser_initialize(&b.parser))
		return ralm_error_memory(err, sizeof b.parser);
	ralm_arena_init(&parsed.arena);
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)text,
				     length);
	int result = build(&b, text, length);
	yaml_parser_delete(&b.parser);
	if (result != 0) {
		ralm_arena_release(&parsed.arena);
		return -1;
	}
	*yaml = parsed;
	return 0;
}

void ralm_yaml_release(struct ralm_yaml *yaml)
{
	ralm_arena_release(&yaml->arena);
	yaml->root = NULL;
}

const struct ralm_yaml_node *ralm_yaml_find(const struct ralm_yaml_node *node,
					    const char *key)
{
	if (node == NULL || node->kind != RALM_YAML_MAPPING)
		return NULL;
	for (const struct ralm_yaml_node *n = node->first; n; n = n->next)
		if (ralm_yaml_is(n->key, key))
			return n;
	return NULL;
}

bool ralm_yaml_is(const struct ralm_yaml_node *node, const char *text)
{
	return node != NULL && node->kind == RALM_YAML_SCALAR &&
	       same_text(node, text, strlen(text));
}

/* ---- quoting ----------------------------------------------------------- */

/* Characters that a terminal must not get, among them those that YAML would fold or
 * drop; and two that YAML refuses. All of them are below U+10000, as \uXXXX needs. */
static bool needs_escape(uint32_t c, size_t length)
{
	return !ralm_is_printable(c, length) || c == 0xfffe || c == 0xffff;
}

size_t ralm_yaml_escape(char escaped[RALM_YAML_ESCAPED], const char **text,
			const char *end)
{
	static const char digits[] = "0123456789abcdef";
	size_t n;
	const char *s = *text;
	const uint32_t c = ralm_utf8_decode(&n, s, end);
	char *e = escaped;
	*text += n;
	if (c == '"' || c == '\\' || c == '\n') {
		*e++ = '\\';
		*e++ = c == '\n' ? 'n' : (char)c;
	} else if (needs_escape(c, n)) {
		*e++ = '\\';
		*e++ = 'u';
		for (int shift = 12; shift >= 0; shift -= 4)
			*e++ = digits[c >> shift & 15];
	} else {
		memcpy(e, s, n);
		e += n;
	}
	return (size_t)(e - escaped);
}

size_t ralm_yaml_quote(char *quoted, const char *text, size_t length)
{
	char *q = quoted;
	*q++ = '"';
	for (const char *end = text + length; text < end;)
		q += ralm_yaml_escape(q, &text, end);
	*q++ = '"';
	return (size_t)(q - quoted);
}
