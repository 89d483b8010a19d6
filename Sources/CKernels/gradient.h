// Direct weight gradient, for the shapes of direct.h.
//
//     dw[o, c, a, b] = Σ_n Σ_i Σ_j dy[o, i, j] · x[c, i·stride + a − padding, j·stride + b − padding]
//
// seen as a matrix of pairs (c, a, b) times target channels, summed over pixels:
//
//                    16 target channels (two blocks of dy)
//     pair 0         acc[0]  += x[0][i, j] · dy[i, j]
//     pair 1         acc[1]  += x[1][i, j] · dy[i, j]         for every pixel of a strip of rows: one vector of dy,
//       ⋮              ⋮                                      one broadcast a pair, one multiply-add a pair
//     pair PAIRS−1   acc[PAIRS−1]
//
// A part has tiles of pairs, some of one panel and perhaps all of the next ones. A strip holds about 256 pixels, so that its part of a panel of dy stays in the first-level cache for all pairs. Sums
// of strips are added in scratch[tile of a panel][pair][16] in the order of strips and images.

/// A tile of pairs over `rows` of `columns` pixels; dy0 and dy1 are the two blocks of a panel.
CK_INLINE void gradient_tile(float *restrict sum, const float *const x[PAIRS], const float *dy0, const float *dy1,
                             int32_t rows, int32_t columns, ptrdiff_t dyRow, ptrdiff_t xRow, ptrdiff_t xStep) {
  f16 acc[PAIRS];
  const float *p[PAIRS];
  CK_UNROLL for (int k = 0; k < PAIRS; k++) acc[k] = (f16){0}, p[k] = x[k];
  for (int32_t i = 0; i < rows; i++) {
    const float *d0 = dy0 + i * dyRow, *d1 = dy1 + i * dyRow;
    ptrdiff_t q = i * xRow;
    for (int32_t j = 0; j < columns; j++, q += xStep, d0 += 8, d1 += 8) {
      f16 d = join(load8(d0), load8(d1));
      CK_UNROLL for (int k = 0; k < PAIRS; k++) acc[k] += d * p[k][q];
    }
  }
  CK_UNROLL for (int k = 0; k < PAIRS; k++) *(f16 *)(sum + k * 16) += acc[k];
}

/// The pair (channel, a, b) and where its x starts, in floats from that of pair 0.
typedef struct {
  int32_t channel, a, b;
  ptrdiff_t offset;
} gradient_pair;

/// The pair of number `index`, where `c->kernel`² of them are one channel's.
CK_INLINE gradient_pair pair_at(int32_t index, const ck_conv *c) {
  int32_t k = c->kernel;
  gradient_pair p = {index / (k * k), index / k % k, index % k, 0};
  p.offset = p.channel / 8 * (ptrdiff_t)ck_block_stride(c->input) + p.channel % 8 +
             ((ptrdiff_t)p.a * ck_columns(c->input) + p.b) * 8;
  return p;
}

CK_INLINE void next_pair(gradient_pair *p, const ck_conv *c) {
  p->offset += 8;
  if (++p->b < c->kernel) return;
  p->b = 0, p->offset += (ck_columns(c->input) - c->kernel) * 8;
  if (++p->a < c->kernel) return;
  p->a = 0, p->channel++;
  p->offset = p->channel / 8 * (ptrdiff_t)ck_block_stride(c->input) + p->channel % 8;
}

/// The tiles of one panel that a part has.
CK_INLINE ck_span tiles_of_panel(ck_span units, int32_t panel, int32_t tiles) {
  ck_span s = {units.first - panel * tiles, units.last - panel * tiles};
  if (s.first < 0) s.first = 0;
  if (s.last > tiles) s.last = tiles;
  return s;
}

static void direct_gradient(float *dWeight, const float *x, const float *dy, float *scratch, int32_t n,
                            const ck_conv *c, ck_part part) {
  ck_shape in = c->input, out = ck_conv_output(*c);
  int32_t pairs = in.channels * c->kernel * c->kernel, tiles = (pairs + PAIRS - 1) / PAIRS;
  // Units of work: the tiles of panel 0, then those of panel 1, …
  ck_span units = ck_span_of(ck_panels(out) * tiles, part.index, part.count);
  ck_span panels = {units.first / tiles, (units.last + tiles - 1) / tiles};
  memset(scratch, 0, (size_t)(units.last - units.first) * PAIRS * 16 * sizeof(float));
  int32_t strip = 255 / out.width + 1;
  ptrdiff_t xRow = (ptrdiff_t)ck_columns(in) * 8 * c->stride, dyRow = (ptrdiff_t)ck_columns(out) * 8;
  for (int32_t m = 0; m < n; m++)
    for (int32_t i = 0; i < out.height; i += strip) {
      int32_t rows = out.height - i < strip ? out.height - i : strip;
      float *sum = scratch;
      for (int32_t panel = panels.first; panel < panels.last; panel++) {
        const float *dy0 = dy + ck_at(out, m, panel * 2, i, 0);
        const float *dy1 = ck_panel_width(out, panel) == 16 ? dy0 + ck_block_stride(out) : dy0;
        const float *first = x + ck_at(in, m, 0, i * c->stride - c->padding, -c->padding);
        ck_span own = tiles_of_panel(units, panel, tiles);
        gradient_pair pair = pair_at(own.first * PAIRS, c);
        for (int32_t t = own.first; t < own.last; t++, sum += PAIRS * 16) {
          // The last tile repeats the last pair.
          const float *p[PAIRS];
          for (int32_t k = 0; k < PAIRS; k++) {
            p[k] = first + pair.offset;
            if (t * PAIRS + k + 1 < pairs) next_pair(&pair, c);
          }
          gradient_tile(sum, p, dy0, dy1, rows, out.width, dyRow, xRow, c->stride * 8);
        }
      }
    }
  const float *sum = scratch;
  for (int32_t panel = panels.first; panel < panels.last; panel++) {
    ck_span own = tiles_of_panel(units, panel, tiles);
    for (int32_t pair = own.first * PAIRS; pair < own.last * PAIRS; pair++, sum += 16)
      for (int32_t o = panel * 16; o < out.channels && o < panel * 16 + 16 && pair < pairs; o++)
        dWeight[(size_t)o * pairs + pair] += sum[o - panel * 16];
  }
}
