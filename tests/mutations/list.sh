# shellcheck shell=sh disable=SC2016 # sed has a $ of its own
# mutate NAME FILE EDIT TEST...: EDIT, for sed, changes one line of FILE in
# src/libralm, and one of the tests fails then. See tests/mutations.sh.

# ---- what is trained on ------------------------------------------------------

mutate cut-one-too-late formats/sample_text.h \
	's/count > most ?/count > most + 1 ?/' test-feed test-fit
mutate cut-one-too-long formats/sample_text.h \
	's/? (size_t)most : count/? (size_t)most + 1 : count/' test-feed
mutate last-seeds-kept jobs/fit/feed.c \
	's/line->seed_count, feed->seeds_num);$/& ((struct ralm_sample_line *)line)->seed_keys += line->seed_count - n;/' \
	test-fit
mutate cut-one-too-late-in-validation jobs/fit/validate.c \
	's/config.seeds_num);$/config.seeds_num + 1);/' test-validate
mutate last-seeds-kept-in-validation jobs/fit/validate.c \
	's/keys + list, line->seed_keys,/& + line->seed_count - n,/;s/line->seed_keys, +/line->seed_keys +/' \
	test-validate
mutate cut-one-too-late-in-scoring jobs/score/score_lines.c \
	's/lines->options->seeds_num);$/lines->options->seeds_num + 1);/' \
	test-score-stream
mutate window-without-first-list jobs/fit/feed.c \
	's/line->same_seeds && !first;/line->same_seeds;/' \
	test-feed
mutate path-of-a-model-file-taken model/model_file.c \
	's/ralm_config_keep_recorded(config);//' test-model-file
mutate id-that-ends-before-it-begins model/user_ids.c \
	's/if (begin > end || end > ids->size)/if (end > ids->size)/' test-user-ids
mutate id-behind-the-text model/user_ids.c \
	's/if (begin > end || end > ids->size)/if (begin > end)/' test-user-ids
mutate window-one-too-long jobs/fit/feed.c \
	's/span->begin.samples >=$/span->begin.samples >/' test-feed
mutate window-not-cleared jobs/fit/feed.c \
	's/^\tif (!feed->keep_all)/\tif (!feed->running)/' test-feed
mutate window-knows-fewer-users jobs/fit/feed.c \
	's/window->users = users->count;/window->users = users->count - 1;/' \
	test-feed
mutate digest-of-first-window jobs/fit/feed.c \
	's/^\twindow->digest = feed->digest;/\twindow->digest = feed->filled ? 1 : feed->digest;/' \
	test-feed
mutate windows-of-no-whole-batches jobs/fit/fit_begin.c \
	's|return (size + batch - 1) / batch \* batch;|return size;|' test-fit
mutate second-epoch-without-samples jobs/fit/fit.c \
	's/fit->all.end = window->span.end;/fit->all.end = window->span.begin;/' test-fit
mutate windows-not-kept jobs/fit/fit_begin.c \
	's/keep_all = config->epochs > 1;/keep_all = false;/' test-fit
mutate span-begins-with-the-store samples/shuffle.c \
	's/shuffle->first_run = span->begin.runs;/shuffle->first_run = 0;/' \
	test-shuffle
mutate digest-knows-the-place samples/sample_store.c \
	's/store->run_starts, a.runs, b.runs, a.samples,/store->run_starts, a.runs, b.runs, 0,/' \
	test-store test-feed
mutate run-one-too-long samples/sample_store.c \
	's/>= RALM_RUN_MAX/> RALM_RUN_MAX/' test-shuffle test-store
mutate run-loses-last-sample samples/shuffle.c \
	's/next_run += end == run.sample_count;/next_run += end >= run.sample_count - 1;/' \
	test-shuffle
mutate run-begins-in-the-middle samples/shuffle.c \
	's/end == run.sample_count ? 0 : end;/end;/' test-shuffle
