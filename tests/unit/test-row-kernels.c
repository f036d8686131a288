/* The kernels of rows, of every instruction set, beside the same in double. Rows are of
 * all lengths, and what lies behind their end stays as it was. */
#include "kernel_rows.h"

enum { COUNT = 20000 };

/* ---- tanh ---------------------------------------------------------------- */

static void test_tanh(const struct ralm_kernels *kernels)
{
	static float a[COUNT], b[COUNT];
	double worst = 0;
	bool within = true;
	for (size_t i = 0; i < COUNT; i++) {
		double size = exp(-30.0 * (double)(i / 2) / COUNT) * 12;
		a[i] = b[i] = (float)(i % 2 ? size : -size);
	}
	kernels->rows->tanh_forward(b, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		worst = worse(worst, units(b[i], tanh((double)a[i])));
		within = within && b[i] >= -1 && b[i] <= 1;
	}
	check(worst < 3.5, "%s: tanh is within 3.5 ulp (%.2f)", kernels->name,
	      worst);
	check(within, "%s: and never beyond 1", kernels->name);
	for (size_t i = 0; i < 41; i++)
		b[i] = i % 2 ? NAN : INFINITY;
	kernels->rows->tanh_forward(b, 41);
	bool right = true;
	for (size_t i = 0; i < 41; i++)
		right = right && (i % 2 ? isnan(b[i]) : b[i] > 0.999999f);
	check(right, "%s: tanh of NaN is NaN, of infinity 1", kernels->name);
}

/* ---- rows ----------------------------------------------------------------- */

static bool same_softmax(const struct ralm_row_kernels *rows)
{
	double want[MOST], most = -1e9, sum = 0;
	for (size_t i = 0; i < n; i++) {
		y[i] *= 150; /* exp would leave a float */
		most = fmax(most, (double)y[i]);
	}
	for (size_t i = 0; i < n; i++)
		sum += want[i] = exp((double)y[i] - most);
	for (size_t i = 0; i < n; i++)
		want[i] /= sum;
	rows->softmax(y, n);
	return right(y, want);
}

/* Scaled to a length of 1; one that is nearly zero becomes zero. */
static bool same_normalized(const struct ralm_row_kernels *rows)
{
	double want[MOST], square = 0;
	enum { SEVERAL = 6 };
	float other[SEVERAL][MOST + 8], *to[SEVERAL];
	const float *from[SEVERAL];
	bool good = true;
	for (size_t i = 0; i < n; i++)
		square += (double)z[i] * (double)z[i];
	for (size_t i = 0; i < n; i++)
		want[i] = (double)z[i] / sqrt(square);
	/* To another place, with numbers behind that become 0. */
	for (size_t r = 0; r < SEVERAL; r++) {
		to[r] = other[r];
		from[r] = r == SEVERAL - 2 ? z : x[r % ROWS];
		for (size_t i = 0; i < 8; i++)
			other[r][n + i] = 7;
	}
	rows->normalized(to, from, SEVERAL, n, n + 5);
	for (size_t r = 0; r < SEVERAL; r++) {
		float own[MOST];
		memcpy(own, from[r], n * sizeof *own);
		rows->normalize(own, n);
		good &= memcmp(own, other[r], n * sizeof *own) == 0;
		for (size_t i = 0; i < 8; i++)
			good &= other[r][n + i] == (i < 5 ? 0 : 7);
	}
	rows->normalize(z, n);
	good &= right(z, want) &&
		memcmp(other[SEVERAL - 2], z, n * sizeof *z) == 0;
	for (size_t i = 0; i < n; i++) {
		z[i] = 1e-17f;
		want[i] = 0;
	}
	rows->normalize(z, n);
	return good && right(z, want);
}

/* Alone and together, with the same bits. */
static bool same_dots(const struct ralm_row_kernels *rows)
{
	const float *row[ROWS];
	float got[ROWS + 1];
	bool good = true;
	for (size_t count = 0; count <= ROWS; count++) {
		got[count] = 7;
		for (size_t r = 0; r < count; r++)
			row[r] = x[(3 * r + 1) % ROWS];
		rows->dots(got, y, row, count, n);
		for (size_t r = 0; r < count; r++)
			good &= (double)got[r] == rows->dot(y, row[r], n);
		good &= got[count] == 7;
	}
	return good;
}

static bool same_combined(const struct ralm_row_kernels *rows)
{
	double want[MOST];
	bool good = true;
	for (size_t i = 0; i < n; i++)
		want[i] = 0.75 * (double)x[0][i] - 3 * (double)x[1][i];
	rows->combine(z, 0.75, x[0], -3, x[1], n);
	good &= right(z, want);
	memcpy(z, x[0], sizeof z);
	rows->combine(z, 0.75, z, -3, x[1], n);
	good &= right(z, want);
	memcpy(z, x[1], sizeof z);
	rows->combine(z, 0.75, x[0], -3, z, n);
	return good && right(z, want);
}

/* Bit by bit: the order is given. */
static bool same_sum(const struct ralm_row_kernels *rows)
{
	const float *row[ROWS];
	bool good = true;
	for (size_t count = 0; count <= ROWS; count++) {
		for (size_t r = 0; r < count; r++)
			row[r] = x[(3 * r + 1) % ROWS];
		draw(z);
		rows->sum(z, row, count, n, NULL);
		for (size_t i = 0; i < n + BEHIND; i++) {
			float sum = i < n ? 0 : behind;
			for (size_t r = 0; i < n && r < count; r++)
				sum += row[r][i];
			good &= z[i] == sum;
		}
	}
	return good;
}

