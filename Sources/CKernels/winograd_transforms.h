// The transforms of Winograd's minimal filtering F(4×4, 3×3): Lavin & Gray, CVPR 2016, arXiv:1509.09308, §4.3.
//
//     Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A          d: 6×6 inputs, g: 3×3 weights, Y: 4×4 outputs; 36 products, not 144
//
// The paper interpolates at 0, ±1, ±2 and ∞; we do at 0, ±p, ±q and ∞ with p = 5/8 and q = 3/2: exact in binary, at the
// same cost, a third of the largest error (Benchmarks/NOTES.md). On choosing points: Barabasz et al., ACM TOMS 2020,
// arXiv:1803.10986.
//
//          ⎡p²q²   0   −p²−q²    0     1  0⎤        ⎡1/(p²q²)   0     0 ⎤
//          ⎢ 0   −pq²   −q²      p     1  0⎥        ⎢   u      up   up² ⎥         ⎡1  1   1   1   1   0⎤
//     Bᵀ = ⎢ 0    pq²   −q²     −p     1  0⎥    G = ⎢   u     −up   up² ⎥    Aᵀ = ⎢0  p  −p   q  −q   0⎥
//          ⎢ 0   −p²q   −p²      q     1  0⎥        ⎢   v      vq   vq² ⎥         ⎢0  p²  p²  q²  q²  0⎥
//          ⎢ 0    p²q   −p²     −q     1  0⎥        ⎢   v     −vq   vq² ⎥         ⎣0  p³ −p³  q³ −q³  1⎦
//          ⎣ 0   p²q²    0    −p²−q²   0  1⎦        ⎣   0      0     1  ⎦
//
//     u = 1/(2p²(p² − q²)), v = 1/(2q²(q² − p²))
//
// "Frequency" f = 6·i + j is one of the 36 positions of a transformed tile. A vector holds 8 channels, or 16 (two
// blocks) where the level has them in one register, so a transform is ordinary arithmetic on 36 or 16 vectors.

/// The vector of the transforms, WIDE floats.
typedef float fw __attribute__((vector_size(WIDE * 4), aligned(4)));

CK_INLINE fw load_wide(const float *p) { return *(const fw *)p; }
CK_INLINE void store_wide(float *p, fw v) { *(fw *)p = v; }
/// WIDE channels of an activation; the second block is `second` floats further.
CK_INLINE fw gather_wide(const float *p, size_t second) {
#if WIDE == 16
  return join(load8(p), load8(p + second));
#else
  return load8(p);
#endif
}

/// Floats between frequencies of an array that has `count` floats a frequency: one cache line more, for a distance of
/// a multiple of 4096 bytes would put all 36 into the same few lines of the cache.
CK_INLINE size_t frequency_stride(size_t count) { return count + 16; }

/// t = Bᵀ d
CK_INLINE void winograd_b(fw t[6], fw d0, fw d1, fw d2, fw d3, fw d4, fw d5) {
  const float p = ck_winograd_p, q = ck_winograd_q, pp = p * p, qq = q * q;
  fw evenP = d4 - qq * d2, oddP = d3 - qq * d1, evenQ = d4 - pp * d2, oddQ = d3 - pp * d1;
  t[0] = d4 - (pp + qq) * d2 + pp * qq * d0;
  t[1] = evenP + p * oddP;
  t[2] = evenP - p * oddP;
  t[3] = evenQ + q * oddQ;
  t[4] = evenQ - q * oddQ;
  t[5] = d5 - (pp + qq) * d3 + pp * qq * d1;
}

/// y = Aᵀ m
CK_INLINE void winograd_a(fw y[4], fw m0, fw m1, fw m2, fw m3, fw m4, fw m5) {
  const float p = ck_winograd_p, q = ck_winograd_q, pp = p * p, qq = q * q;
  fw evenP = m1 + m2, oddP = m1 - m2, evenQ = m3 + m4, oddQ = m3 - m4;
  y[0] = m0 + evenP + evenQ;
  y[1] = p * oddP + q * oddQ;
  y[2] = pp * evenP + qq * evenQ;
  y[3] = m5 + p * pp * oddP + q * qq * oddQ;
}

