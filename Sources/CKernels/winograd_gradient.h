// Winograd weight gradient, 3×3, stride 1, padding 1:
//
//     dg = Gᵀ [Σ_tiles (Bᵀ x B) ⊙ (A dy Aᵀ)] G
//
//     x  ──Bᵀ x B──▶  V[f][group][tile][16] ─┐   for each frequency f, summed over the tiles of a block:
//                                            ├─▶ S[f][panel][channel][16] += V[f]ᵀ · D[f]
//     dy ──A dy Aᵀ──▶ D[f][panel][tile][16] ─┘   in register tiles of 4·QUADS channels × 16
//
// Where all tiles are one block, S is taken piece by piece, 64 source channels of a panel, and each piece is finished
// while it is in the cache. Otherwise all panels of one frequency are done before the next one: its V, D and S are
// together in the second-level cache. Blocks of tiles are long, since S travels from memory and back for each. S is
// added to in the order of tiles. A part of a weight gradient has some of the panels and some of the groups.

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

/// S[f][channel][16] (+)= V[f]ᵀ · D[f] of one frequency for the 4·quads source channels from group v on, one panel.
static void winograd_sums(float *s, const float *v, size_t groupStride, const float *d, int32_t quads, int32_t tiles,
                          bool add) {
  int32_t quad = 0;
  for (; quad + QUADS <= quads; quad += QUADS)
    winograd_outer(s + quad * 64, v + quad / 4 * groupStride + quad % 4 * 4, d, tiles, add, QUADS);
  for (; quad < quads; quad++)
    winograd_outer(s + quad * 64, v + quad / 4 * groupStride + quad % 4 * 4, d, tiles, add, 1);
}

/// rows[o][i] += sums[i][o] for `used` of 16 targets o; `stride` floats between rows.
static void add_transposed(float *rows, size_t stride, const float *sums, int32_t count, int32_t used) {
  int32_t i = 0;
  for (; i + 16 <= count; i += 16) {
    f16 a[16];
    CK_UNROLL for (int k = 0; k < 16; k++) a[k] = *(const f16 *)(sums + (i + k) * 16);
    transpose16(a);
    CK_UNROLL for (int o = 0; o < 16; o++)
      if (o < used) *(f16 *)(rows + o * stride + i) += a[o];
  }
  for (; i < count; i++)
    for (int32_t o = 0; o < used; o++) rows[o * stride + i] += sums[i * 16 + o];
}

/// dWeight += Gᵀ S G for the 16 target channels of a panel and `count` source channels from `first` on; s begins with
/// that one.
static void winograd_gradient_finish(float *dWeight, const float *s, size_t stride, int32_t panel, int32_t first,
                                     int32_t count, const ck_conv *c) {
  int32_t inputs = c->input.channels, used = c->outChannels - panel * 16 < 16 ? c->outChannels - panel * 16 : 16;
  for (; count > 0; first += 16, count -= 16) {
    float g[16 * 9 * 16];
    int32_t channels = count < 16 ? count : 16;
    for (int32_t k = 0; k < channels; k++, s += 16) {
      f16 h[6][3];
      for (int j = 0; j < 6; j++) {
        f16 column[6];
        CK_UNROLL for (int i = 0; i < 6; i++) column[i] = *(const f16 *)(s + (i * 6 + j) * stride);
        winograd_g_transposed(h[j], column);
      }
      CK_UNROLL for (int a = 0; a < 3; a++) {
        f16 row[6] = {h[0][a], h[1][a], h[2][a], h[3][a], h[4][a], h[5][a]}, t[3];
        winograd_g_transposed(t, row);
        CK_UNROLL for (int b = 0; b < 3; b++) *(f16 *)(g + (k * 9 + a * 3 + b) * 16) = t[b];
      }
    }
    add_transposed(dWeight + ((size_t)panel * 16 * inputs + first) * 9, (size_t)inputs * 9, g, channels * 9, used);
  }
}

