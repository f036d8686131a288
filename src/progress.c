#include "progress.h"

#include "libralm/ground/clock.h"

#include <inttypes.h>
#include <math.h>

bool progress_init(struct progress *progress, const char *what,
		   const char *whole, bool quiet)
{
	*progress = (struct progress){.what = what, .whole = whole};
	live_line_init(&progress->line);
	progress->line.live = progress->line.live && !quiet;
	return progress->line.live;
}

/* The most important parts first: a narrow terminal cuts off the last ones. */
static void compose(struct live_text *text, const struct progress *progress,
		    uint64_t count, double share, double seconds)
{
	/* Before that, the rate and the time left would be guesses. */
	const bool known = seconds > 0.5;
	if (progress->what != NULL)
		live_text_add(text, "%" PRIu64 " %s", count, progress->what);
	if (!isnan(share))
		live_text_add(text, "%.0f %% of the %s", 100 * share,
			      progress->whole);
	if (known && share > 0) {
		const double left = seconds * (1 - share) / share;
		if (left >= 3600)
			live_text_add(text, "%.1f h left", left / 3600);
		else
			live_text_add(text, "%.0f s left", left);
	}
	if (known && progress->what != NULL)
		live_text_add(text, "%.0f %s/s", (double)count / seconds,
			      progress->what);
}

static void show(struct progress *progress, uint64_t count, double share, double time)
{
	struct live_text text;
	if (progress->told == 0)
		progress->begun = time;
	progress->told = time;
	live_text_init(&text, &progress->line);
	compose(&text, progress, count, share, time - progress->begun);
	live_line_show(&progress->line, text.text, false);
}

void progress_tell(struct progress *progress, uint64_t count, double share)
{
	const double time = 1e-9 * (double)ralm_nanoseconds();
	if (!progress->line.live)
		return;
	if (progress->told == 0 || time - progress->told >= 0.2)
		show(progress, count, share, time);
	if (share >= 1)
		progress_clear(progress);
}

void progress_clear(struct progress *progress)
{
	live_line_clear(&progress->line);
}