/* Of so many rows that one sum after the other would lose digits; the first block is
 * added bit by bit. */
static void test_long_sum(const struct ralm_kernels *kernels)
{
	enum { LONG = 3000001 };
	static const float *row[LONG];
	double worst = 0;
	bool first = true;
	draw_all(MOST);
	for (size_t i = 0; i < MOST; i++)
		x[2][i] += 1;
	for (size_t r = 0; r < LONG; r++)
		row[r] = x[r % ROWS];
	kernels->rows->sum(z, row, RALM_SUM_BLOCK, n, NULL);
	for (size_t i = 0; i < n; i++) {
		float sum = 0;
		for (size_t r = 0; r < RALM_SUM_BLOCK; r++)
			sum += row[r][i];
		first &= z[i] == sum;
	}
	for (size_t r = 0; r < LONG; r++)
		row[r] = x[2];
	kernels->rows->sum(z, row, LONG, n, NULL);
	for (size_t i = 0; i < n; i++) {
		const double want = LONG * (double)x[2][i];
		worst = worse(worst, fabs((double)z[i] - want) /
					     (LONG * 0.1 + fabs(want)));
	}
	check(first, "%s: %d rows are summed in their order", kernels->name,
	      RALM_SUM_BLOCK);
	check(worst < 2e-5, "%s: %d rows keep their digits (%.2g)",
	      kernels->name, LONG, worst);
}

static void test_rows(const struct ralm_kernels *kernels)
{
	const struct ralm_row_kernels *rows = kernels->rows;
	bool added = true, tanhs = true, dots = true, softmaxes = true;
	bool combined = true, summed = true, normalized = true;
	bool distances = true;
	for (size_t length = 1; length <= MOST; length++) {
		double want[MOST], product = 0, distance = 0;
		draw_all(length);
		for (size_t i = 0; i < n; i++) {
			want[i] = (double)y[i] + (double)x[0][i];
			product += (double)x[1][i] * (double)x[2][i];
			distance += ((double)x[1][i] - (double)x[2][i]) *
				    ((double)x[1][i] - (double)x[2][i]);
		}
		rows->add(y, x[0], n);
		added &= right(y, want);
		dots &= fabs(rows->dot(x[1], x[2], n) - product) < 1e-5 &&
			same_dots(rows);
		distances &= fabs(rows->distance(x[1], x[2], n) - distance) <
				     1e-5 * (1 + distance) &&
			     rows->distance(x[2], x[2], n) == 0;
		for (size_t i = 0; i < n; i++)
			want[i] = (double)z[i] *
				  (1 - (double)x[3][i] * (double)x[3][i]);
		rows->tanh_backward(z, x[3], n);
		tanhs &= right(z, want);
		softmaxes &= same_softmax(rows);
		normalized &= same_normalized(rows);
		combined &= same_combined(rows);
		summed &= same_sum(rows);
	}
	check(added, "%s: a row is added", kernels->name);
	check(dots, "%s: dot", kernels->name);
	check(distances, "%s: squared distance", kernels->name);
	check(tanhs, "%s: the gradient of tanh", kernels->name);
	check(softmaxes, "%s: softmax of a row", kernels->name);
	check(normalized, "%s: a row of length 1, or zero", kernels->name);
	check(combined, "%s: two rows combined, in place, too", kernels->name);
	check(summed, "%s: the sum of rows, in their order", kernels->name);
}

/* ---- rows by a matrix ------------------------------------------------------ */

enum { USERS = 2 * RALM_USERS_TOGETHER, WIDEST = 112, D_MOST = 96, AT = 5 };

/* Matrices lie packed, whatever their width. */
static float X[USERS][D_MOST], M[D_MOST * WIDEST];
static float product[USERS][AT + WIDEST + BEHIND];

/* y_u + AT = x_u (D) · M (D,width), nothing before or behind it. */
static bool same_times(const struct ralm_row_kernels *rows, size_t D, size_t width)
{
	float *to[USERS];
	const float *from[USERS];
	bool good = true;
	for (size_t u = 0; u < USERS; u++) {
		to[u] = product[u];
		from[u] = X[u];
		for (size_t i = 0; i < AT + WIDEST + BEHIND; i++)
			product[u][i] = behind;
	}
	rows->times(to, AT, from, USERS, M, D, width);
	for (size_t u = 0; u < USERS; u++)
		for (size_t i = 0; i < AT + width + BEHIND; i++) {
			double want = 0;
			for (size_t d = 0; d < D && i >= AT && i < AT + width; d++)
				want += (double)X[u][d] *
					(double)M[d * width + i - AT];
			if (i < AT || i >= AT + width)
				want = (double)behind;
			good &= fabs((double)product[u][i] - want) <
				1e-5 * (1 + fabs(want));
		}
	return good;
}

static void test_times(const struct ralm_kernels *kernels)
{
	static const size_t sizes[] = {1, 7, 16, 33, 96};
	bool good = true;
	for (size_t u = 0; u < USERS; u++)
		for (size_t d = 0; d < D_MOST; d++)
			X[u][d] = (float)random_number();
	for (size_t i = 0; i < D_MOST * WIDEST; i++)
		M[i] = (float)random_number();
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (size_t width = 16; width <= WIDEST; width += 16)
			good &= same_times(kernels->rows, sizes[i], width);
	check(good, "%s: rows by a matrix", kernels->name);
}

static void test_set(const struct ralm_kernels *kernels)
{
	test_tanh(kernels);
	test_rows(kernels);
	test_long_sum(kernels);
	test_times(kernels);
}

int main(void)
{
	each_set(test_set);
	return check_done();
}
