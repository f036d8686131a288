/* Any text as sizes of audiences and as the ends of a band. What is taken are sizes
 * from 1 to as many as there are, in their order, each once; and ranks that lie
 * within. What is refused is a mistake of the command line that says why. */
#include "fuzz.h"

#include "libralm/ground/error.h"
#include "libralm/jobs/expand/size_curve.h"

#include <string.h>

static void check_curve(const struct ralm_expand_size *size, size_t eligible)
{
	static struct ralm_size_curve curve;
	const size_t above = ralm_size_curve_init(&curve, size, eligible);
	must(curve.count > 0 && curve.count <= size->curve_count);
	must(above <= size->curve_count);
	for (size_t i = 0; i < curve.count; i++) {
		const struct ralm_size_point *point = &curve.point[i];
		must(point->size > (i > 0 ? point[-1].size : 0));
		must(point->size <= eligible && point->share > 0 &&
		     point->share <= 1);
	}
}

static void check_ranks(const struct ralm_expand_size *size, size_t eligible)
{
	struct ralm_error err = {.code = RALM_OK};
	size_t from, end;
	if (ralm_expand_ranks(&from, &end, size, eligible, &err) == 0)
		must(from < end && end <= eligible);
	else
		must(err.code == RALM_ERROR_CONFIG && err.message[0] != '\0');
}

/* A line each: sizes, a size, where it begins, the least score. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t eligible[] = {1, 2, 99, 1000, 4000000000};
	struct ralm_error err = {.code = RALM_OK};
	struct ralm_expand_size sizes;
	char *text = malloc(size + 1), *part[4] = {NULL};
	must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	char *rest = text;
	for (int i = 0; i < 4 && rest != NULL; i++)
		part[i] = strsep(&rest, "\n");
	const struct ralm_expand_options options = {
		.curve = "curve",
		.sizes = part[0],
		.size = part[1],
		.from = part[2],
		.min_score = part[3],
	};
	if (ralm_expand_size_parse(&sizes, &options, &err) == 0)
		for (size_t i = 0; i < sizeof eligible / sizeof *eligible; i++) {
			check_curve(&sizes, eligible[i]);
			check_ranks(&sizes, eligible[i]);
		}
	else
		must(err.code == RALM_ERROR_CONFIG && err.message[0] != '\0');
	free(text);
	return 0;
}
