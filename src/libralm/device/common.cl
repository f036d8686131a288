/* What the other files of kernels share. OpenCL C 1.2, in float. No sum is atomic, and
 * every one has a fixed order: the same input gives the same bits in every run on
 * equal devices.
 *
 * Most kernels have one work-group for each user, seed, sample or list, as the comment
 * above each says; a "group" alone is that of a list and some of its samples. Rows may
 * have any length: they are read from global memory, and local memory holds one number
 * for each work-item. A team is TEAM work-items on one row: what they read at the same
 * time is adjacent. */
#define WG 128 /* work-items of a work-group; RALM_OPENCL_GROUP */
#define KERNEL __kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
#define IN const __global
#define OUT __global
#define MEET barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)

enum { TEAM = 16, TEAMS = WG / TEAM };

/* A list and some of its samples (networks/plan.h), as device_plan.h has it. */
struct group {
	ulong begin, n;	   /* its users: list_user[begin, begin + n) */
	ulong first, end;  /* its samples */
	ulong seeds;	   /* where its seeds begin among those of all groups */
	ulong P;	   /* where its rows of P begin */
	ulong pairs;	   /* where its pairs of a sample and a seed begin */
};

/* The sum of x over the work-group, the same bits in each work-item. */
float sum_of_all(__local float *scratch, float x)
{
	const uint t = get_local_id(0);
	scratch[t] = x;
	MEET;
	for (uint step = WG / 2; step > 0; step /= 2) {
		if (t < step)
			scratch[t] += scratch[t + step];
		MEET;
	}
	const float sum = scratch[0];
	MEET;
	return sum;
}

/* The largest x of the work-group, leaving out NaN. */
float most_of_all(__local float *scratch, float x)
{
	const uint t = get_local_id(0);
	scratch[t] = x;
	MEET;
	for (uint step = WG / 2; step > 0; step /= 2) {
		if (t < step)
			scratch[t] = fmax(scratch[t], scratch[t + step]);
		MEET;
	}
	const float most = scratch[0];
	MEET;
	return most;
}

/* The sum of x over a team, the same bits in each work-item. */
float sum_of_team(__local float *scratch, float x)
{
	const uint t = get_local_id(0), first = t - t % TEAM;
	float sum = 0;
	scratch[t] = x;
	MEET;
	for (uint k = 0; k < TEAM; k++)
		sum += scratch[first + k];
	MEET;
	return sum;
}

/* The part of x (H) · y (H) that this work-item of a team adds up. */
float part_of_dot(IN float *x, IN float *y, uint H)
{
	float sum = 0;
	for (uint h = get_local_id(0) % TEAM; h < H; h += TEAM)
		sum += x[h] * y[h];
	return sum;
}

/* z (n) = S (n,H) · x (H); row i of S is that of user[i]. */
void dots(OUT float *z, IN float *S, IN uint *user, IN float *x, ulong n, uint H,
	  __local float *scratch)
{
	const uint t = get_local_id(0);
	for (ulong i = 0; i < n; i += TEAMS) {
		const ulong k = i + t / TEAM;
		float sum = 0;
		if (k < n)
			sum = part_of_dot(S + (size_t)user[k] * H, x, H);
		sum = sum_of_team(scratch, sum);
		if (k < n && t % TEAM == 0)
			z[k] = sum;
	}
	MEET;
}

/* x (n) = softmax(x); n may be 0. With a NaN in x all of it becomes NaN. */
void softmax(OUT float *x, ulong n, __local float *scratch)
{
	const uint t = get_local_id(0);
	float most = -INFINITY, sum = 0;
	for (ulong i = t; i < n; i += WG)
		most = fmax(most, x[i]);
	most = most_of_all(scratch, most);
	for (ulong i = t; i < n; i += WG) {
		x[i] = exp(x[i] - most);
		sum += x[i];
	}
	sum = sum_of_all(scratch, sum);
	for (ulong i = t; i < n; i += WG)
		x[i] /= sum;
	MEET;
}
