#include "formats/svg_plot.h"

#include "ground/c_locale.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

void ralm_svg_put(const struct ralm_svg_plot *plot, const char *format, ...)
{
	char text[512];
	va_list args;
	va_start(args, format);
	int length = ralm_vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (length > 0)
		ralm_writer_put(plot->writer, text,
				(size_t)length < sizeof text ? (size_t)length
							     : sizeof text - 1);
}

static double map(double value, double low, double high, double from, double to)
{
	/* Halves, so that a range as wide as double itself fits. */
	double part = (value / 2 - low / 2) / (high / 2 - low / 2);
	return from + (to - from) * fmin(fmax(part, 0), 1);
}

double ralm_svg_x(const struct ralm_svg_plot *plot, double x)
{
	if (plot->x_log)
		return map(log10(fmax(x, plot->x_low)), log10(plot->x_low),
			   log10(plot->x_high), RALM_SVG_LEFT, RALM_SVG_RIGHT);
	return map(x, plot->x_low, plot->x_high, RALM_SVG_LEFT, RALM_SVG_RIGHT);
}

double ralm_svg_y(const struct ralm_svg_plot *plot, double y)
{
	return map(y, plot->y_low, plot->y_high, RALM_SVG_BOTTOM, RALM_SVG_TOP);
}

/* ---- frame ------------------------------------------------------------- */

double ralm_svg_tick_step(double low, double high)
{
	double rough = high / 5 - low / 5;
	double power = pow(10, floor(log10(rough)));
	double part = rough / power;
	return (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10) * power;
}

/* The ticks of an axis: `count` multiples of a step, from `first` times the step on;
 * and the digits that tell them apart. */
struct ticks {
	double step, first;
	int count, digits;
};

static struct ticks find_ticks(double low, double high)
{
	struct ticks t = {.step = ralm_svg_tick_step(low, high)};
	t.first = ceil(low / t.step - 1e-6);
	t.count = (int)(floor(high / t.step + 1e-6) - t.first) + 1;
	double most = fmax(fabs(low), fabs(high)) / t.step;
	t.digits = (int)fmax(4, ceil(log10(most)) + 1);
	return t;
}

static double tick_at(const struct ticks *t, int i)
{
	return (t->first + i) * t->step + 0.0; /* -0 + 0 is +0 */
}

/* "0.25"; "250k" or "250M" where the step is a thousand or a million, or more. */
enum { TICK_TEXT = 32 };
static void tick_text(char text[TICK_TEXT], const struct ticks *t, double value)
{
	const bool millions = t->step >= 1e6 && t->step < 1e9;
	const bool thousands = t->step >= 1e3 && t->step < 1e6;
	const double unit = millions ? 1e6 : thousands ? 1e3 : 1;
	ralm_snprintf(text, TICK_TEXT, "%.*g%s", t->digits, value / unit,
		      value == 0  ? ""
		      : millions  ? "M"
		      : thousands ? "k"
				  : "");
}

/* text: NULL for a tick without one. */
static void put_x_tick(const struct ralm_svg_plot *plot, double x,
		       const char *text)
{
	double at = ralm_svg_x(plot, x);
	ralm_svg_put(plot, "<path class=\"grid\" d=\"M%.1f %dV%d\"/>", at,
		     RALM_SVG_TOP, RALM_SVG_BOTTOM);
	if (text != NULL)
		ralm_svg_put(
			plot,
			"<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
			at, RALM_SVG_BOTTOM + 20, text);
}

/* 1, 2 and 5 times each power of ten; of many only the powers have a text. */
static void put_log_ticks(const struct ralm_svg_plot *plot)
{
	static const int parts[] = {1, 2, 5};
	const double low = plot->x_low, high = plot->x_high;
	const bool all = high / low < 1.1e4;
	for (int e = (int)floor(log10(low)); e <= (int)ceil(log10(high)); e++)
		for (int i = 0; i < 3; i++) {
			const double x = parts[i] * pow(10, e);
			char text[TICK_TEXT];
			ralm_snprintf(text, sizeof text, "%.4g", x);
			if (x >= low * (1 - 1e-9) && x <= high * (1 + 1e-9))
				put_x_tick(plot, x, all || i == 0 ? text : NULL);
		}
}

