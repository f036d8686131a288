/* Matrices with a row for each user: functions of each number, and sums of the rows that
 * several seeds or samples have for one user. Kernels have a work-item for each number,
 * or, if the comment says so, a work-group for each user. */

/* x (n) = tanh(x) */
KERNEL void tanh_forward(OUT float *x, ulong n)
{
	const size_t i = get_global_id(0);
	if (i < n)
		x[i] = tanh(x[i]);
}

/* dx (n), the gradient of y = tanh(x), becomes that of x. */
KERNEL void tanh_backward(OUT float *dx, IN float *y, ulong n)
{
	const size_t i = get_global_id(0);
	if (i < n)
		dx[i] *= 1 - y[i] * y[i];
}

/* S (n) = PReLU(Z), whose slope is parameters[slope]. */
KERNEL void prelu_forward(OUT float *S, IN float *Z, IN float *parameters,
			  ulong slope, ulong n)
{
	const size_t i = get_global_id(0);
	if (i < n)
		S[i] = Z[i] > 0 ? Z[i] : parameters[slope] * Z[i];
}

/* A user: its row of Z (users,H) becomes the gradient of that, from dS (users,H); dslope
 * (users): its part of the slope's gradient. */
KERNEL void prelu_backward(OUT float *Z, OUT float *dslope, IN float *dS,
			   IN float *parameters, ulong slope, uint H)
{
	__local float scratch[WG];
	const size_t u = get_group_id(0);
	float sum = 0;
	for (uint h = get_local_id(0); h < H; h += WG) {
		const float z = Z[u * H + h], d = dS[u * H + h];
		if (!(z > 0))
			sum += d * z;
		Z[u * H + h] = z > 0 ? d : parameters[slope] * d;
	}
	sum = sum_of_all(scratch, sum);
	if (get_local_id(0) == 0)
		dslope[u] = sum;
}

/* A user: b (users) = A (users,H) · w; w (H) begins with parameters[w]. */
KERNEL void row_dots(OUT float *b, IN float *A, IN float *parameters, ulong w,
		     uint H)
{
	__local float scratch[WG];
	const size_t u = get_group_id(0);
	float sum = 0;
	for (uint h = get_local_id(0); h < H; h += WG)
		sum += A[u * H + h] * parameters[w + h];
	sum = sum_of_all(scratch, sum);
	if (get_local_id(0) == 0)
		b[u] = sum;
}

/* A user: dZ (users,H), the gradient of Z, where A = tanh(Z) and b = A·w, from db. */
KERNEL void row_dots_backward(OUT float *dZ, IN float *A, IN float *db,
			      IN float *parameters, ulong w, uint H)
{
	const size_t u = get_group_id(0);
	for (uint h = get_local_id(0); h < H; h += WG) {
		const float a = A[u * H + h];
		dZ[u * H + h] = db[u] * parameters[w + h] * (1 - a * a);
	}
}

/* A user u: row first + u of to (·,width) += the sum of the rows of `from` that
 * index[start[u], start[u + 1]) names, in their order. */
KERNEL void sum_rows(OUT float *to, ulong first, IN float *from, IN uint *start,
		     IN uint *index, uint width)
{
	const size_t u = get_group_id(0);
	const uint begin = start[u], end = start[u + 1];
	for (uint h = get_local_id(0); h < width; h += WG) {
		float sum = 0;
		for (uint i = begin; i < end; i++)
			sum += from[(size_t)index[i] * width + h];
		to[(first + u) * width + h] += sum;
	}
}

/* to[at, at + n) = the sum of `parts` arrays (n) that follow each other in `from`, in
 * their order. */
KERNEL void sum_parts(OUT float *to, ulong at, IN float *from, ulong n,
		      ulong parts)
{
	const size_t i = get_global_id(0);
	float sum = 0;
	if (i >= n)
		return;
	for (ulong p = 0; p < parts; p++)
		sum += from[p * n + i];
	to[at + i] = sum;
}

/* A single work-group: to[at] = the sum of x (n). */
KERNEL void sum_numbers(OUT float *to, ulong at, IN float *x, ulong n)
{
	__local float scratch[WG];
	float sum = 0;
	for (ulong i = get_local_id(0); i < n; i += WG)
		sum += x[i];
	sum = sum_of_all(scratch, sum);
	if (get_local_id(0) == 0)
		to[at] = sum;
}
