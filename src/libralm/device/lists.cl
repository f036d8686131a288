/* Lists (groups) and their seeds: a user who is in several groups is a seed of each.
 * Kernels have a work-group for each list, or for each seed. */

/* A list: g (groups,H) = Σ w_i S_i; w (seeds), or with `plain` 1. */
KERNEL void list_sum(OUT float *g, IN float *w, uint plain, IN float *S,
		     IN struct group *groups, IN uint *list_user, uint H)
{
	const size_t l = get_group_id(0);
	IN struct group *G = groups + l;
	IN uint *user = list_user + G->begin;
	for (uint h = get_local_id(0); h < H; h += WG) {
		float sum = 0;
		for (ulong i = 0; i < G->n; i++)
			sum += (plain ? 1 : w[G->seeds + i]) *
			       S[(size_t)user[i] * H + h];
		g[l * H + h] = sum;
	}
}

/* A list: dg (groups,H) = the sum of dV (samples,H) over its samples. */
KERNEL void samples_sum(OUT float *dg, IN float *dV, IN struct group *groups,
			uint H)
{
	const size_t l = get_group_id(0);
	for (uint h = get_local_id(0); h < H; h += WG) {
		float sum = 0;
		for (ulong s = groups[l].first; s < groups[l].end; s++)
			sum += dV[s * H + h];
		dg[l * H + h] = sum;
	}
}

/* A list: r (seeds) = softmax of its users' b. */
KERNEL void list_softmax(OUT float *r, IN float *b, IN struct group *groups,
			 IN uint *list_user)
{
	__local float scratch[WG];
	IN struct group *G = groups + get_group_id(0);
	for (ulong i = get_local_id(0); i < G->n; i += WG)
		r[G->seeds + i] = b[list_user[G->begin + i]];
	MEET;
	softmax(r + G->seeds, G->n, scratch);
}

/* A list: db (seeds) from dw (seeds), the gradient of r. */
KERNEL void list_softmax_backward(OUT float *db, IN float *r, IN float *dw,
				  IN struct group *groups)
{
	__local float scratch[WG];
	IN struct group *G = groups + get_group_id(0);
	const ulong begin = G->seeds, end = begin + G->n;
	float mean = 0;
	for (ulong i = begin + get_local_id(0); i < end; i += WG)
		mean += r[i] * dw[i];
	mean = sum_of_all(scratch, mean);
	for (ulong i = begin + get_local_id(0); i < end; i += WG)
		db[i] = r[i] * (dw[i] - mean);
}

/* A seed: dw (seeds) = S_i · dg of its list. */
KERNEL void seed_dots(OUT float *dw, IN float *S, IN float *dg,
		      IN struct group *groups, IN uint *seed_group,
		      IN uint *list_user, uint H)
{
	__local float scratch[WG];
	const size_t e = get_group_id(0), l = seed_group[e];
	const size_t user = list_user[groups[l].begin + (e - groups[l].seeds)];
	float sum = 0;
	for (uint h = get_local_id(0); h < H; h += WG)
		sum += S[user * H + h] * dg[l * H + h];
	sum = sum_of_all(scratch, sum);
	if (get_local_id(0) == 0)
		dw[e] = sum;
}

/* A seed: dS (seeds,H) = w_i dg + Σ p_i dV + a_i q over its list's samples. */
KERNEL void seeds_backward(OUT float *dS, IN float *w, IN float *dg, IN float *p,
			   IN float *a, IN float *dV, IN float *Q,
			   IN struct group *groups, IN uint *seed_group,
			   IN uint *target, uint targets_begin, uint H)
{
	const size_t e = get_group_id(0), l = seed_group[e];
	IN struct group *G = groups + l;
	const ulong i = e - G->seeds, n = G->n;
	for (uint h = get_local_id(0); h < H; h += WG) {
		float sum = w[e] * dg[l * H + h];
		for (ulong s = G->first; s < G->end; s++) {
			const ulong pair = G->pairs + (s - G->first) * n + i;
			const size_t q = target[s] - targets_begin;
			sum += p[pair] * dV[s * H + h] + a[pair] * Q[q * H + h];
		}
		dS[e * H + h] = sum;
	}
}

/* ---- global attention: P = softmax_rows(A·Sᵀ) of each list ------------------
 * Each P has its rows [first, first + rows) in memory at a time. A seed is the i-th or
 * j-th of its list. */