mutate choice-cut-by-a-batch samples/shuffle.c \
	's/if (!batch->whole_choices)/if (batch->B < SIZE_MAX)/' test-shuffle
mutate choice-too-large-for-a-batch-lost samples/shuffle.c \
	's/batch->B + end - s > 0;/true;/' test-shuffle
mutate choice-cut-by-a-run samples/sample_store.c \
	's/(may_cut && store/((may_cut || true) \&\& store/' test-shuffle test-store
mutate choice-cut-by-a-window jobs/fit/feed.c \
	's/feed->ahead = feed->begins && full/feed->ahead = full/' test-feed
mutate choice-goes-on-in-another-list jobs/fit/feed.c \
	's/feed->clicked = feed->clicked && line->same_seeds;/;/' test-feed
mutate lone-click-not-counted jobs/fit/feed.c \
	's/feed->lone.clicks += feed->clicks;/feed->lone.clicks += 0;/' test-feed
mutate every-turn-the-same samples/shuffle.c \
	's/(turn << 16)/(turn >> 16)/' test-shuffle
mutate last-list-without-end samples/batch.c \
	's/batch->sample_start\[batch->L\] = (uint32_t)++batch->B;/batch->B++;/' \
	test-shuffle
mutate groups-begin-with-their-list networks/plan.c \
	's/group->first = s;/group->first = batch->sample_start[l];/' test-plain
mutate tile-begins-with-the-first-user networks/plan.c \
	's/plan->tiles > 1 ? tile\[-1\].users_end : 0;/0;/' test-plain

# ---- gradients: a third of the coordinates sees them, too --------------------------

mutate gradient-of-both-towers-overwritten networks/paddlerec/paddlerec_users.c \
	's/ralm_matmul(dx, dy, MT, adds, D, H, true);/ralm_matmul(dx, dy, MT, adds, D, H, false);/' \
	test-gradient
mutate slope-without-first-column networks/kdd19/kdd19_users.c \
	's/if (z\[h\] <= 0)$/if (z[h] <= 0 \&\& h > 0)/' test-gradient
mutate last-column-of-a-list-lacks-a-term networks/average/average.c \
	's/rows->combine(dv, 1, dv, dvv, v, D);/rows->combine(dv, 1, dv, dvv, v, D - 1);/' \
	test-gradient
mutate slab-of-its-last-product networks/slabs.c \
	's/^[[:space:]]*slab->begun\[p\]);/false);/' test-gradient
mutate block-without-its-last-seed networks/user_blocks.c \
	's/\.seeds_end = smaller(end,/.seeds_end = smaller(end - 1,/' test-gradient
mutate gradient-a-thousandth-off networks/average/average.c \
	's|zero ? 0 : -d \* c / cosine->tt,|zero ? 0 : -1.001 * d * c / cosine->tt,|' \
	test-gradient

# ---- losses of a choice ----------------------------------------------------------

mutate softmax-without-its-click networks/sample_losses.c \
	's|/ sum - label\[s\];|/ sum;|' test-optimizer
mutate no-click-weighs-like-one networks/sample_losses.c \
	's/return negatives > 0 \&\& negatives < end - first/return negatives > 0/' \
	test-optimizer
mutate calibration-of-any-number jobs/fit/calibration.c \
	's/if (!(fabs(numbers\[i\]) < MOST))/if (false)/' test-checkpoint
mutate calibration-with-weights-below-0 jobs/fit/calibration.c \
	's/i + 2 < NUMBERS \&\& numbers/i + 3 < NUMBERS \&\& numbers/' test-checkpoint
mutate calibration-of-any-size jobs/fit/calibration.c \
	's/t->count != NUMBERS/t->count < NUMBERS/' test-checkpoint
mutate early-samples-do-not-fade jobs/fit/calibration.c \
	's/scale_weights(state, ldexp(1, -more));/;/' test-calibration
mutate calibration-that-reverses jobs/fit/calibration.c \
	's/fitted\[0\] \* state->scale <= 0/false/' test-calibration