static void put_ticks(const struct ralm_svg_plot *plot)
{
	struct ticks t = find_ticks(plot->x_low, plot->x_high);
	char text[TICK_TEXT];
	/* Where texts are long, every third tick has one. */
	for (int i = 0; i < t.count && !plot->x_log; i++) {
		tick_text(text, &t, tick_at(&t, i));
		put_x_tick(plot, tick_at(&t, i),
			   t.digits <= 6 || i % 3 == 1 ? text : NULL);
	}
	if (plot->x_log)
		put_log_ticks(plot);
	t = find_ticks(plot->y_low, plot->y_high);
	for (int i = 0; i < t.count; i++) {
		double y = ralm_svg_y(plot, tick_at(&t, i));
		tick_text(text, &t, tick_at(&t, i));
		ralm_svg_put(
			plot,
			"<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" "
			"y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			RALM_SVG_LEFT, y, RALM_SVG_RIGHT, RALM_SVG_LEFT - 8,
			y + 4.5, text);
	}
}

void ralm_svg_begin(const struct ralm_svg_plot *plot, const char *id,
		    const char *title, const char *x_title, const char *y_title)
{
	ralm_svg_put(
		plot,
		"<svg id=\"%s\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
		id, RALM_SVG_WIDTH, RALM_SVG_HEIGHT, title);
	put_ticks(plot);
	ralm_svg_put(plot, "<path class=\"axis\" d=\"M%d %dV%dH%d\"/>\n",
		     RALM_SVG_LEFT, RALM_SVG_TOP, RALM_SVG_BOTTOM,
		     RALM_SVG_RIGHT);
	ralm_svg_put(
		plot,
		"<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
		(RALM_SVG_LEFT + RALM_SVG_RIGHT) / 2, RALM_SVG_HEIGHT - 9,
		x_title);
	ralm_svg_put(
		plot,
		"<text transform=\"translate(14 %d) rotate(-90)\" "
		"text-anchor=\"middle\">%s</text>\n",
		(RALM_SVG_TOP + RALM_SVG_BOTTOM) / 2, y_title);
}

void ralm_svg_end(const struct ralm_svg_plot *plot)
{
	ralm_svg_put(plot, "</svg>\n");
}

void ralm_svg_put_diagonal(const struct ralm_svg_plot *plot)
{
	ralm_svg_put(plot, "<path class=\"guide\" d=\"M%d %dL%d %d\"/>\n",
		     RALM_SVG_LEFT, RALM_SVG_BOTTOM, RALM_SVG_RIGHT,
		     RALM_SVG_TOP);
}

void ralm_svg_put_level(const struct ralm_svg_plot *plot, double y)
{
	ralm_svg_put(plot, "<path class=\"guide\" d=\"M%d %.1fH%d\"/>\n",
		     RALM_SVG_LEFT, ralm_svg_y(plot, y), RALM_SVG_RIGHT);
}

void ralm_svg_put_note(const struct ralm_svg_plot *plot, const char *text)
{
	ralm_svg_put(
		plot,
		"<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
		(RALM_SVG_LEFT + RALM_SVG_RIGHT) / 2,
		(RALM_SVG_TOP + RALM_SVG_BOTTOM) / 2, text);
}

void ralm_svg_put_points(const struct ralm_svg_plot *plot, const double *x,
			 const double *y, size_t every, size_t count,
			 char command)
{
	double last_x = 0, last_y = 0;
	for (size_t i = 0; i < count; i++) {
		double at_x = ralm_svg_x(plot, x[i * every]);
		double at_y = ralm_svg_y(plot, y[i * every]);
		if (i > 0 && i + 1 < count &&
		    fabs(at_x - last_x) + fabs(at_y - last_y) < 0.5)
			continue;
		ralm_svg_put(plot, "%c%.1f %.1f", command, at_x, at_y);
		command = 'L';
		last_x = at_x;
		last_y = at_y;
	}
}

