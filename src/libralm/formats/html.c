#include "formats/html.h"

#include "ground/c_locale.h"
#include "ground/numbers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void ralm_html_put(struct ralm_writer *writer, const char *markup)
{
	ralm_writer_put_text(writer, markup);
}

void ralm_html_put_escaped(struct ralm_writer *writer, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<':
			ralm_html_put(writer, "&lt;");
			break;
		case '>':
			ralm_html_put(writer, "&gt;");
			break;
		case '&':
			ralm_html_put(writer, "&amp;");
			break;
		case '"':
			ralm_html_put(writer, "&quot;");
			break;
		default:
			ralm_writer_put_char(writer,
					     (unsigned char)*text < 0x20 ? '?'
									 : *text);
		}
}

void ralm_html_put_count(struct ralm_writer *writer, uint64_t count)
{
	char digits[20];
	const size_t length = ralm_format_u64(digits, count);
	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			ralm_html_put(writer, "&#8239;");
		ralm_writer_put_char(writer, digits[i]);
	}
}

void ralm_html_put_real(struct ralm_writer *writer, double value, int decimals)
{
	char text[40];
	if (isnan(value)) {
		ralm_html_put(writer, "undefined");
		return;
	}
	double size = fabs(value);
	bool fixed = size < 1e6 && size >= pow(10, 1 - decimals);
	if (value == 0)
		snprintf(text, sizeof text, "0");
	else if (isinf(value))
		snprintf(text, sizeof text, "&infin;");
	else
		ralm_snprintf(text, sizeof text, fixed ? "%.*f" : "%.*g",
			      decimals, size);
	if (value < 0)
		ralm_html_put(writer, "&minus;");
	size_t whole = strcspn(text, ".e");
	ralm_writer_put(writer, text, whole);
	ralm_html_put(writer, "<i>");
	ralm_html_put(writer, text + whole);
	ralm_html_put(writer, "</i>");
}