mutate no-bias-with-the-trained-scale jobs/fit/calibration.c \
	's/newton(fitted, true, state);/;/' test-calibration

# ---- choices ---------------------------------------------------------------------

mutate first-click-begins-a-choice samples/choices.h \
	's/= \*clicked \&\& label != 0;/= label != 0;/' test-choices
mutate choices-one-sample-too-many samples/choices.h \
	's/if (next - first > size)/if (next - first > size + 1)/' test-choices
mutate every-list-has-the-whole-size samples/batch.c \
	's/size - (end - first));/size);/' test-choices

# ---- blocks ----------------------------------------------------------------------

mutate list-of-the-sample-after samples/batch.c \
	's/if (batch->sample_start\[middle\] <= sample)/if (batch->sample_start[middle] < sample)/' \
	test-blocks
mutate block-without-its-last-sample samples/batch.c \
	's/for (; sample < end \&\& sample < batch->sample_start\[l + 1\];/for (; sample + 1 < end \&\& sample < batch->sample_start[l + 1];/' \
	test-blocks
mutate second-turn-begins-anew networks/blocks.c \
	's/if (turn->first + i == 0)/if (i == 0)/' test-blocks
mutate loss-of-the-last-blocks networks/blocks.c \
	's/\*loss = turn.first + i == 0 ? /*loss = i == 0 ? /' test-blocks
mutate rows-of-the-first-block networks/blocks.c \
	's/blocks->place_memory\[block->first_row + i\] = user;/blocks->place_memory[block->first_row + i] = (uint32_t)i;/' \
	test-blocks

# ---- rows ------------------------------------------------------------------------

mutate penalty-not-the-best rows/value_ridge.c \
	's/choice->explains\[p\] <= choice->explains\[best\]/false/' \
	test-value-ridge
mutate held-out-take-part rows/ridge_slice.h \
	's/return !system->hold_out || /return true || /' test-value-ridge
mutate weights-forgotten rows/ridge_slice.c \
	's/const ralm_real w = users->weight\[u\] \* x;/const ralm_real w = x;/' \
	test-value-ridge
mutate slice-goes-on-from-the-last-one rows/ridge_slice.c \
	'/memset(slice->direction, 0/d' test-value-ridge
mutate mean-not-taken-off rows/ridge_slice.c \
	's/z\[c\] = w \* (x \* z\[c\] - mean\[c\]);/z[c] = w * x * z[c];/' \
	test-value-ridge
mutate correction-believed-at-once rows/value_ridge.h \
	's|return (double)k / ((double)k + RALM_RIDGE_HALF);|return 1;|' \
	test-value-ridge
mutate means-of-those-held-out rows/ridge_slice.c \
	'/^static void find_means/,/^}/s/if (!takes_part(system, u))/if (false)/' \
	test-value-ridge
mutate change-while-others-hold scoring/newcomers.c \
	'/pthread_rwlock_wrlock/d; /^static void end_change/,/^}/s/pthread_rwlock_unlock/(void)/' \
	test-newcomers
mutate number-below-its-bin model/values.c \
	's/bins->least\[middle\] <= number/bins->least[middle] < number/' \
	test-model-file
mutate rows-made-again rows/rows_local.c \
	's/^\tif (count <= local->count)/\tlocal->count = 0;&/' test-rows
mutate last-rows-not-gathered rows/rows_local.c \
	's|items = (n + ROWS_TOGETHER - 1) / ROWS_TOGETHER;|items = n / ROWS_TOGETHER;|' \
	test-rows
mutate moved-rows-stay-as-gathered rows/rows_local.c \
	's/local->moved\[row_of(local, u)\] = local->step;/;/' test-rows
mutate blocks-in-the-other-order rows/rows_local.c \
	's/for (size_t k = K; k-- > 0;)/for (size_t k = 0; k < K; k++)/' test-rows