static void winograd_gradient(float *dWeight, const float *x, const float *dy, float *scratch, int32_t n,
                              const ck_conv *c, ck_part part) {
  ck_shape in = c->input, out = ck_conv_output(*c);
  // The part's panels, and its source channels, whole groups of two blocks.
  int32_t cuts = ck_winograd_gradient_cuts(c, part.count);
  ck_span own = ck_span_of(ck_panels(out), part.index % cuts, cuts);
  ck_span groups = ck_span_of(ck_winograd_groups(c), part.index / cuts, part.count / cuts);
  int32_t source = groups.first * 16;  // its first source channel
  ck_shape ofPart = {in.channels - source, in.height, in.width};
  if (ofPart.channels > (groups.last - groups.first) * 16) ofPart.channels = (groups.last - groups.first) * 16;

  int32_t capacity = ck_winograd_gradient_tiles(c, n), blocks = ck_blocks(ofPart), panels = own.last - own.first;
  size_t groupStride = (size_t)capacity * 16, vStride = frequency_stride((blocks + 1) / 2 * groupStride);
  size_t dStride = frequency_stride(panels * groupStride);
  size_t sums = (size_t)blocks * 8 * 16, sStride = frequency_stride(panels * sums);
  int64_t total = ck_winograd_total(in, n);
  float *v = scratch, *d = v + 36 * vStride, *s = d + 36 * dStride;
  for (int64_t first = 0; first < total; first += capacity) {
    int32_t tiles = total - first < capacity ? (int32_t)(total - first) : capacity;
    winograd_tile t = winograd_tile_at(first, in);
    for (int32_t k = 0; k < tiles; k++, t = winograd_next(t, in)) {
      transform_inputs(v + k * 16, vStride, groupStride,
                       x + ck_at(in, t.m, groups.first * 2, t.i * 4 - 1, t.j * 4 - 1), ofPart);
      // In a panel of 8 the upper half is not used.
      const float *q = dy + ck_at(out, t.m, own.first * 2, t.i * 4, t.j * 4);
      int32_t last = ck_blocks(out) - own.first * 2 < panels * 2 ? ck_blocks(out) - own.first * 2 : panels * 2;
      for (int32_t b = 0; b < last; b += WIDE / 8)
        transform_gradient(d + b / 2 * groupStride + k * 16 + b % 2 * 8, dStride, q + b * ck_block_stride(out),
                           (ptrdiff_t)ck_columns(out) * 8, b + 1 < last ? ck_block_stride(out) : 0);
    }
    if (total <= capacity) {
      // Of one block the sums of a piece are finished while they are in the cache.
      size_t stride = frequency_stride(ck_winograd_piece * 16);
      for (int32_t from = 0; from < blocks * 8; from += ck_winograd_piece) {
        int32_t lanes = blocks * 8 - from < ck_winograd_piece ? blocks * 8 - from : ck_winograd_piece;
        int32_t count = ofPart.channels - from < lanes ? ofPart.channels - from : lanes;
        for (int32_t panel = 0; panel < panels; panel++) {
          for (int32_t f = 0; f < 36; f++)
            winograd_sums(s + f * stride, v + f * vStride + from / 16 * groupStride, groupStride,
                          d + f * dStride + panel * groupStride, lanes / 4, tiles, false);
          winograd_gradient_finish(dWeight, s, stride, own.first + panel, source + from, count, c);
        }
      }
      return;
    }
    for (int32_t f = 0; f < 36; f++)
      for (int32_t panel = 0; panel < panels; panel++)
        winograd_sums(s + f * sStride + panel * sums, v + f * vStride, groupStride,
                      d + f * dStride + panel * groupStride, 2 * blocks, tiles, first > 0);
  }
  for (int32_t panel = 0; panel < panels; panel++)
    winograd_gradient_finish(dWeight, s + panel * sums, sStride, own.first + panel, source, ofPart.channels, c);
}