/// t = A d
CK_INLINE void winograd_a_transposed(fw t[6], fw d0, fw d1, fw d2, fw d3) {
  const float p = ck_winograd_p, q = ck_winograd_q, pp = p * p, qq = q * q;
  fw evenP = d0 + pp * d2, oddP = d1 + pp * d3, evenQ = d0 + qq * d2, oddQ = d1 + qq * d3;
  t[0] = d0;
  t[1] = evenP + p * oddP;
  t[2] = evenP - p * oddP;
  t[3] = evenQ + q * oddQ;
  t[4] = evenQ - q * oddQ;
  t[5] = d3;
}

/// v[f] = (Bᵀ d B)[f] for the 6×6 vectors at d; `row` floats between rows, `stride` between
/// frequencies, `second` to the next channel block.
CK_INLINE void transform_input(float *restrict v, size_t stride, const float *restrict d, ptrdiff_t row,
                                size_t second) {
  fw t[6][6];  // t[column][i] = (Bᵀ d)[i][column]
  CK_UNROLL for (int j = 0; j < 6; j++) {
    const float *p = d + j * 8;
    fw c[6];
    CK_UNROLL for (int i = 0; i < 6; i++) c[i] = gather_wide(p + i * row, second);
    winograd_b(t[j], c[0], c[1], c[2], c[3], c[4], c[5]);
  }
  CK_UNROLL for (int i = 0; i < 6; i++) {
    fw r[6];
    winograd_b(r, t[0][i], t[1][i], t[2][i], t[3][i], t[4][i], t[5][i]);
    CK_UNROLL for (int j = 0; j < 6; j++) store_wide(v + (i * 6 + j) * stride, r[j]);
  }
}

/// y = Aᵀ m A, 4×4 results 16 floats apart; `stride` floats between frequencies.
CK_INLINE void transform_output(float *restrict y, const float *restrict m, size_t stride) {
  fw t[6][4];  // t[column][i] = (Aᵀ m)[i][column]
  CK_UNROLL for (int j = 0; j < 6; j++) {
    const float *p = m + j * stride;
    winograd_a(t[j], load_wide(p), load_wide(p + 6 * stride), load_wide(p + 12 * stride), load_wide(p + 18 * stride),
               load_wide(p + 24 * stride), load_wide(p + 30 * stride));
  }
  CK_UNROLL for (int i = 0; i < 4; i++) {
    fw r[4];
    winograd_a(r, t[0][i], t[1][i], t[2][i], t[3][i], t[4][i], t[5][i]);
    CK_UNROLL for (int j = 0; j < 4; j++) store_wide(y + (i * 4 + j) * 16, r[j]);
  }
}

/// v[f] = (A d Aᵀ)[f] for the 4×4 vectors at d: the transform of dy for the weight gradient.
CK_INLINE void transform_gradient(float *restrict v, size_t stride, const float *restrict d, ptrdiff_t row,
                                size_t second) {
  fw t[4][6];
  CK_UNROLL for (int j = 0; j < 4; j++) {
    const float *p = d + j * 8;
    fw c[4];
    CK_UNROLL for (int i = 0; i < 4; i++) c[i] = gather_wide(p + i * row, second);
    winograd_a_transposed(t[j], c[0], c[1], c[2], c[3]);
  }
  CK_UNROLL for (int i = 0; i < 6; i++) {
    fw r[6];
    winograd_a_transposed(r, t[0][i], t[1][i], t[2][i], t[3][i]);
    CK_UNROLL for (int j = 0; j < 6; j++) store_wide(v + (i * 6 + j) * stride, r[j]);
  }
}

/// A tile's place: image, and row and column in tiles.
typedef struct {
  int32_t m, i, j;
} winograd_tile;

CK_INLINE winograd_tile winograd_tile_at(int64_t index, ck_shape s) {
  int32_t across = (s.width + 3) / 4, down = (s.height + 3) / 4;
  int32_t m = (int32_t)(index / (across * down)), rest = (int32_t)(index - (int64_t)m * across * down);
  return (winograd_tile){m, rest / across, rest % across};
}

CK_INLINE winograd_tile winograd_next(winograd_tile t, ck_shape s) {
  if (++t.j < (s.width + 3) / 4) return t;
  t.j = 0;
  if (++t.i < (s.height + 3) / 4) return t;
  t.i = 0, t.m++;
  return t;
}
