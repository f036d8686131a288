/* What the other files of kernels share. OpenCL C 1.2, in float. No sum is atomic, and
 * every one has a fixed order: the same input gives the same bits in every run on
 * equal devices.
 *
 * A work-group is on one user, seed, sample or list at a time, whatever their
 * number and that of H: rows are read from global memory, local memory has but a
 * number for each work-item. A team is TEAM work-items on one row, so that the
 * numbers it reads at a time stand together. */
#define WG 128 /* work-items of a group; RALM_OPENCL_GROUP */
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
	ulong pairs;	   /* where the pairs of a sample and a seed begin */
};

/* The sum of x over the work-group, the same bits in all of it. */
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

/* The largest x; one that is no number is passed over. */
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

/* The sum of x over a team, the same bits in all of it. */
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

/* What a work-item of a team has to add to x (H) · y (H). */
float part_of_dot(IN float *x, IN float *y, uint H)
{
	float sum = 0;
	for (uint h = get_local_id(0) % TEAM; h < H; h += TEAM)
		sum += x[h] * y[h];
	return sum;
}

/* z (n) = S (n,H) · x (H), the rows of S being those of the users. */
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

/* x (n) = softmax(x), n >= 1. What is no number makes all of it none. */
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
