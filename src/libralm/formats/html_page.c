#include "formats/html_page.h"

#include "formats/timestamp.h"
#include "ground/numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char style[] =
	":root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1c2330;"
	"--soft:#566072;--rule:#e3e7ee;--one:#2458d3;--zero:#c2620e;--shade:.13}\n"
	"@media(prefers-color-scheme:dark){:root{--page:#11151c;--card:#1a202b;"
	"--ink:#e7ebf2;--soft:#9aa5b8;--rule:#2c3543;--one:#7aa7ff;--zero:#f0a35a;"
	"--shade:.2}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,"
	"-apple-system,\"Segoe UI\",\"Noto Sans\",\"Liberation Sans\",sans-serif;"
	"font-variant-numeric:tabular-nums}\n"
	"main{max-width:1120px;margin:0 auto;padding:40px 24px 48px}\n"
	"h1{font-size:28px;line-height:1.2;margin:0 0 6px;overflow-wrap:anywhere}\n"
	"h2{font-size:17px;line-height:1.4;margin:0}\n"
	"i{font-style:normal}\n"
	"p{margin:0;color:var(--soft)}\n"
	".tiles,.plots{display:grid;gap:16px;margin:24px 0 16px}\n"
	".tiles{grid-template-columns:repeat(auto-fill,minmax(150px,1fr))}\n"
	".plots{grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));"
	"margin-top:0}\n"
	".card{background:var(--card);border:1px solid var(--rule);border-radius:10px;"
	"padding:18px 20px;margin:0 0 16px;break-inside:avoid}\n"
	".tiles .card,.plots .card{margin:0}\n"
	".tiles .card{padding:14px 16px}\n"
	".tiles h2{font-size:13px;font-weight:600;white-space:nowrap}\n"
	".tiles b{display:block;font-size:26px;line-height:36px;font-weight:650;"
	"white-space:nowrap}\n"
	".tiles b.small{font-size:20px}\n"
	".tiles p{font-size:13px;line-height:1.4}\n"
	".plots p{font-size:14px;margin-bottom:12px}\n"
	".legend{margin:0 0 16px;overflow-wrap:anywhere}\n"
	".key{display:inline-block;width:.8em;height:.8em;border-radius:2px;"
	"margin-right:.4em}\n"
	".key.one{background:var(--one)}.key.zero{background:var(--zero)}\n"
	"svg{display:block;width:100%;height:auto;overflow:visible}\n"
	"svg text{fill:var(--soft);font-size:13px}\n"
	".axis,.grid,.guide,.line{fill:none}\n"
	".axis{stroke:var(--soft)}.grid{stroke:var(--rule)}\n"
	".guide{stroke:var(--soft);stroke-dasharray:4 5}\n"
	".line{stroke-width:2;stroke-linejoin:round}\n"
	".one{fill:var(--one)}.zero{fill:var(--zero)}\n"
	".line.one{fill:none;stroke:var(--one)}.line.zero{fill:none;stroke:var(--zero)}\n"
	".other{stroke-dasharray:6 4}\n"
	".area{opacity:var(--shade)}\n"
	".point{stroke:var(--card);stroke-width:1.5}\n"
	"table{border-collapse:collapse;width:100%;margin-top:8px}\n"
	"td,th{padding:7px 0;text-align:left;border-top:1px solid var(--rule);"
	"vertical-align:baseline;line-height:1.45}\n"
	"th{font:14px ui-monospace,SFMono-Regular,Menlo,\"Liberation Mono\",monospace;"
	"width:13em}\n"
	"td{font-size:14px;color:var(--soft)}\n"
	".number{font-size:16px;color:var(--ink);text-align:right;white-space:nowrap;"
	"width:9em;padding-right:32px}\n"
	".number i{display:inline-block;min-width:4.4em;text-align:left}\n"
	".columns th,.columns td{width:auto;padding:7px 0 7px 12px;text-align:right}\n"
	".columns th:first-child{padding-left:0;text-align:left}\n"
	".columns .number i{min-width:0}\n"
	".columns tr:first-child td{font-size:14px;white-space:normal;"
	"color:var(--soft)}\n"
	".nobr{white-space:nowrap}\n"
	"pre{margin:8px 0 0;columns:24em;font:13px/1.45 ui-monospace,SFMono-Regular,"
	"Menlo,\"Liberation Mono\",monospace;white-space:pre-wrap;"
	"overflow-wrap:anywhere}\n"
	"footer{margin-top:24px;font-size:14px}\n"
	"code{font:13px ui-monospace,SFMono-Regular,Menlo,\"Liberation Mono\",monospace;"
	"overflow-wrap:anywhere}\n"
	"@media(max-width:640px){main{padding:24px 12px 32px}.card{padding:14px}"
	".tiles h2{font-size:12px}.columns th,.columns td{padding-left:8px}"
	"svg text{font-size:17px}.number{width:auto;padding-right:0}"
	"th{width:auto;min-width:8em;padding-right:10px;font-size:13px;"
	"overflow-wrap:anywhere}.columns th{min-width:0;overflow-wrap:normal}"
	"td~td:last-child,.extra{display:none}.columns .number{display:table-cell}"
	".columns .extra{display:none}}\n";

