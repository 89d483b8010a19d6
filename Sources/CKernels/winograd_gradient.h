// Winograd weight gradient, 3×3, stride 1, padding 1:
//
//     dg = Gᵀ [Σ_tiles (Bᵀ x B) ⊙ (A dy Aᵀ)] G
//
//     x  ──Bᵀ x B──▶  V[f][group][tile][16] ─┐   for each frequency f, summed over the tiles of a block:
//                                            ├─▶ S[f][panel][channel][16] += V[f]ᵀ · D[f]
//     dy ──A dy Aᵀ──▶ D[f][panel][tile][16] ─┘   in register tiles of 4·QUADS channels × 16
//
// All panels of one frequency are done before the next one: its V, D and S are together in the second-level cache.
// Blocks of tiles are long, since S travels from memory and back for each. S is added to in the order of tiles.

/// s[lane][16] (+)= Σ_tile v[tile][lane] · d[tile][16] for 4·quads channels of a group.
CK_INLINE void winograd_outer(float *restrict s, const float *restrict v, const float *restrict d, int32_t tiles,
                              bool add, int quads) {
  f16 acc[4 * QUADS];
  CK_UNROLL for (int i = 0; i < 4 * quads; i++) acc[i] = (f16){0};
  for (int32_t t = 0; t < tiles; t++, v += 16, d += 16) {
    f16 w = *(const f16 *)d;
    CK_UNROLL for (int i = 0; i < 4 * quads; i++) acc[i] += w * v[i];
  }
  if (add) CK_UNROLL for (int i = 0; i < 4 * quads; i++) acc[i] += *(const f16 *)(s + i * 16);
  CK_UNROLL for (int i = 0; i < 4 * quads; i++) *(f16 *)(s + i * 16) = acc[i];
}

/// g = Gᵀ s
CK_INLINE void winograd_g_transposed(f16 g[3], const f16 s[6]) {
  const float p = ck_winograd_p, q = ck_winograd_q, pp = p * p, qq = q * q;
  const float u = 1 / (2 * pp * (pp - qq)), v = 1 / (2 * qq * (qq - pp));
  f16 evenP = u * (s[1] + s[2]), oddP = u * (s[1] - s[2]), evenQ = v * (s[3] + s[4]), oddQ = v * (s[3] - s[4]);
  g[0] = 1 / (pp * qq) * s[0] + evenP + evenQ;
  g[1] = p * oddP + q * oddQ;
  g[2] = pp * evenP + qq * evenQ + s[5];
}

/// dWeight += Gᵀ S G for the 16 target channels of a panel and every source channel.
static void winograd_gradient_finish(float *dWeight, const float *s, size_t stride, int32_t panel, const ck_conv *c) {
  int32_t inputs = c->input.channels, used = c->outChannels - panel * 16 < 16 ? c->outChannels - panel * 16 : 16;
  for (int32_t k = 0; k < inputs; k++, s += 16) {
    f16 h[6][3], g[3][3];
    for (int j = 0; j < 6; j++) {
      f16 column[6];
      CK_UNROLL for (int i = 0; i < 6; i++) column[i] = *(const f16 *)(s + (i * 6 + j) * stride);
      winograd_g_transposed(h[j], column);
    }
    for (int a = 0; a < 3; a++) {
      f16 row[6] = {h[0][a], h[1][a], h[2][a], h[3][a], h[4][a], h[5][a]};
      winograd_g_transposed(g[a], row);
    }
    const float *lanes = (const float *)g;
    for (int32_t o = 0; o < used; o++) {
      float *w = dWeight + ((size_t)(panel * 16 + o) * inputs + k) * 9;
      for (int t = 0; t < 9; t++) w[t] += lanes[t * 16 + o];
    }
  }
}

static void winograd_gradient(float *dWeight, const float *x, const float *dy, float *scratch, int32_t n,
                              const ck_conv *c) {
  ck_shape in = c->input, out = ck_conv_output(*c);
  int32_t capacity = ck_winograd_gradient_tiles(c, n), blocks = ck_blocks(in), panels = ck_panels(out);
  size_t groupStride = (size_t)capacity * 16, vStride = frequency_stride((blocks + 1) / 2 * groupStride);
  size_t dStride = frequency_stride(panels * groupStride);
  size_t sums = (size_t)blocks * 8 * 16, sStride = frequency_stride(panels * sums);
  float *s = scratch, *v = s + 36 * sStride, *d = v + 36 * vStride;
  int64_t total = ck_winograd_total(in, n);
  for (int64_t first = 0; first < total; first += capacity) {
    int32_t tiles = total - first < capacity ? (int32_t)(total - first) : capacity;
    winograd_tile t = winograd_tile_at(first, in);
    for (int32_t k = 0; k < tiles; k++, t = winograd_next(t, in)) {
      transform_inputs(v + k * 16, vStride, groupStride, x + ck_at(in, t.m, 0, t.i * 4 - 1, t.j * 4 - 1), in);
      // In a panel of 8 the upper half is not used.
      const float *q = dy + ck_at(out, t.m, 0, t.i * 4, t.j * 4);
      for (int32_t b = 0; b < ck_blocks(out); b += WIDE / 8)
        transform_gradient(d + b / 2 * groupStride + k * 16 + b % 2 * 8, dStride, q + b * ck_block_stride(out),
                           (ptrdiff_t)ck_columns(out) * 8, b + 1 < ck_blocks(out) ? ck_block_stride(out) : 0);
    }
    for (int32_t f = 0; f < 36; f++)
      for (int32_t panel = 0; panel < panels; panel++) {
        float *sum = s + f * sStride + panel * sums;
        const float *vf = v + f * vStride, *df = d + f * dStride + panel * groupStride;
        int32_t quad = 0;
        for (; quad + QUADS <= 2 * blocks; quad += QUADS)
          winograd_outer(sum + quad * 64, vf + quad / 4 * groupStride + quad % 4 * 4, df, tiles, first > 0, QUADS);
        for (; quad < 2 * blocks; quad++)
          winograd_outer(sum + quad * 64, vf + quad / 4 * groupStride + quad % 4 * 4, df, tiles, first > 0, 1);
      }
  }
  for (int32_t panel = 0; panel < panels; panel++)
    winograd_gradient_finish(dWeight, s + panel * sums, sStride, panel, c);
}
