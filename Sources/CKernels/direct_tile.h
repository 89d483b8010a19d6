// The register tile of the direct form, included once for each TILE_VECTOR (f16 or f8), TILE_PIXELS and TILE_NAME.
//
//                      16 target channels (one f16)
//     pixel 0          acc[0]  += x[0][lane] · w[lane]
//     pixel 1          acc[1]  += x[1][lane] · w[lane]        for every source block, tap and lane: one vector of
//       ⋮                ⋮                                    weights, one broadcast a pixel, one multiply-add a pixel
//     pixel P−1        acc[P−1]
//
// Sums stay in registers from the first tap to the last:
//
//     acc_p = Σ_block Σ_tap Σ_lane x_p[block][tap][lane] · w[block][tap][lane]
CK_INLINE void TILE_NAME(float *restrict result, const float *const x[TILE_PIXELS], const float *restrict w,
                         const ptrdiff_t *offset, int32_t taps, int32_t channels, size_t blockStride) {
  enum { width = sizeof(TILE_VECTOR) / sizeof(float) };
  TILE_VECTOR acc[TILE_PIXELS];
  const float *p[TILE_PIXELS];
  CK_UNROLL for (int i = 0; i < TILE_PIXELS; i++) acc[i] = (TILE_VECTOR){0}, p[i] = x[i];
  ptrdiff_t block = 0;
  for (; channels > 0; channels -= 8, block += (ptrdiff_t)blockStride) {
    int32_t lanes = channels < 8 ? channels : 8;  // an image has three; its five lanes of zeros are not multiplied
    for (int32_t t = 0; t < taps; t++, w += 8 * width) {
      ptrdiff_t o = block + offset[t];
      // Rolled: unrolled, the scheduler hoists loads until an accumulator is spilled, which halves the speed.
      _Pragma("clang loop unroll(disable)") for (int lane = 0; lane < lanes; lane++) {
        TILE_VECTOR v = *(const TILE_VECTOR *)(w + lane * width);
        CK_UNROLL for (int i = 0; i < TILE_PIXELS; i++) acc[i] += v * p[i][o + lane];
      }
    }
  }
  CK_UNROLL for (int i = 0; i < TILE_PIXELS; i++) *(TILE_VECTOR *)(result + i * width) = acc[i];
}
