// The transforms of Winograd's minimal filtering F(4×4, 3×3): Lavin & Gray, CVPR 2016, arXiv:1509.09308, §4.3.
//
//     Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A          d: 6×6 inputs, g: 3×3 weights, Y: 4×4 outputs; 36 products, not 144
//
// The paper interpolates at 0, ±1, ±2 and ∞; we do at 0, ±p, ±q and ∞ with p = 5/8, q = 3/2, exact in binary and close to
// the best in Barabasz et al., ACM TOMS 2020, arXiv:1803.10986: a fifth of the largest error at the same cost.
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
// "Frequency" f = 6·i + j is one of the 36 positions of a transformed tile. Vectors hold 8 channels, so a transform of
// one tile of one channel block is ordinary arithmetic on 36 or 16 vectors.

/// Floats between frequencies of an array that has `count` floats a frequency: one cache line more, for a distance of
/// a multiple of 4096 bytes would put all 36 into the same few lines of the cache.
CK_INLINE size_t frequency_stride(size_t count) { return count + 16; }

/// t = Bᵀ d
CK_INLINE void winograd_b(f8 t[6], f8 d0, f8 d1, f8 d2, f8 d3, f8 d4, f8 d5) {
  const float p = ck_winograd_p, q = ck_winograd_q, pp = p * p, qq = q * q;
  f8 evenP = d4 - qq * d2, oddP = d3 - qq * d1, evenQ = d4 - pp * d2, oddQ = d3 - pp * d1;
  t[0] = d4 - (pp + qq) * d2 + pp * qq * d0;
  t[1] = evenP + p * oddP;
  t[2] = evenP - p * oddP;
  t[3] = evenQ + q * oddQ;
  t[4] = evenQ - q * oddQ;
  t[5] = d5 - (pp + qq) * d3 + pp * qq * d1;
}

/// y = Aᵀ m
CK_INLINE void winograd_a(f8 y[4], f8 m0, f8 m1, f8 m2, f8 m3, f8 m4, f8 m5) {
  const float p = ck_winograd_p, q = ck_winograd_q, pp = p * p, qq = q * q;
  f8 evenP = m1 + m2, oddP = m1 - m2, evenQ = m3 + m4, oddQ = m3 - m4;
  y[0] = m0 + evenP + evenQ;
  y[1] = p * oddP + q * oddQ;
  y[2] = pp * evenP + qq * evenQ;
  y[3] = m5 + p * pp * oddP + q * qq * oddQ;
}

/// t = A d
CK_INLINE void winograd_a_transposed(f8 t[6], f8 d0, f8 d1, f8 d2, f8 d3) {
  const float p = ck_winograd_p, q = ck_winograd_q, pp = p * p, qq = q * q;
  f8 evenP = d0 + pp * d2, oddP = d1 + pp * d3, evenQ = d0 + qq * d2, oddQ = d1 + qq * d3;
  t[0] = d0;
  t[1] = evenP + p * oddP;
  t[2] = evenP - p * oddP;
  t[3] = evenQ + q * oddQ;
  t[4] = evenQ - q * oddQ;
  t[5] = d3;
}

/// v[f] = (Bᵀ d B)[f] for the 6×6 vectors at d; `row` floats between rows, `stride` between frequencies.
CK_INLINE void transform_input(float *restrict v, size_t stride, const float *restrict d, ptrdiff_t row) {
  f8 t[6][6];  // t[column][i] = (Bᵀ d)[i][column]
  CK_UNROLL for (int j = 0; j < 6; j++) {
    const float *p = d + j * 8;
    winograd_b(t[j], load8(p), load8(p + row), load8(p + 2 * row), load8(p + 3 * row), load8(p + 4 * row),
               load8(p + 5 * row));
  }
  CK_UNROLL for (int i = 0; i < 6; i++) {
    f8 r[6];
    winograd_b(r, t[0][i], t[1][i], t[2][i], t[3][i], t[4][i], t[5][i]);
    CK_UNROLL for (int j = 0; j < 6; j++) store8(v + (i * 6 + j) * stride, r[j]);
  }
}

/// y = Aᵀ m A, 4×4 vectors; `stride` floats between frequencies.
CK_INLINE void transform_output(f8 y[16], const float *restrict m, size_t stride) {
  f8 t[6][4];  // t[column][i] = (Aᵀ m)[i][column]
  CK_UNROLL for (int j = 0; j < 6; j++) {
    const float *p = m + j * stride;
    winograd_a(t[j], load8(p), load8(p + 6 * stride), load8(p + 12 * stride), load8(p + 18 * stride),
               load8(p + 24 * stride), load8(p + 30 * stride));
  }
  CK_UNROLL for (int i = 0; i < 4; i++) winograd_a(y + 4 * i, t[0][i], t[1][i], t[2][i], t[3][i], t[4][i], t[5][i]);
}

/// v[f] = (A d Aᵀ)[f] for the 4×4 vectors at d: the transform of dy for the weight gradient.
CK_INLINE void transform_gradient(float *restrict v, size_t stride, const float *restrict d, ptrdiff_t row) {
  f8 t[4][6];
  CK_UNROLL for (int j = 0; j < 4; j++) {
    const float *p = d + j * 8;
    winograd_a_transposed(t[j], load8(p), load8(p + row), load8(p + 2 * row), load8(p + 3 * row));
  }
  CK_UNROLL for (int i = 0; i < 6; i++) {
    f8 r[6];
    winograd_a_transposed(r, t[0][i], t[1][i], t[2][i], t[3][i]);
    CK_UNROLL for (int j = 0; j < 6; j++) store8(v + (i * 6 + j) * stride, r[j]);
  }
}

/// A tile's place: image, and row and column in tiles.
typedef struct {
  int32_t m, i, j;
} winograd_tile;

CK_INLINE winograd_tile winograd_tile_at(int64_t index, ck_shape s) {
  int32_t across = (s.width + 3) / 4, down = (s.height + 3) / 4;
  return (winograd_tile){(int32_t)(index / (across * down)), (int32_t)(index / across % down), (int32_t)(index % across)};
}