/* How many numbers row i has, and where it begins: 0 where it is not in memory. */
ulong row_size(IN struct group *G, ulong i, ulong first, ulong rows)
{
	return i >= first && i < first + rows ? G->n : 0;
}

ulong row_begin(IN struct group *G, ulong i, ulong first, ulong n)
{
	return n > 0 ? G->P + (i - first) * n : 0;
}

/* How many rows of the list's P are in memory. */
ulong row_count(IN struct group *G, ulong first, ulong rows)
{
	return G->n > first ? min(rows, G->n - first) : 0;
}

/* A seed: row i of P. */
KERNEL void attention_rows(OUT float *P, IN float *A, IN float *S,
			   IN struct group *groups, IN uint *seed_group,
			   IN uint *list_user, ulong first, ulong rows, uint H)
{
	__local float scratch[WG];
	const size_t e = get_group_id(0);
	IN struct group *G = groups + seed_group[e];
	IN uint *user = list_user + G->begin;
	const ulong i = e - G->seeds, n = row_size(G, i, first, rows);
	OUT float *row = P + row_begin(G, i, first, n);
	dots(row, S, user, A + (size_t)user[i] * H, n, H, scratch);
	softmax(row, n, scratch);
}

/* A seed: w_j = Σ_i P_ij over the rows in memory, or with `adds` w_j += that. */
KERNEL void attention_weights(OUT float *w, uint adds, IN float *P,
			      IN struct group *groups, IN uint *seed_group,
			      ulong first, ulong rows)
{
	__local float scratch[WG];
	const size_t e = get_group_id(0);
	IN struct group *G = groups + seed_group[e];
	const ulong j = e - G->seeds, n = G->n;
	const ulong count = row_count(G, first, rows);
	float sum = 0;
	for (ulong i = get_local_id(0); i < count; i += WG)
		sum += P[G->P + i * n + j];
	sum = sum_of_all(scratch, sum);
	if (get_local_id(0) == 0)
		w[e] = adds ? w[e] + sum : sum;
}

/* A seed: row i of P becomes that of the gradient of A·Sᵀ, from dw (seeds). */
KERNEL void attention_softmax_backward(OUT float *P, IN float *dw,
				       IN struct group *groups,
				       IN uint *seed_group, ulong first,
				       ulong rows)
{
	__local float scratch[WG];
	const size_t e = get_group_id(0);
	IN struct group *G = groups + seed_group[e];
	const ulong i = e - G->seeds, n = row_size(G, i, first, rows);
	OUT float *row = P + row_begin(G, i, first, n);
	IN float *d = dw + G->seeds;
	float mean = 0;
	for (ulong j = get_local_id(0); j < n; j += WG)
		mean += row[j] * d[j];
	mean = sum_of_all(scratch, mean);
	for (ulong j = get_local_id(0); j < n; j += WG)
		row[j] *= d[j] - mean;
}

/* A seed: dA_i (H) = Σ_j P_ij S_j, if row i is in memory. */
KERNEL void attention_rows_backward(OUT float *dA, IN float *P, IN float *S,
				    IN struct group *groups,
				    IN uint *seed_group, IN uint *list_user,
				    ulong first, ulong rows, uint H)
{
	const size_t e = get_group_id(0);
	IN struct group *G = groups + seed_group[e];
	IN uint *user = list_user + G->begin;
	const ulong i = e - G->seeds, n = row_size(G, i, first, rows);
	IN float *row = P + row_begin(G, i, first, n);
	for (uint h = get_local_id(0); n > 0 && h < H; h += WG) {
		float sum = 0;
		for (ulong j = 0; j < n; j++)
			sum += row[j] * S[(size_t)user[j] * H + h];
		dA[e * H + h] = sum;
	}
}

/* A seed: dS_j (H) += Σ_i P_ij A_i over the rows in memory. */
KERNEL void attention_columns_backward(OUT float *dS, IN float *P, IN float *A,
				       IN struct group *groups,
				       IN uint *seed_group, IN uint *list_user,
				       ulong first, ulong rows, uint H)
{
	const size_t e = get_group_id(0);
	IN struct group *G = groups + seed_group[e];
	IN uint *user = list_user + G->begin + first;
	const ulong j = e - G->seeds, n = G->n;
	const ulong count = row_count(G, first, rows);
	for (uint h = get_local_id(0); h < H; h += WG) {
		float sum = dS[e * H + h];
		for (ulong i = 0; i < count; i++)
			sum += P[G->P + i * n + j] *
			       A[(size_t)user[i] * H + h];
		dS[e * H + h] = sum;
	}
}
