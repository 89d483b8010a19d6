// Winograd weight gradient, 3×3, stride 1, padding 1:
//
//     dg = Gᵀ [Σ_tiles (Bᵀ x B) ⊙ (A dy Aᵀ)] G
//
//     x  ──Bᵀ x B──▶  V[f][block][tile][8]  ─┐   for each frequency f, summed over the tiles of a block:
//                                            ├─▶ S[panel][f][channel][16] += V[f]ᵀ · D[f]
//     dy ──A dy Aᵀ──▶ D[f][tile][16]        ─┘   in register tiles of 4·QUADS channels × 16
//
// S is added to in the order of tiles; Gᵀ S G is added to dWeight once at the end.

/// s[lane][16] += Σ_tile v[tile][lane] · d[tile][16] for 4·quads channels, from the start of a channel block or its middle.
CK_INLINE void winograd_outer(float *restrict s, const float *restrict v, const float *restrict d, size_t blockStride,
                              int32_t tiles, int quads) {
  f16 acc[4 * QUADS];
  CK_UNROLL for (int i = 0; i < 4 * quads; i++) acc[i] = (f16){0};
  for (int32_t t = 0; t < tiles; t++, v += 8, d += 16) {
    f16 w = *(const f16 *)d;
    CK_UNROLL for (int i = 0; i < 4 * quads; i++) acc[i] += w * v[i / 8 * blockStride + i % 8];
  }
  CK_UNROLL for (int i = 0; i < 4 * quads; i++) *(f16 *)(s + i * 16) += acc[i];
}

static void winograd_gradient(float *dWeight, const float *x, const float *dy, float *scratch, int32_t n,
                              const ck_conv *c) {
  ck_shape in = c->input, out = ck_conv_output(*c);
  int32_t capacity = ck_winograd_gradient_tiles(in.channels), blocks = ck_blocks(in);
  size_t blockStride = (size_t)capacity * 8, vStride = frequency_stride(blocks * blockStride);
  size_t dStride = frequency_stride((size_t)capacity * 16), sStride = (size_t)blocks * 8 * 16;
  float *s = scratch, *v = s + 36 * sStride * ck_panels(out), *d = v + 36 * vStride;
  memset(s, 0, 36 * sStride * ck_panels(out) * sizeof(float));
  int64_t total = (int64_t)n * ((in.height + 3) / 4) * ((in.width + 3) / 4);
  for (int64_t first = 0; first < total; first += capacity) {
    int32_t tiles = total - first < capacity ? (int32_t)(total - first) : capacity;
    for (int32_t k = 0; k < tiles; k++) {
      winograd_tile t = winograd_tile_at(first + k, in);
      const float *p = x + ck_at(in, t.m, 0, t.i * 4 - 1, t.j * 4 - 1);
      for (int32_t b = 0; b < blocks; b++)
        transform_input(v + b * blockStride + k * 8, vStride, p + b * ck_block_stride(in), (ptrdiff_t)ck_columns(in) * 8);
    }
    for (int32_t panel = 0; panel < ck_panels(out); panel++) {
      // In a panel of 8 the upper half repeats the lower one; its sums are not used.
      size_t second = ck_panel_width(out, panel) == 16 ? ck_block_stride(out) : 0;
      for (int32_t k = 0; k < tiles; k++) {
        winograd_tile t = winograd_tile_at(first + k, out);
        const float *p = dy + ck_at(out, t.m, panel * 2, t.i * 4, t.j * 4);
        transform_gradient(d + k * 16, dStride, p, (ptrdiff_t)ck_columns(out) * 8);
        transform_gradient(d + k * 16 + 8, dStride, p + second, (ptrdiff_t)ck_columns(out) * 8);
      }
      for (int32_t f = 0; f < 36; f++) {
        float *sum = s + (panel * 36 + f) * sStride;
        const float *vf = v + f * vStride, *df = d + f * dStride;
        int32_t quad = 0;
        for (; quad + QUADS <= 2 * blocks; quad += QUADS)
          winograd_outer(sum + quad * 64, vf + quad / 2 * blockStride + quad % 2 * 4, df, blockStride, tiles, QUADS);
        for (; quad < 2 * blocks; quad++)
          winograd_outer(sum + quad * 64, vf + quad / 2 * blockStride + quad % 2 * 4, df, blockStride, tiles, 1);
      }
    }
  }
  ck_winograd_gradient_finish(dWeight, s, c);
}
