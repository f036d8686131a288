/* samples/choices.h: where a choice begins, by the rule and by hand; batches, their
 * blocks and the plan's groups are cut there and nowhere else. */
#include "check.h"

#include "libralm/ground/rng.h"
#include "libralm/networks/blocks.h"
#include "libralm/samples/choices.h"

#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 800, LISTS = 40, TRIES = 60, SIZE_MOST = 90 };

static struct ralm_error err;
static struct ralm_rng rng;
static struct ralm_batch batch;
static bool begins[SAMPLES + 1]; /* a choice, as the sentence says it */

static void must(int result)
{
	if (result == 0)
		return;
	printf("Bail out! %s\n", err.message);
	exit(99);
}

static uint32_t below(uint32_t n)
{
	return (uint32_t)ralm_rng_below(&rng, n);
}

static void test_by_hand(void)
{
	static const uint8_t label[] = {0, 0, 1, 0, 0, 1, 1, 0};
	check(ralm_choice_end(label, 0, 8) == 5 &&
		      ralm_choice_end(label, 5, 8) == 6 &&
		      ralm_choice_end(label, 6, 8) == 8,
	      "choices of 0 0 1 0 0 | 1 | 1 0");
	check(ralm_choice_end(label, 0, 2) == 2, "a run without a click is one");
	check(ralm_choices_within(label, 0, 8, 4) == 0 &&
		      ralm_choices_within(label, 0, 8, 5) == 5 &&
		      ralm_choices_within(label, 0, 8, 7) == 6 &&
		      ralm_choices_within(label, 0, 8, 8) == 8,
	      "as many as there is room for");
}

/* Runs of 1 to 7 samples and now and then of 150; clicks are one in 3, in 12, or
 * none. */
static void draw(void)
{
	size_t s = 0;
	ralm_batch_clear(&batch);
	memset(begins, 0, sizeof begins);
	for (size_t l = 0; l < LISTS && s < SAMPLES; l++) {
		const uint32_t seeds[] = {below(50), below(50)};
		size_t run = below(9) == 0 ? 150 : 1 + below(7);
		const uint32_t rare = below(2) ? 3 : below(5) ? 12 : 1000;
		size_t clicks = 0;
		must(ralm_batch_add_list(&batch, seeds, 1 + below(2), &err));
		for (size_t i = 0; i < run && s < SAMPLES; i++, s++) {
			const int label = below(rare) == 0;
			begins[s] = i == 0 || (label && clicks > 0);
			clicks += (size_t)label;
			must(ralm_batch_add_sample(&batch, below(50), label,
						   &err));
		}
	}
	begins[s] = true;
	must(ralm_batch_finish(&batch, &err));
}

/* A part from `first` to `end` of at most `size` is whole, and no choice more has
 * room in it. */
static bool is_part(size_t first, size_t end, size_t size, size_t limit)
{
	size_t choices = 0, next = end + 1;
	for (size_t s = first; s < end; s++)
		choices += begins[s];
	while (next < limit && !begins[next])
		next++;
	return begins[first] && begins[end] &&
	       (end - first <= size || choices == 1) &&
	       (end >= limit || next - first > size);
}

static void test_drawn(void)
{
	struct ralm_blocks blocks = {.count = 0};
	bool blocks_right = true, groups_right = true, same = true;
	bool larger = false, cut = false;
	for (int i = 0; i < TRIES; i++) {
		const size_t size = 1 + below(SIZE_MOST);
		size_t at = 0;
		draw();
		must(ralm_blocks_cut(&blocks, &batch, size, &err));
		for (size_t k = 0; k < blocks.count; k++) {
			const struct ralm_block *block = &blocks.block[k];
			const struct ralm_plan *plan = &block->plan;
			blocks_right &= block->first_sample == at &&
					is_part(at, at + plan->B, size,
						batch.B);
			same &= !memcmp(plan->label, batch.label + at, plan->B);
			for (size_t g = 0; g < plan->G; g++) {
				const struct ralm_group *group = &plan->group[g];
				const bool last = g + 1 == plan->G ||
						  group[1].list != group->list;
				groups_right &= is_part(
					at + group->first, at + group->end,
					RALM_GROUP_MAX,
					last ? at + group->end : batch.B);
				larger |= group->end - group->first >
					  RALM_GROUP_MAX;
				cut |= !last;
			}
			at += plan->B;
		}
		blocks_right &= at == batch.B;
	}
	check(blocks_right && same, "blocks are whole choices, and full");
	check(groups_right, "groups are whole choices, and full");
	check(larger && cut, "one choice was larger than a group, lists were cut");
	ralm_blocks_release(&blocks);
}

int main(void)
{
	ralm_rng_init(&rng, 5, 0);
	must(ralm_batch_init(&batch, &err));
	batch.whole_choices = true;
	test_by_hand();
	test_drawn();
	ralm_batch_release(&batch);
	return check_done();
}
