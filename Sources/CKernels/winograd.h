// Winograd convolution, 3×3, stride 1, padding 1; backward by input is the same with other packed weights.
//
// Tiles of 4×4 outputs are numbered through all images of the call and taken in blocks that keep the transformed
// inputs, or a piece of them, in the second-level cache:
//
//     src ──Bᵀ d B──▶ V[f][group][tile][16]     ─┐   for each frequency f:  M[f] = V[f] · U[f], a matrix product of
//                                                ├─▶ (tiles × source channels) · (source channels × 16)
//     packed weights  U[panel][f][channel][16]  ─┘   in register tiles of PIXELS tiles × 16
//
//     M[f][tile][16] ──Aᵀ m A──▶ 4×4 results a tile and block ──epilogue──▶ dst
//
// Where the packed weights are kernels g[panel][channel][9][16] (ck_winograd_transforms_late), a piece of two panels is
// transformed at a time and its products are added to their M while the next piece is fetched:
//
//     g, 64 channels ──G g Gᵀ──▶ U[panel][f][channel][16] ──▶ M[panel][f] += V[f] · U[panel][f]
//
// A group is 16 source channels, two blocks of an activation. Every tile sees the same operations in the same order
// wherever it falls in a block or register tile, so its bits do not depend on the other images.

/// m[i][16] (+)= Σ_channel v[channel][i] · u[channel][16] for `count` tiles, a constant at each call. A sum that goes on
/// has the bits of one that was never put down.
CK_INLINE void winograd_product(float *restrict m, const float *restrict v, const float *restrict u, int32_t channels,
                                size_t groupStride, bool add, int count) {
  f16 acc[PIXELS];
  if (add)
    CK_UNROLL for (int i = 0; i < count; i++) acc[i] = *(const f16 *)(m + i * 16);
  else
    CK_UNROLL for (int i = 0; i < count; i++) acc[i] = (f16){0};
  for (; channels > 0; channels -= 16, v += groupStride) {
    int32_t lanes = channels < 16 ? channels : 16;
    _Pragma("clang loop unroll(disable)") for (int lane = 0; lane < lanes; lane++, u += 16) {
      f16 w = *(const f16 *)u;
      CK_UNROLL for (int i = 0; i < count; i++) acc[i] += w * v[i * 16 + lane];
    }
  }
  CK_UNROLL for (int i = 0; i < count; i++) *(f16 *)(m + i * 16) = acc[i];
}

/// All `tiles` tiles of one frequency. What is left after whole register tiles is rounded up to REST tiles; products
/// of the extra ones are not used.
static void winograd_products(float *m, const float *v, const float *u, int32_t channels, size_t groupStride,
                              bool add, int32_t tiles) {
  for (; tiles >= PIXELS; tiles -= PIXELS, m += PIXELS * 16, v += PIXELS * 16)
    winograd_product(m, v, u, channels, groupStride, add, PIXELS);
  switch ((tiles + REST - 1) / REST) {
    case 0: return;
    case 1: winograd_product(m, v, u, channels, groupStride, add, REST); return;
#if PIXELS > 2 * REST
    case 2: winograd_product(m, v, u, channels, groupStride, add, 2 * REST); return;
#endif
#if PIXELS > 3 * REST
    case 3: winograd_product(m, v, u, channels, groupStride, add, 3 * REST); return;
#endif
#if PIXELS > 4 * REST
    case 4: winograd_product(m, v, u, channels, groupStride, add, 4 * REST); return;
#endif
#if PIXELS > 5 * REST
    case 5: winograd_product(m, v, u, channels, groupStride, add, 5 * REST); return;
#endif
    default: winograd_product(m, v, u, channels, groupStride, add, PIXELS);
  }
}

/// All channels of the tile at d, block by block or two by two; the upper half of an odd last group is not used.
CK_INLINE void transform_inputs(float *v, size_t stride, size_t groupStride, const float *d, ck_shape s) {
  size_t block = ck_block_stride(s);
  for (int32_t b = 0; b < ck_blocks(s); b += WIDE / 8)
    transform_input(v + b / 2 * groupStride + b % 2 * 8, stride, d + b * block, (ptrdiff_t)ck_columns(s) * 8,
                    b + 1 < ck_blocks(s) ? block : 0);
}

/// Output transform and epilogue of one tile for the blocks of a panel; m is its first frequency.
static void winograd_finish(const ck_epilogue *epilogue, const float *m, size_t stride, winograd_tile t, int32_t panel,
                            ck_shape s) {
  int32_t rows = s.height - t.i * 4 < 4 ? s.height - t.i * 4 : 4;
  int32_t columns = s.width - t.j * 4 < 4 ? s.width - t.j * 4 : 4;
  size_t at[16], maskAt[16], o = ck_at(s, t.m, 0, t.i * 4, t.j * 4), row = (size_t)ck_columns(s) * 8;
  size_t q = t.m * ck_mask_stride(s) + (size_t)t.i * 4 * s.width + t.j * 4;
  bool whole = rows == 4 && columns == 4;
  int32_t count = 0;
  if (whole) {
    CK_UNROLL for (int i = 0; i < 16; i++) at[i] = o + i / 4 * row + i % 4 * 8, maskAt[i] = q + i / 4 * s.width + i % 4;
    count = 16;
  } else
    for (int32_t i = 0; i < rows; i++)
      for (int32_t j = 0; j < columns; j++, count++)
        at[count] = o + i * row + j * 8, maskAt[count] = q + i * s.width + j;
  float y[16 * 16];
  CK_UNROLL for (int part = 0; part < 16; part += WIDE) transform_output(y + part, m + part, stride);
  // At the lower and right edge of odd images only the pixels inside are stored.
  if (!whole)
    for (int32_t i = 0, k = 0; i < rows; i++)
      for (int32_t j = 0; j < columns; j++) *(f16 *)(y + 16 * k++) = *(f16 *)(y + 16 * (i * 4 + j));
  for (int32_t half = 0; half < 2 && panel * 2 + half < ck_blocks(s); half++)
    finish(epilogue, y + half * 8, 16, count, at, maskAt, panel * 2 + half, s);
}