mutate last-block-not-added rows/rows_local.c \
	's/for (size_t i = local->begin\[u\] + 1; i < local->begin\[u + 1\]; i++) {/for (size_t i = local->begin[u] + 1; i + 1 < local->begin[u + 1]; i++) {/' \
	test-rows

# ---- what is told of it --------------------------------------------------------

mutate best-epoch-is-the-worst jobs/fit/fit.c \
	's/auc > summary->best_auc/auc < summary->best_auc/' test-fit
mutate best-epoch-is-the-one-before jobs/fit/fit.c \
	's/best_epoch = fit->epoch + 1;/best_epoch = fit->epoch;/' test-fit
mutate patience-one-longer jobs/fit/fit.c \
	's/fit->epoch + 1 >= summary->best_epoch + patience/fit->epoch >= summary->best_epoch + patience/' \
	test-fit
mutate loss-is-a-sum jobs/fit/fit_progress.c \
	's|p->loss / (double)p->loss_samples|p->loss|' test-fit
mutate loss-of-the-epoch-is-a-sum jobs/fit/fit_progress.c \
	's|= p->epoch_loss / (double)p->epoch_samples;|= p->epoch_loss;|' test-fit
mutate loss-of-the-whole-epoch jobs/fit/fit_progress.c \
	's/^\t\tp->loss = 0;/\t\t;/' test-fit
mutate loss-samples-not-reset jobs/fit/fit_progress.c \
	's/^\t\tp->loss_samples = 0;/\t\t;/' test-fit
mutate page-without-the-last-point jobs/fit/fit_record.c \
	's/point\[2 \* i + 1\]/point[2 * i]/' test-fit-record
mutate page-points-not-evenly-apart jobs/fit/fit_record.c \
	's/? 2 \* curve->every : 2/? curve->every : 1/' test-fit-record
mutate loss-of-the-last-sample networks/sample_losses.c \
	's/\*loss += losses->loss\[s\];/*loss = losses->loss[s];/' test-fit
mutate average-of-the-last-sample networks/average/average.c \
	's/combine(dv, 1, dv, d \* cosine->inverse/combine(dv, 0, dv, d * cosine->inverse/' test-network
mutate average-without-its-length networks/average/average.c \
	's/dvv += cosine_backward/dvv = cosine_backward/' test-network
mutate attention-forgets-seeds-that-are-targets networks/paddlerec/paddlerec_users.c \
	's/kernels->rows->add(dx, dy, adds \* D);/kernels->rows->add(dx, dy, 0);/' test-network
mutate kdd19-slope-of-seeds-alone networks/kdd19/kdd19_users.c \
	's/(t != NULL ? t\[h\] : 0)/(t != NULL \&\& s == NULL ? t[h] : 0)/' test-network
mutate kdd19-cosines-swapped networks/kdd19/kdd19_scoring.c \
	's/(1 - network->alpha) \* local/network->alpha * local/' test-networks
mutate loss-with-labels-swapped networks/loss.c \
	's/label ? fmax(-x, 0) : fmax(x, 0)/label ? fmax(x, 0) : fmax(-x, 0)/' \
	test-fit
mutate seconds-left-times-rate jobs/fit/fit_progress.c \
	's|return left / rate;|return left * rate;|' test-fit
mutate seconds-left-of-one-epoch-more jobs/fit/fit_progress.c \
	's/epochs - fit->epoch)/epochs - fit->epoch + 1)/' test-fit

# ---- validation -------------------------------------------------------------------

mutate piece-without-first-list jobs/fit/validate.c \
	's/same_seeds = i > 0 \&\& list/same_seeds = p > 0 \&\& list/' test-validate
mutate list-of-the-line-before jobs/fit/validate.c \
	's/list\[i\] == list\[i - 1\];/true;/' test-validate
mutate scores-in-place-of-the-first-window jobs/fit/validate.c \
	's/v->score + (v->count - v->waiting) + p/v->score + p/' test-validate
