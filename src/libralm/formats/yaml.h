/* A small document tree: a configuration file (YAML, by libyaml) or the header
 * of a model file (JSON: json.h). Text is untrusted: its size, depth and number
 * of nodes are bounded, and what could make a document larger than its text
 * (anchors, aliases, tags) is an error. */
#ifndef RALM_FORMATS_YAML_H
#define RALM_FORMATS_YAML_H

#include <stdbool.h>

#include "ground/error.h"
#include "ground/memory.h"

enum {
	RALM_YAML_SIZE_MAX = 1 << 20, /* bytes of text */
	RALM_YAML_NODES_MAX = 1 << 14,
	RALM_YAML_DEPTH_MAX = 32,
};

enum ralm_yaml_kind {
	RALM_YAML_SCALAR,
	RALM_YAML_SEQUENCE,
	RALM_YAML_MAPPING,
};

struct ralm_yaml_node {
	enum ralm_yaml_kind kind;
	bool quoted;           /* scalar: stood in quotes, or is a block */
	uint32_t line, column; /* 1-based */
	size_t length;         /* scalar: of text; others: children */
	const char *text;      /* scalar: NUL-terminated, may hold NULs too */
	struct ralm_yaml_node *key; /* in a mapping: a scalar; else NULL */
	struct ralm_yaml_node *first, *next; /* children in order */
};

struct ralm_yaml {
	struct ralm_yaml_node *root; /* NULL: the text holds no document */
	struct ralm_arena arena;
};

/* Errors are RALM_ERROR_CONFIG, with name, line and column. Keys of a mapping are
 * scalars and no key stands twice in it. text need not outlive the call. */
int ralm_yaml_parse(struct ralm_yaml *yaml, const char *text, size_t length,
		    const char *name, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_yaml_release(struct ralm_yaml *yaml);

/* The value of a key, or NULL when node is no mapping or lacks the key. */
const struct ralm_yaml_node *ralm_yaml_find(const struct ralm_yaml_node *node,
					    const char *key);

/* True when node is a scalar of exactly these characters. */
bool ralm_yaml_is(const struct ralm_yaml_node *node, const char *text);

/* Writes text as a double-quoted scalar that YAML and JSON read alike. What is
 * not UTF-8 becomes U+FFFD. Returns the length; at most 6 bytes a byte of
 * text and two quotes are written, no NUL. */
size_t ralm_yaml_quote(char *quoted, const char *text, size_t length);

/* The same of one character, without the quotes: it begins at *text, which moves on to
 * the next, at most at `end`. */
enum { RALM_YAML_ESCAPED = 6 };
size_t ralm_yaml_escape(char escaped[RALM_YAML_ESCAPED], const char **text,
			const char *end);

#endif
