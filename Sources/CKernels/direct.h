// Direct convolution, forward and backward by input, for kernels of 1 and 3, strides 1 and 2, padding = kernel / 2.
//
// The pixels of a phase (see ck_phase) are numbered through all images of a group; a tile takes the next PIXELS of
// them, wherever rows and images end:
//
//     image m      ┌──────────────┐      tile k     pixels k·P … k·P + P − 1, each with its own source pointer;
//                  │. . . a a a a │                 the last tile repeats the last pixel
//                  │a a b b b b b │
//                  └──────────────┘
//
// Every pixel sees the same operations in the same order, so its bits do not depend on where in a tile it falls. The
// loop over panels of 16 target channels is outside the loop over tiles: a panel's weights stay in the cache.

#define TILE_NAME tile16
#define TILE_VECTOR f16
#define TILE_PIXELS PIXELS
#include "direct_tile.h"
#undef TILE_NAME
#undef TILE_VECTOR
#undef TILE_PIXELS

#define TILE_NAME tile8
#define TILE_VECTOR f8
#define TILE_PIXELS PIXELS8
#include "direct_tile.h"
#undef TILE_NAME
#undef TILE_VECTOR
#undef TILE_PIXELS

/// Position in the sequence of a phase's pixels, and where its source, target and mask are.
typedef struct {
  int32_t m, i, j;
  size_t source, target, mask;
} pixel;

CK_INLINE void locate(pixel *p, const ck_phase *f, ck_shape source, ck_shape target) {
  int32_t y = p->i * f->targetStep + f->row, x = p->j * f->targetStep + f->column;
  p->source = ck_at(source, p->m, 0, p->i * f->sourceStep, p->j * f->sourceStep);
  p->target = ck_at(target, p->m, 0, y, x);
  p->mask = p->m * ck_mask_stride(target) + (size_t)y * target.width + x;
}

CK_INLINE void advance(pixel *p, const ck_phase *f, ck_shape source, ck_shape target) {
  if (++p->j < f->columns) {
    p->source += f->sourceStep * 8, p->target += f->targetStep * 8, p->mask += f->targetStep;
    return;
  }
  p->j = 0;
  if (++p->i == f->rows) p->i = 0, p->m++;
  locate(p, f, source, target);
}

#define MOST_PIXELS (PIXELS > PIXELS8 ? PIXELS : PIXELS8)

/// One panel of width 8 or 16 over the images first … last − 1.
CK_INLINE void direct_panel(const ck_epilogue *epilogue, const float *src, const float *w, int32_t first, int32_t last,
                            const ck_phase *f, ck_shape source, ck_shape target, int32_t panel, int width, int count) {
  const float *x[MOST_PIXELS];
  size_t at[MOST_PIXELS], maskAt[MOST_PIXELS];
  float result[16 * MOST_PIXELS];
  ptrdiff_t offset[9];
  for (int32_t t = 0; t < f->taps; t++)
    offset[t] = ((ptrdiff_t)f->tap[t].y * ck_columns(source) + f->tap[t].x) * 8;
  pixel p = {.m = first};
  locate(&p, f, source, target);
  for (int64_t left = (int64_t)(last - first) * f->rows * f->columns; left > 0; left -= count) {
    int used = left < count ? (int)left : count;
    for (int k = 0; k < count; k++) {
      x[k] = src + p.source, at[k] = p.target, maskAt[k] = p.mask;
      if (k + 1 < used || left > count) advance(&p, f, source, target);
    }
    if (width == 16)
      tile16(result, x, w, offset, f->taps, source.channels, ck_block_stride(source));
    else
      tile8(result, x, w, offset, f->taps, source.channels, ck_block_stride(source));
    for (int32_t half = 0; half < width / 8; half++)
      finish(epilogue, result + half * 8, width, used, at, maskAt, panel * 2 + half, target);
  }
}

static void direct_run(const ck_epilogue *epilogue, const float *src, const float *packed, float *scratch, int32_t n,
                       const ck_conv *c, ck_direction direction) {
  ck_shape source = ck_source(c, direction), target = ck_target(c, direction);
  ck_phase phases[4];
  int32_t count = ck_phases(phases, c, direction);
  // Groups of about 256 pixels: small images share tiles, large ones are finished while they are in the cache.
  int32_t group = 256 / (target.height * target.width) + 1;
  for (int32_t first = 0; first < n; first += group) {
    int32_t last = first + group < n ? first + group : n;
    for (int32_t k = 0; k < count; k++) {
      const ck_phase *f = &phases[k];
      const float *w = packed + f->packed;
      for (int32_t panel = 0; panel < ck_panels(target); panel++) {
        int32_t width = ck_panel_width(target, panel);
        if (width == 16)
          direct_panel(epilogue, src, w, first, last, f, source, target, panel, 16, PIXELS);
        else
          direct_panel(epilogue, src, w, first, last, f, source, target, panel, 8, PIXELS8);
        w += (size_t)ck_blocks(source) * 8 * f->taps * width;
      }
    }
  }
}