/// Fetches part f of 36 of the next piece of late weights.
CK_INLINE void fetch_part(const float *next, int32_t f) {
  enum { floats = ck_winograd_piece * 9 * 16 / 36 };
  for (int32_t i = 0; i < floats; i += 16) __builtin_prefetch(next + f * floats + i, 0, 2);
}

/// What the products of a block of tiles are made of; strides are floats between frequencies.
typedef struct {
  float *m, *u;
  const float *v;
  size_t mStride, uStride, vStride, groupStride;
  int32_t channels, tiles;
} winograd_block;

/// M of one panel from weights U[f][channel][16].
static void winograd_panel(const winograd_block *b, const float *u) {
  for (int32_t f = 0; f < 36; f++)
    winograd_products(b->m + f * b->mStride, b->v + f * b->vStride, u + f * b->uStride, b->channels, b->groupStride,
                      false, b->tiles);
}

/// M of `count` panels from weights g[panel][channel][9][16]. A piece of V serves the panels while it is in the cache.
static void winograd_late_panels(const winograd_block *b, const float *g, int32_t count) {
  size_t ofPanel = (size_t)(b->channels + 7) / 8 * 8 * 9 * 16, mPanel = 36 * b->mStride, uPanel = 36 * b->uStride;
  for (int32_t first = 0; first < b->channels; first += ck_winograd_piece, g += ck_winograd_piece * 9 * 16) {
    int32_t channels = b->channels - first < ck_winograd_piece ? b->channels - first : ck_winograd_piece;
    for (int32_t k = 0; k < count; k++)
      for (int32_t s = 0; s < channels; s++)
        transform_kernel(b->u + k * uPanel + s * 16, b->uStride, g + k * ofPanel + s * 9 * 16);
    for (int32_t f = 0; f < 36; f++)
      for (int32_t k = 0; k < count; k++) {
        fetch_part(g + k * ofPanel + ck_winograd_piece * 9 * 16, f);
        winograd_products(b->m + k * mPanel + f * b->mStride, b->v + f * b->vStride + first / 16 * b->groupStride,
                          b->u + k * uPanel + f * b->uStride, channels, b->groupStride, first > 0, b->tiles);
      }
  }
}

static void winograd_run(const ck_epilogue *epilogue, const float *src, const float *packed, float *scratch, int32_t n,
                         const ck_conv *c, ck_direction direction) {
  ck_shape source = ck_source(c, direction), target = ck_target(c, direction);
  bool late = ck_winograd_transforms_late(c);
  int64_t total = ck_winograd_total(source, n);
  int32_t capacity = ck_winograd_tiles(c), lanes = ck_blocks(source) * 8, panels = ck_panels(target);
  // Rounded up as winograd_products does.
  if (total < capacity) capacity = ((int32_t)total + REST - 1) / REST * REST;
  winograd_block b = {.channels = source.channels, .groupStride = (size_t)capacity * 16};
  b.vStride = frequency_stride((lanes + 15) / 16 * b.groupStride);
  b.mStride = frequency_stride(b.groupStride);
  b.uStride = late ? frequency_stride(ck_winograd_piece * 16) : (size_t)lanes * 16;
  int32_t together = late ? ck_winograd_together : 1;
  float *v = scratch;
  b.v = v, b.m = v + 36 * b.vStride, b.u = b.m + 36 * b.mStride * together;
  for (int64_t first = 0; first < total; first += capacity) {
    b.tiles = total - first < capacity ? (int32_t)(total - first) : capacity;
    winograd_tile start = winograd_tile_at(first, source), t = start;
    for (int32_t k = 0; k < b.tiles; k++, t = winograd_next(t, source))
      transform_inputs(v + k * 16, b.vStride, b.groupStride, src + ck_at(source, t.m, 0, t.i * 4 - 1, t.j * 4 - 1),
                       source);
    for (int32_t panel = 0; panel < panels; panel += together) {
      int32_t count = panels - panel < together ? panels - panel : together;
      const float *weights = packed + (size_t)panel * lanes * 16 * (late ? 9 : 36);
      if (late)
        winograd_late_panels(&b, weights, count);
      else
        winograd_panel(&b, weights);
      for (int32_t p = 0; p < count; p++) {
        t = start;
        for (int32_t k = 0; k < b.tiles; k++, t = winograd_next(t, target))
          winograd_finish(epilogue, b.m + p * 36 * b.mStride + k * 16, b.mStride, t, panel + p, target);
      }
    }
  }
}