mutate list-of-the-window-before-lost jobs/fit/validate.c \
	's/v->keys, v->keys + last,/v->keys, v->keys,/' test-validate
mutate last-window-not-scored jobs/fit/validate.c \
	's/^\treturn score_window(v, err);/\treturn 0;/' test-validate
mutate other-lines-not-noticed jobs/fit/validate.c \
	's/found.digest != file->digest &&/found.digest == 0 \&\&/' test-validate
mutate first-bad-line-is-another ground/error.c \
	's/(\*count)++ == 0/(*count)++ > 0/' test-validate
mutate unknown-users-rank-high scoring/scoring_worker_take.c \
	's/^\t\tcosine = 0;/\t\tcosine = 1;/' test-validate

# ---- checkpoints --------------------------------------------------------------------

mutate checkpoint-one-step-behind jobs/fit/fit_step.c \
	's/ralm_fit_position(fit, fit->position.steps + 1)/ralm_fit_position(fit, fit->position.steps)/' \
	test-fit
mutate resumed-one-step-early jobs/fit/fit_start.c \
	's/fit->skip = fit->position.steps;/fit->skip = fit->position.steps - 1;/' \
	test-fit
mutate dense-state-not-restored jobs/fit/checkpoint.c \
	's/^\tmemcpy(dense->block, d->data, d->size);/\t;/' test-checkpoint test-fit
mutate only-the-first-rows-restored jobs/fit/checkpoint.c \
	's/for (size_t row = 0; row < users; row += RALM_ROWS_PIECE)$/for (size_t row = 0; row < 1; row++)/' \
	test-checkpoint
mutate best-auc-not-restored jobs/fit/fit_save.c \
	's/fit->summary->best_auc = best.auc;/;/' test-fit

mutate vectors-all-to-the-first-piece jobs/fit/init_vectors.c \
	's/(users->count - f->count) \/ PIECE/0/' test-ranks
mutate given-users-never-met jobs/fit/feed.c 's/^\tfeed->met++;/\t;/' test-ranks

mutate blas-keeps-one-thread kernels/blas.c \
	's/^\tif (--begun == 0)/\tif (false)/' test-fit
mutate blas-has-threads-back-too-early kernels/blas.c \
	's/^\tif (--begun == 0)/\tif (begun-- > 0)/' test-fit

# ---- scoring ---------------------------------------------------------------------------

mutate item-of-another-list formats/sample_text.c \
	's/parser->item_length = length;/if (length > 0) &/' test-samples
mutate short-line-of-any-label formats/sample_seeds.h \
	"s/(end\[-1\] != '0' && end\[-1\] != '1')/false/" test-samples
mutate short-line-of-another-list formats/sample_seeds.h \
	's/parser->list_is_last = true;/parser->list_is_last = false;/' test-samples
mutate two-numbers-where-none-are formats/short_numbers.h \
	's/cmpeq_epi8(over, none)) == 0xffff/cmpeq_epi8(over, none)) != 0/' test-samples
mutate second-number-of-any-length formats/sample_seeds.h \
	's/is_short(id\[1\], space\[1\]) \&\&/true \&\&/' test-samples
mutate newline-within-the-first-window formats/byte_bits.h \
	's/size -= RALM_BYTE_BITS) {/size = 0) {/' test-byte-bits test-lines
mutate carriage-return-kept formats/lines.h \
	"s/start\[n - 1\] == '.r'/false/" test-lines
mutate item-at-the-first-byte jobs/score/score_lines.c \
	's/.first_byte = lines->items_length,/.first_byte = 0,/' test-score-stream
mutate list-begins-at-the-first-key jobs/score/score_lines.c \
	's/line->first_key = lines->key_count;/line->first_key = 0;/' \
	test-score-stream
mutate list-not-held-over-blocks scoring/scoring_worker.c \
	's/return hold_list(worker, err);/return 0;/' test-score-stream
mutate ties-in-any-order jobs/expand/audience.c \
	's/return compare_ids(.*) > 0;/return a > b;/' test-audience
