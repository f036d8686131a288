/* Local attention and the cosine, forward and backward (kernels/sample_kernels.h has the
 * formulas). Kernels have a work-group for each sample. A pair is a sample and a seed of
 * its list. Rows of targets (Q, T) begin with that of user targets_begin. */

/* What the backward pass needs of a cosine. c: not clamped; inverse: 1 / (|v| |t|), or 0
 * where one of them is zero; vv, tt: squares of |v| and |t|. */
struct cosine {
	float c, inverse, vv, tt;
};

/* a = tanh(S·q), p = softmax(a) of each pair; V (samples,H) = Σ p_i S_i, with `adds` plus
 * the list's g (groups,H). */
KERNEL void local_forward(OUT float *V, OUT float *p, OUT float *a, IN float *S,
			  IN float *Q, IN float *g, uint adds,
			  IN struct group *groups, IN uint *sample_group,
			  IN uint *list_user, IN uint *target,
			  uint targets_begin, uint H)
{
	__local float scratch[WG];
	const size_t s = get_group_id(0);
	const uint t = get_local_id(0);
	IN struct group *G = groups + sample_group[s];
	IN uint *user = list_user + G->begin;
	const ulong n = G->n, pairs = G->pairs + (s - G->first) * n;
	float sum = 0;
	p += pairs;
	a += pairs;
	dots(a, S, user, Q + (size_t)(target[s] - targets_begin) * H, n, H,
	     scratch);
	for (ulong i = t; i < n; i += WG) {
		a[i] = tanh(a[i]);
		p[i] = exp(a[i]);
		sum += p[i];
	}
	sum = sum_of_all(scratch, sum);
	for (ulong i = t; i < n; i += WG)
		p[i] /= sum;
	MEET;
	for (uint h = t; h < H; h += WG) {
		float v = adds ? g[(size_t)sample_group[s] * H + h] : 0;
		for (ulong i = 0; i < n; i++)
			v += p[i] * S[(size_t)user[i] * H + h];
		V[s * H + h] = v;
	}
}

/* From dV (samples,H): a becomes the gradient of S·q of each pair, and dQ (samples,H) is
 * set. z: scratch, a number for each pair. */
KERNEL void local_backward(OUT float *a, OUT float *z, OUT float *dQ,
			   IN float *dV, IN float *p, IN float *S,
			   IN struct group *groups, IN uint *sample_group,
			   IN uint *list_user, uint H)
{
	__local float scratch[WG];
	const size_t s = get_group_id(0);
	const uint t = get_local_id(0);
	IN struct group *G = groups + sample_group[s];
	IN uint *user = list_user + G->begin;
	const ulong n = G->n, pairs = G->pairs + (s - G->first) * n;
	float mean = 0;
	a += pairs;
	z += pairs;
	p += pairs;
	dots(z, S, user, dV + s * H, n, H, scratch);
	for (ulong i = t; i < n; i += WG)
		mean += p[i] * z[i];
	mean = sum_of_all(scratch, mean);
	for (ulong i = t; i < n; i += WG)
		a[i] = p[i] * (z[i] - mean) * (1 - a[i] * a[i]);
	MEET;
	for (uint h = t; h < H; h += WG) {
		float dq = 0;
		for (ulong i = 0; i < n; i++)
			dq += a[i] * S[(size_t)user[i] * H + h];
		dQ[s * H + h] = dq;
	}
}

/* c (samples) = cos(v, t), clamped to [-1, 1]; v: the sample's row of V, or by_list that
 * of its group. zero: a vector whose square is below it counts as zero. */
KERNEL void cosine_forward(OUT float *c, OUT struct cosine *cosine, IN float *V,
			   uint by_list, IN float *T, IN uint *sample_group,
			   IN uint *target, uint targets_begin, float zero,
			   uint H)
{
	__local float scratch[WG];
	const size_t s = get_group_id(0);
	IN float *v = V + (by_list ? sample_group[s] : s) * H;
	IN float *t = T + (size_t)(target[s] - targets_begin) * H;
	float vt = 0, vv = 0, tt = 0;
	for (uint h = get_local_id(0); h < H; h += WG) {
		vt += v[h] * t[h];
		vv += v[h] * v[h];
		tt += t[h] * t[h];
	}
	vt = sum_of_all(scratch, vt);
	vv = sum_of_all(scratch, vv);
	tt = sum_of_all(scratch, tt);
	if (get_local_id(0) != 0)
		return;
	const float inverse =
		vv < zero || tt < zero ? 0 : 1 / (sqrt(vv) * sqrt(tt));
	const float x = inverse == 0 ? 0 : vt * inverse;
	cosine[s].c = x;
	cosine[s].inverse = inverse;
	cosine[s].vv = vv;
	cosine[s].tt = tt;
	c[s] = x > 1 ? 1 : x < -1 ? -1 : x;
}

/* dV, dT (samples,H) = the gradients of v and t, from dcosine (samples) times weight;
 * with `adds` dT += that. V may be dV. */
KERNEL void cosine_backward(OUT float *dV, OUT float *dT, uint adds,
			    IN float *dcosine, float weight,
			    IN struct cosine *cosine, IN float *V, uint by_list,
			    IN float *T, IN uint *sample_group, IN uint *target,
			    uint targets_begin, uint H)
{
	const size_t s = get_group_id(0);
	IN float *v = V + (by_list ? sample_group[s] : s) * H;
	IN float *t = T + (size_t)(target[s] - targets_begin) * H;
	const float d = weight * dcosine[s], c = cosine[s].c;
	const bool zero = cosine[s].inverse == 0;
	const float cross = d * cosine[s].inverse;
	const float dvv = zero ? 0 : d * c / cosine[s].vv;
	const float dtt = zero ? 0 : d * c / cosine[s].tt;
	for (uint h = get_local_id(0); h < H; h += WG) {
		const float x = v[h], y = t[h];
		const float before = adds ? dT[s * H + h] : 0;
		dV[s * H + h] = cross * y - dvv * x;
		dT[s * H + h] = before + (cross * x - dtt * y);
	}
}
