#include "formats/text_kind.h"

#include <string.h>

static const struct kind {
	const char *bytes;
	size_t length;
	const char *what, *command; /* what makes it text */
} compressed[] = {
	{"\x1f\x8b", 2, "gzip", "zcat"},
	{"\x1f\x9d", 2, "compress", "zcat"},
	{"\x28\xb5\x2f\xfd", 4, "zstd", "zstdcat"},
	{"\xfd" "7zXZ\0", 6, "xz", "xzcat"},
	{"\x04\x22\x4d\x18", 4, "lz4", "lz4cat"},
	{"\x02\x21\x4c\x18", 4, "lz4", "lz4cat"},
	{"PK\3\4", 4, "zip", "funzip"},
	{"PK\5\6", 4, "zip", "funzip"},
	{"PK\7\x8", 4, "zip", "funzip"},
}, encoded[] = {
	/* UTF-32 begins with the bytes of UTF-16, so it is looked for first. */
	{"\xff\xfe\0\0", 4, "UTF-32", "iconv"},
	{"\0\0\xfe\xff", 4, "UTF-32", "iconv"},
	{"\xff\xfe", 2, "UTF-16", "iconv"},
	{"\xfe\xff", 2, "UTF-16", "iconv"},
};

static const char byte_order_mark[3] = "\xef\xbb\xbf";

static const struct kind *find(const struct kind *kinds, size_t count,
			       const char *line, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (length >= kinds[i].length &&
		    memcmp(line, kinds[i].bytes, kinds[i].length) == 0)
			return &kinds[i];
	return NULL;
}

#define FIND(kinds, line, length) \
	find(kinds, sizeof kinds / sizeof *kinds, line, length)

/* "BZh9" might be an id: in a compressed file other bytes than text follow. */
static bool is_bzip2(const char *line, size_t length)
{
	return length >= 10 && memcmp(line, "BZh", 3) == 0 &&
	       (memcmp(line + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 ||
		memcmp(line + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

/* Whether a file begins as those of pzstd do. */
static bool is_skippable_frame(const char *line, size_t length)
{
	return length >= 4 && ((unsigned char)line[0] & 0xf0) == 0x50 &&
	       memcmp(line + 1, "\x2a\x4d\x18", 3) == 0;
}

static const struct kind *compression(const char *bytes, size_t length)
{
	static const struct kind bzip2 = {NULL, 0, "bzip2", "bzcat"};
	static const struct kind pzstd = {NULL, 0, "zstd", "zstdcat"};
	return is_bzip2(bytes, length)		 ? &bzip2
	       : is_skippable_frame(bytes, length) ? &pzstd
						 : FIND(compressed, bytes, length);
}

const char *ralm_compressed_by(const void *bytes, size_t length)
{
	const struct kind *kind = compression(bytes, length);
	return kind != NULL ? kind->what : NULL;
}

/* UTF-16 without a mark: one byte of each of two letters is zero. */
static const char *bare_utf16(const char *line, size_t length)
{
	if (length < 4)
		return NULL;
	if (line[0] && !line[1] && line[2] && !line[3])
		return "UTF-16LE";
	if (!line[0] && line[1] && !line[2] && line[3])
		return "UTF-16BE";
	return NULL;
}

/* A CR that more text follows. Within quotes it belongs to a field. */
static bool has_cr_ends(const char *line, size_t length)
{
	const char *cr = memchr(line, '\r', length);
	if (cr == NULL || memchr(line, '"', (size_t)(cr - line)) != NULL)
		return false;
	for (const char *p = cr; p < line + length; p++)
		if (*p != '\r')
			return true;
	return false;
}

/* A file in a command: what stands before its name, and the name. */
struct operand {
	const char *before, *name;
};

/* None is named where the command reads a pipe ("stdin"), nor where a shell would take
 * a letter of the name for something else. */
static struct operand in_command(const char *name)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789_-./,:@%+=";
	for (const char *p = name; *p != '\0'; p++)
		if (((unsigned char)*p & 0x80) == 0 && strchr(plain, *p) == NULL)
			return (struct operand){"", ""};
	if (strcmp(name, "stdin") == 0)
		return (struct operand){"", ""};
	return (struct operand){*name == '-' ? " ./" : " ", name};
}

/* Where the command's output goes. */
static const char *onward(bool again)
{
	return again ? ">" : "|";
}

static int compressed_by(const struct kind *kind, const char *name, bool again,
			 struct ralm_error *err)
{
	const struct operand file = in_command(name);
	ralm_error_set(err, RALM_ERROR_DATA,
		       "compressed by %s: use '%s%s%s %s ...'", kind->what,
		       kind->command, file.before, file.name, onward(again));
	return ralm_error_at(err, name, 0, 0);
}

static int encoded_in(const char *what, const char *name, bool again,
		      struct ralm_error *err)
{
	const struct operand file = in_command(name);
	ralm_error_set(err, RALM_ERROR_DATA,
		       "text in %s: use 'iconv -f %s -t UTF-8%s%s %s ...'", what,
		       what, file.before, file.name, onward(again));
	return ralm_error_at(err, name, 0, 0);
}

static int ends_in_cr(const char *name, bool again, struct ralm_error *err)
{
	const struct operand file = in_command(name);
	ralm_error_set(err, RALM_ERROR_DATA,
		       "lines end in CR alone: use \"%s%s%s%s %s ...\"",
		       "tr '\\r' '\\n'", *file.name ? " <" : "", file.before,
		       file.name, onward(again));
	return ralm_error_at(err, name, 0, 0);
}

int ralm_text_begin(size_t *mark, const char *line, size_t length,
		    const char *name, bool again, struct ralm_error *err)
{
	const struct kind *kind = compression(line, length);
	if (kind != NULL)
		return compressed_by(kind, name, again, err);
	kind = FIND(encoded, line, length);
	const char *encoding = kind ? kind->what : bare_utf16(line, length);
	if (encoding != NULL)
		return encoded_in(encoding, name, again, err);
	if (has_cr_ends(line, length))
		return ends_in_cr(name, again, err);
	*mark = length >= sizeof byte_order_mark &&
				memcmp(line, byte_order_mark,
				       sizeof byte_order_mark) == 0
			? sizeof byte_order_mark
			: 0;
	return 0;
}