mutate ties-at-the-end-lost jobs/expand/audience.c \
	's/entry\[0\] | UINT32_MAX/entry[0]/' test-audience
mutate seeds-meet-once metrics/recall.c \
	's/1 + density \* density/1 + 0 * density/' test-audience
mutate others-count-once metrics/recall.c \
	's/each \* step.weight\[0\]/step.weight[0]/' test-audience
mutate candidates-of-the-next-word jobs/expand/candidates.c \
	's/(walk->word - 1) \* 64/walk->word * 64/' test-expand
mutate one-seed-counted-twice jobs/expand/expand_lists.c \
	's/ids->count += count;/ids->count += count + (count == 1);/' test-expand
mutate sizes-told-twice jobs/expand/size_curve.c \
	's/curve->point\[i\].size > curve->point\[kept - 1\].size/true/' \
	test-audience
mutate lists-scored-as-one scoring/scoring_worker_take.c \
	's/i + n < count && !step\[i + n\].new_list/i + n < count/' \
	test-score-stream
mutate numbers-of-a-list-cut networks/network_scoring.h \
	's/return sizes->list + n/return n/' test-networks
mutate kept-numbers-of-another-list scoring/kept_lists.c \
	's/row_count(lists, entry->n, entry->centroids));$/lists ? entry->n : 0);/' \
	test-networks
mutate kept-centroids-are-one scoring/kept_lists.c \
	's/memcpy(to + n + i \* front, list->row/memcpy(to + n, list->row/' \
	test-centroids
mutate centroids-sum-as-one kernels/list_kernels.c \
	's/inverse\[i\]\[k\] \*= own\[i \* TILE + k % TILE\];/(void)own;/' \
	test-kernels test-centroids
mutate seeds-of-a-block-are-one scoring/centroids.c \
	's/seed\[count\] = begin + count;/seed[count] = begin;/' test-centroids
mutate front-of-held-rows-cut scoring/scoring_worker.c \
	's/row\[i\] = memcpy(held, list->row\[i\], front/row[i] = memcpy(held, list->row[i], front - 1/' \
	test-networks test-score-stream
mutate kernel-gradient-without-global kernels/sample_kernels.c \
	's/store(p + k, x + spread(w + k \/ TILE));/store(p + k, x);/' \
	test-kernels
mutate kernel-without-last-columns kernels/sums.h \
	's/step(h_, (width) - h_, 1);/(void)0;/' test-kernels
mutate kernel-normalizes-zeros kernels/kernels.h \
	's/return square < RALM_ZERO_NORM ?/return square < 0 ?/' test-row-kernels
mutate kernel-sum-without-what-is-left kernels/row_kernels.c \
	's/left\[k\] = more - (total\[k\] - before);/left[k] = before - before;/' test-row-kernels
mutate cosine-of-a-long-target-0 kernels/kernels.h \
	's/isinf(square) ? NAN/isinf(square) ? 0/' test-networks
mutate cosine-of-a-long-sum-0 kernels/sample_kernels.c \
	's/= isinf(square) ? NAN : 0;/= 0;/' test-networks
mutate kernel-exp-unbounded kernels/exp_tanh.h \
	's/larger(all(-87), x)/x/' test-kernels
mutate padding-one-late scoring/scoring_worker_find.c \
	's/for (size_t i = list->n; i < ralm_list_room/for (size_t i = list->n + 1; i < ralm_list_room/' \
	test-score-stream
mutate lines-of-the-last-piece formats/pieces.c \
	's/p->lines += piece->lines;/p->lines = piece->lines;/' test-pieces
mutate turn-not-passed-on formats/pieces.c \
	's/^\t\tp->taken++;/\t\tp->taken += slot->piece.worked;/' test-pieces
mutate items-of-a-loop-lost ground/threads.c \
	's/while (threads->done != count)/while (threads->done + 1 < count)/g' test-threads