void ralm_page_begin(struct ralm_writer *writer, const char *what,
		     const char *source, const char *heading)
{
	ralm_html_put(writer,
		      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		      "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
		      "content=\"width=device-width, initial-scale=1\">\n<title>");
	ralm_html_put(writer, what);
	if (source != NULL) {
		ralm_html_put(writer, " of ");
		ralm_html_put_escaped(writer, source);
	}
	ralm_html_put(writer, "</title>\n<style>\n");
	ralm_html_put(writer, style);
	ralm_html_put(writer, "</style>\n</head>\n<body>\n<main>\n<h1>");
	if (source != NULL)
		ralm_html_put_escaped(writer, source);
	else
		ralm_html_put(writer, heading);
	ralm_html_put(writer, "</h1>\n");
}

/* ---- foot ---------------------------------------------------------------- */

/* The time a page shows, in seconds since 1970: SOURCE_DATE_EPOCH, by which a page can
 * be made again with equal bytes, or now. */
static double time_of_page(void)
{
	static const uint64_t end_of_years = 253402300799; /* of four digits */
	const char *given = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;
	if (given != NULL && ralm_parse_u64(&seconds, given, strlen(given),
					    end_of_years))
		return (double)seconds;
	return (double)time(NULL);
}

/* "Made by ralm-auc 0.2.0 on 2016-03-28 19:39:48 UTC." */
static void put_made(struct ralm_writer *writer, const char *program)
{
	char iso[RALM_TIME_TEXT], text[2 * RALM_TIME_TEXT + 80];
	ralm_format_iso_time(iso, time_of_page());
	snprintf(text, sizeof text,
		 " %d.%d.%d on <time datetime=\"%s\">%.10s %.8s UTC</time>.",
		 RALM_VERSION_NUMBER / 10000, RALM_VERSION_NUMBER / 100 % 100,
		 RALM_VERSION_NUMBER % 100, iso, iso, iso + sizeof "2016-03-28");
	ralm_html_put(writer, "<p>Made by ");
	ralm_html_put(writer, program);
	ralm_html_put(writer, text);
	ralm_html_put(writer, "</p>\n");
}

static void put_text(struct ralm_writer *writer, const char *name,
		     const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	ralm_html_put(writer, "<p>");
	ralm_html_put(writer, name);
	ralm_html_put(writer, ": <code>");
	ralm_html_put_escaped(writer, text);
	ralm_html_put(writer, "</code></p>\n");
}

void ralm_page_end(struct ralm_writer *writer,
		   const struct ralm_page_origin *origin)
{
	ralm_html_put(writer, "<footer>\n");
	put_made(writer, origin->program);
	put_text(writer, "Command", origin->command);
	put_text(writer, "Digest of the model", origin->digest);
	ralm_html_put(writer, "</footer>\n</main>\n</body>\n</html>\n");
}

/* ---- tiles and plots ----------------------------------------------------- */

/* size: "", or `small` for a text that is wider than most numbers of tiles. */
static void begin_tile(struct ralm_writer *writer, const char *title,
		       const char *size)
{
	ralm_html_put(writer, "<div class=\"card\"><h2>");
	ralm_html_put(writer, title);
	ralm_html_put(writer, "</h2><b");
	ralm_html_put(writer, size);
	ralm_html_put(writer, ">");
}

static const char small[] = " class=\"small\"";

void ralm_page_begin_tile(struct ralm_writer *writer, const char *title,
			  const char *sign, double value)
{
	/* "undefined", or a number with an exponent. */
	const bool wide = isnan(value) || fabs(value) >= 1e4 ||
			  (value != 0 && fabs(value) < 1e-3);
	begin_tile(writer, title, wide ? small : "");
	ralm_html_put(writer, sign);
	ralm_html_put_real(writer, value, 4);
	ralm_html_put(writer, "</b><p>");
}

void ralm_page_end_tile(struct ralm_writer *writer)
{
	ralm_html_put(writer, "</p></div>\n");
}

void ralm_page_put_tile(struct ralm_writer *writer, const char *title,
			double value, const char *note)
{
	if (isnan(value))
		return;
	ralm_page_begin_tile(writer, title, "", value);
	ralm_html_put(writer, note);
	ralm_page_end_tile(writer);
}

void ralm_page_put_count_tile(struct ralm_writer *writer, const char *title,
			      uint64_t count, const char *note)
{
	begin_tile(writer, title, count >= 10000000 ? small : "");
	ralm_html_put_count(writer, count);
	ralm_html_put(writer, "</b><p>");
	ralm_html_put(writer, note);
	ralm_page_end_tile(writer);
}

void ralm_page_put_text_tile(struct ralm_writer *writer, const char *title,
			     const char *text, const char *note)
{
	begin_tile(writer, title, "");
	ralm_html_put(writer, text);
	ralm_html_put(writer, "</b><p>");
	ralm_html_put(writer, note);
	ralm_page_end_tile(writer);
}

void ralm_page_put_cell(struct ralm_writer *writer, double value, int decimals,
			bool extra)
{
	ralm_html_put(writer, extra ? "<td class=\"number extra\">"
				    : "<td class=\"number\">");
	if (isnan(value))
		ralm_html_put(writer, "&ndash;<i></i>");
	else
		ralm_html_put_real(writer, value, decimals);
	ralm_html_put(writer, "</td>");
}

void ralm_page_begin_plot(struct ralm_writer *writer, const char *title,
			  const char *caption)
{
	ralm_html_put(writer, "<figure class=\"card\"><h2>");
	ralm_html_put(writer, title);
	ralm_html_put(writer, "</h2><p>");
	ralm_html_put(writer, caption);
	ralm_html_put(writer, "</p>\n");
}

void ralm_page_end_plot(struct ralm_writer *writer)
{
	ralm_html_put(writer, "</figure>\n");
}
