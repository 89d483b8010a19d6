// The transforms of Winograd's minimal filtering F(4×4, 3×3): Lavin & Gray, CVPR 2016, arXiv:1509.09308, §4.3.
//
//     Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A          d: 6×6 inputs, g: 3×3 weights, Y: 4×4 outputs; 36 products, not 144
//
//          ⎡4  0 −5  0  1  0⎤        ⎡ 1/4    0     0 ⎤
//          ⎢0 −4 −4  1  1  0⎥        ⎢−1/6  −1/6  −1/6⎥         ⎡1  1  1  1  1  0⎤
//     Bᵀ = ⎢0  4 −4 −1  1  0⎥    G = ⎢−1/6   1/6  −1/6⎥    Aᵀ = ⎢0  1 −1  2 −2  0⎥
//          ⎢0 −2 −1  2  1  0⎥        ⎢ 1/24  1/12  1/6⎥         ⎢0  1  1  4  4  0⎥
//          ⎢0  2 −1 −2  1  0⎥        ⎢ 1/24 −1/12  1/6⎥         ⎣0  1 −1  8 −8  1⎦
//          ⎣0  4  0 −5  0  1⎦        ⎣  0     0     1 ⎦
//
// "Frequency" f = 6·i + j is one of the 36 positions of a transformed tile. Vectors hold 8 channels, so a transform of
// one tile of one channel block is ordinary arithmetic on 36 or 16 vectors.

/// Floats between frequencies of an array that has `count` floats a frequency: one cache line more, for a distance of
/// a multiple of 4096 bytes would put all 36 into the same few lines of the cache.
CK_INLINE size_t frequency_stride(size_t count) { return count + 16; }

/// t = Bᵀ d
CK_INLINE void winograd_b(f8 t[6], f8 d0, f8 d1, f8 d2, f8 d3, f8 d4, f8 d5) {
  f8 even = d4 - 4 * d2, odd = d3 - 4 * d1, p = d4 - d2, q = d3 - d1;
  t[0] = 4 * (d0 - d2) + p;
  t[1] = even + odd;
  t[2] = even - odd;
  t[3] = p + 2 * q;
  t[4] = p - 2 * q;
  t[5] = (d5 - d3) - 4 * q;
}

/// y = Aᵀ m
CK_INLINE void winograd_a(f8 y[4], f8 m0, f8 m1, f8 m2, f8 m3, f8 m4, f8 m5) {
  f8 s = m1 + m2, d = m1 - m2, u = m3 + m4, v = m3 - m4;
  y[0] = m0 + s + u;
  y[1] = d + 2 * v;
  y[2] = s + 4 * u;
  y[3] = d + 8 * v + m5;
}

/// t = A d
CK_INLINE void winograd_a_transposed(f8 t[6], f8 d0, f8 d1, f8 d2, f8 d3) {
  f8 s = d0 + d2, r = d1 + d3, p = d0 + 4 * d2, q = d1 + 4 * d3;
  t[0] = d0;
  t[1] = s + r;
  t[2] = s - r;
  t[3] = p + 2 * q;
  t[4] = p - 2 * q;
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