mutate scores-not-sigmoid-of-bias scoring/scorer.c \
	's/(double)cosine + scorer->bias/(double)cosine - scorer->bias/' \
	test-score-stream

# ---- samples of a log ------------------------------------------------------------------

mutate centroids-fill-a-batch-with-one-row scoring/list_centroids.c \
	's/memcpy(row\[count\], row\[0\], width \* sizeof \*row\[0\]);/row[count] = row[0];/' \
	test-centroids
mutate one-negative-fewer jobs/build/write_samples.c \
	's/k < out->negatives;/k + 1 < out->negatives;/' \
	test-build-samples
mutate one-group-twice jobs/build/write_samples.c \
	's/i += TOGETHER)/i += TOGETHER - 1)/' test-build-samples
mutate one-test-click-more jobs/build/write_samples.c \
	's/if (count <= most)$/if (count <= most + 1)/' test-build-samples
mutate last-group-left-out jobs/build/training_order.c \
	's|groups = (targets - 1) / size + 1;|groups = targets / size;|' \
	test-build-samples
mutate last-group-too-long jobs/build/training_order.c \
	's/\.count = left < size ? left : size,/.count = size,/' test-build-samples
mutate first-users-are-recent jobs/build/draw_seeds.c \
	's/table->item_user\[begin + p\];/table->item_user[begin + places - 1 - p];/' \
	test-build-samples
mutate target-is-a-seed jobs/build/draw_seeds.c \
	's/if (!is_target(drawn\[i\], targets, target_count) &&/if (!is_target(drawn[i], targets, target_count - 1) \&\&/' \
	test-build-samples
mutate share-rounded-down jobs/build/held_out.c \
	's/(double)count + 0.5)/(double)count)/' test-build-samples
mutate cut-moment-not-hidden jobs/build/held_out.c \
	's/item_moment\[i\] >= cut &&/item_moment[i] > cut \&\&/' \
	test-build-samples
mutate negative-that-clicked jobs/build/negatives.c \
	's/return click < table->click_count &&$/return false \&\&/' test-build-samples
mutate held-out-clicker-never-a-negative jobs/build/negatives.c \
	's/set == RALM_SET_TEST ||$/set == RALM_SET_TEST || true ||/' test-build-sets
mutate negatives-of-the-test-clicked-it jobs/build/negatives.c \
	's/d->set == RALM_SET_TEST ||$/false ||/' test-build-sets
mutate last-negatives-any-alike jobs/build/negatives.c \
	's/return d->pool->weights.count > 0 ? weight_of(d->sampler, user) : 1;/return 1;/' \
	test-build
mutate held-out-click-told jobs/build/users_file.c \
	's/ralm_click_held_out(use\[i\])/false/' \
	test-build-users
mutate cold-user-is-a-seed jobs/build/held_out.c \
	's/split->cold ? RALM_CLICK_TOLD/split->cold ? RALM_CLICK_SEEDS/' \
	test-build-users
mutate warm-seeds-take-all-places jobs/build/draw_seeds.c \
	's/sampler->want - sampler->room\[1\];/sampler->want;/' test-build-users
mutate validation-knows-the-test jobs/build/draw_seeds.c \
	's/split->by != RALM_SPLIT_TIME)$/split->by > RALM_SPLIT_SAMPLE)/' \
	test-build-sets
mutate cold-seed-of-another-set jobs/build/draw_seeds.c \
	's/(cold && user_set != set) ||//' \
	test-build-sets
mutate negatives-of-another-set jobs/build/negatives.c \
	's/pools\[all ? 0 : set\]/pools[all ? 0 : set > 0]/' test-build-sets
mutate validation-behind-the-test jobs/build/held_out.c \
	's/^\t\tend = cut;/\t\tend = cut + 1;/' test-build-sets
mutate test-moved-by-validation jobs/build/held_out.c \
	's/&holdings\[set - 1\].rng/\&holdings[0].rng/' test-build-sets