void ralm_svg_put_line(const struct ralm_svg_plot *plot, const char *class,
		       const double *x, const double *y, size_t count)
{
	for (size_t i = 0, piece = 0; i < count; i += piece + 1) {
		for (piece = 0; i + piece < count && isfinite(y[i + piece]);)
			piece++;
		if (piece == 1)
			ralm_svg_put(plot,
				     "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" "
				     "r=\"2\"/>\n",
				     class, ralm_svg_x(plot, x[i]),
				     ralm_svg_y(plot, y[i]));
		if (piece < 2)
			continue;
		ralm_svg_put(plot, "<path class=\"line %s\" d=\"", class);
		ralm_svg_put_points(plot, x + i, y + i, 1, piece, 'M');
		ralm_svg_put(plot, "\"/>\n");
	}
}

void ralm_svg_put_point(const struct ralm_svg_plot *plot, const char *class,
			double x, double y, const char *format, ...)
{
	char text[128];
	va_list args;
	va_start(args, format);
	ralm_vsnprintf(text, sizeof text, format, args);
	va_end(args);
	ralm_svg_put(plot,
		     "<circle class=\"point %s\" cx=\"%.1f\" cy=\"%.1f\" "
		     "r=\"4\"><title>%s</title></circle>\n",
		     class, ralm_svg_x(plot, x), ralm_svg_y(plot, y), text);
}

/* ---- histograms ---------------------------------------------------------- */

/* kind: "area", "line" or a kind of line; which: "zero" or "one". */
static void put_outline(const struct ralm_svg_plot *plot, const double *weight,
			int bins, double all, const char *kind,
			const char *which)
{
	ralm_svg_put(plot, "<path class=\"%s %s\" d=\"M%d %d", kind, which,
		     RALM_SVG_LEFT, RALM_SVG_BOTTOM);
	for (int b = 0; b < bins; b++)
		ralm_svg_put(plot, "V%.1fH%.1f",
			     ralm_svg_y(plot, all > 0 ? weight[b] / all : 0),
			     map(b + 1, 0, bins, RALM_SVG_LEFT, RALM_SVG_RIGHT));
	ralm_svg_put(plot, "V%d%s\"/>\n", RALM_SVG_BOTTOM,
		     kind[0] == 'a' ? "Z" : "");
}

/* Returns the sum, and raises *most to the largest share of it that a bin has. */
static double sum_bins(double *most, const double *weight, int bins)
{
	double all = 0;
	for (int b = 0; weight != NULL && b < bins; b++)
		all += weight[b];
	for (int b = 0; b < bins && all > 0; b++)
		*most = fmax(*most, weight[b] / all);
	return all;
}

void ralm_svg_put_histograms(struct ralm_writer *writer,
			     const struct ralm_svg_histogram *h)
{
	static const char *const which[] = {"zero", "one"};
	double all[2], others[2], most = 1e-9;
	for (int c = 0; c < 2; c++) {
		all[c] = sum_bins(&most, h->weight[c], h->bins);
		others[c] = sum_bins(&most, h->other[c], h->bins);
	}
	const struct ralm_svg_plot plot = {
		.writer = writer,
		.x_low = h->low,
		.x_high = h->high,
		.y_high = most * 1.05,
	};
	ralm_svg_begin(&plot, h->id, h->title, h->x_title, h->y_title);
	for (int c = 0; c < 2; c++) {
		put_outline(&plot, h->weight[c], h->bins, all[c], "area", which[c]);
		put_outline(&plot, h->weight[c], h->bins, all[c], "line", which[c]);
		if (h->other[c] != NULL)
			put_outline(&plot, h->other[c], h->bins, others[c],
				    "line other", which[c]);
	}
	ralm_svg_end(&plot);
}