# ---- tables ------------------------------------------------------------------------------

mutate quotes-of-what-is-not-quoted formats/csv_fields.c \
	's/if (!field->quoted)/if (false)/' test-audience
mutate header-in-line-one-alone formats/id_lines.c \
	's/got = lines->headed ?/got = lines->headed || lines->records.line != 1 ?/' \
	test-audience

# ---- measures -----------------------------------------------------------------------------

mutate groups-of-the-last-part-lost metrics/group_walk.c \
	's/^\t\t       ? run->count$/\t\t       ? part_begin(run, part - 1)/' test-groups
mutate group-without-its-last-sample metrics/group_walk.c \
	's/of\[c\] = run_of(run, 0, end);/of[c] = run_of(run, 0, end > 1 ? end - 1 : end);/' test-groups
mutate groups-left-among-the-scores metrics/score_set.c \
	's/for (size_t w = 1; w < words; w++)/for (size_t w = 0; w < words - 1; w++)/' test-evaluate
mutate ties-count-whole-in-auc metrics/auc.h \
	's/(2 \* above\[1\] + step.weight\[1\])/2 * (above[1] + step.weight[1])/' test-metrics
mutate ties-count-whole-in-a-resample metrics/resampling.c \
	's/(2 \* tp + here\[1\])/2 * (tp + here[1])/' test-bootstrap
mutate scores-of-a-resample-all-equal metrics/resampling.c \
	's/record\[0\] != \*(record - m->words)/record[0] < *(record - m->words)/' test-bootstrap
mutate resample-without-weights metrics/resampling.c \
	's/weights ? weights\[i\] \* times : times/weights ? times : times/' test-bootstrap
mutate ties-count-whole metrics/measures.c \
	's/sums.pairs += negative \* (2 \* tp + positive);/sums.pairs += negative * 2 * (tp + positive);/' test-evaluate
mutate block-no-larger-than-asked ground/memory.c \
	's|larger(ARENA_BLOCK, arena->held / 2)|ARENA_BLOCK|' test-memory
mutate end-of-a-part-one-too-early ground/radix_sort.c \
	's/^\twhile (end < count &&$/\twhile (end + 1 < count \&\&/' test-metrics
mutate temporary-for-all-to-read ground/atomic_file.c \
	's/exists ? 0600 : 0666/0666/' test-system-calls
mutate new-files-of-a-folder-all-one ground/used_files.c \
	's/ \&\& strcmp(a->name, b->name) == 0//' test-refused
mutate enumerator-behind-the-last ground/error.c \
	's/value >= min \&\& value <= max/value >= min \&\& value <= max + 99/' test-refused

# ---- over ranks ----------------------------------------------------------------

mutate gradients-of-a-row-backwards rows/rows_local.c \
	's/for (size_t i = blocks\[k\].count; i-- > 0;)/for (size_t i = 0; i < blocks[k].count; i++)/' \
	test-ranks
mutate dense-gradients-backwards jobs/fit/rank_work.c \
	's/for (size_t k = 1; k < K \&\& n > 0; k++)/for (size_t k = K - 1; k > 0 \&\& n > 0; k--)/' \
	test-ranks
mutate part-goes-on-in-the-next-list samples/parts.c \
	's/l += stop == list_end;/l++;/' test-ranks
mutate one-row-too-many ground/ranks.h \
	's/(r < n % ranks->size)/(r <= n % ranks->size)/' test-ranks
mutate last-of-those-who-fail-is-told ground/ranks.c \
	's/result != 0 ? size - ranks->rank : 0/result != 0 ? ranks->rank + 1 : 0/' \
	test-ranks
mutate users-of-the-window-by-another-row jobs/fit/validate.c \
	's/v->row\[number\] = row;/v->row[number] = number;/' test-ranks
mutate stop-of-another-rank-lost jobs/fit/rank_work.c \
	's/\*ranks->stop = (sig_atomic_t)\*from;/(void)from;/' test-ranks
