// Packed weights of the direct form: [phase][panel][source block][tap][8 source lanes][16 or 8 target channels], so
// that the kernel reads them once, in order. Lanes and channels beyond the last are zeros.
#include <string.h>

#include "kernels.h"

int32_t ck_phases(ck_phase phases[4], const ck_conv *c, ck_direction direction) {
  ck_shape target = ck_target(c, direction), source = ck_source(c, direction);
  int32_t step = direction == CK_FORWARD ? 1 : c->stride, count = 0;
  size_t packed = 0;
  for (int32_t row = 0; row < step; row++)
    for (int32_t column = 0; column < step; column++) {
      ck_phase p = {.rows = (target.height - row + step - 1) / step,
                    .columns = (target.width - column + step - 1) / step,
                    .targetStep = step,
                    .row = row,
                    .column = column,
                    .sourceStep = direction == CK_FORWARD ? c->stride : 1,
                    .packed = packed};
      for (int32_t a = 0; a < c->kernel; a++)
        for (int32_t b = 0; b < c->kernel; b++) {
          // Forward reads x at i·stride + a − padding. Backward, dy at (y + padding − a)/stride where that is whole.
          int32_t y = direction == CK_FORWARD ? a - c->padding : row + c->padding - a;
          int32_t x = direction == CK_FORWARD ? b - c->padding : column + c->padding - b;
          if (y % step || x % step) continue;
          int32_t t = p.taps++;
          p.tap[t].y = y / step, p.tap[t].x = x / step, p.tap[t].a = a, p.tap[t].b = b;
        }
      packed += (size_t)ck_blocks(target) * 8 * ck_blocks(source) * 8 * p.taps;
      phases[count++] = p;
    }
  return count;
}

size_t ck_direct_packed_count(const ck_conv *c, ck_direction direction) {
  return (size_t)ck_blocks(c->input) * 8 * ck_blocks(ck_conv_output(*c)) * 8 * c->kernel * c->kernel;
}

void ck_direct_pack(float *packed, const float *weight, const float *outScale, const ck_conv *c,
                    ck_direction direction) {
  ck_shape target = ck_target(c, direction), source = ck_source(c, direction);
  int32_t area = c->kernel * c->kernel;
  // Floats from one channel to the next in weight [O, C, k, k].
  size_t ofOutput = (size_t)c->input.channels * area, ofInput = area;
  size_t ofTarget = direction == CK_FORWARD ? ofOutput : ofInput;
  size_t ofSource = direction == CK_FORWARD ? ofInput : ofOutput;
  ck_phase phases[4];
  int32_t count = ck_phases(phases, c, direction);
  memset(packed, 0, ck_direct_packed_count(c, direction) * sizeof(float));
  for (int32_t f = 0; f < count; f++) {
    float *p = packed + phases[f].packed;
    for (int32_t panel = 0; panel < ck_panels(target); panel++) {
      int32_t width = ck_panel_width(target, panel), first = panel * 16;
      int32_t used = target.channels - first < width ? target.channels - first : width;
      for (int32_t block = 0; block < ck_blocks(source); block++)
        for (int32_t t = 0; t < phases[f].taps; t++) {
          const float *w = weight + phases[f].tap[t].a * c->kernel + phases[f].tap[t].b + first * ofTarget;
          for (int32_t s = block * 8; s < block * 8 + 8; s++, p += width)
            for (int32_t k = 0; k < used && s < source.channels; k++) {
              int32_t o = direction == CK_FORWARD ? first + k : s;
              p[k] = w[k * ofTarget + s * ofSource] * (outScale ? outScale[o] : 1);
            }
        }
    }
  }
}

size_t ck_direct_gradient_scratch_count(const ck_conv *c, int32_t parts) {
  // [panel][pair][16] with pairs in whole tiles of any level; a part has at most one tile more than its share.
  size_t pairs = ((size_t)c->input.channels * c->kernel * c->kernel + 23) / 24 * 24;
  return ((pairs * ck_panels(ck_conv_output(*c)) + parts - 1) / parts + 24) * 16;
}

// Sizes of the Winograd form: weights are [panel][frequency][source channel][16] or [panel][source channel][9][16]
// (winograd_packing.h), scratch memory holds V, M and perhaps a piece of U (winograd.h) or V, D and S
// (winograd_gradient.h).

size_t ck_winograd_packed_count(const ck_conv *c, ck_direction direction) {
  size_t ofKernel = ck_winograd_transforms_late(c) ? 9 : 36;
  return ofKernel * ck_panels(ck_target(c, direction)) * 16 * ck_blocks(ck_source(c, direction)) * 8;
}

size_t ck_winograd_scratch_count(const ck_conv *c, ck_direction direction, int32_t n) {
  ck_shape source = ck_source(c, direction);
  // In whole register tiles of any level.
  int64_t total = (ck_winograd_total(source, n) + 23) / 24 * 24, most = ck_winograd_tiles(c);
  size_t tiles = (size_t)(total < most ? total : most);
  size_t m = tiles * 16 + 16, u = ck_winograd_piece * 16 + 16;
  if (ck_winograd_transforms_late(c)) m = ck_winograd_together * (m + u);
  return 36 * (tiles * 16 * ((ck_blocks(source) + 1) / 2) + 16 + m);
}

int32_t ck_winograd_gradient_cuts(const ck_conv *c, int32_t parts) {
  int32_t panels = ck_panels(ck_conv_output(*c)), groups = ck_winograd_groups(c), best = 0;
  double least = 0;
  for (int32_t cuts = 1; cuts <= parts && cuts <= panels; cuts++) {
    if (parts % cuts || parts / cuts > groups) continue;
    // Channels that the largest part transforms, on both sides.
    double cost = (panels + cuts - 1) / cuts + (groups + parts / cuts - 1) / (parts / cuts);
    if (!best || cost < least) best = cuts, least = cost;
  }
  return best;
}

size_t ck_winograd_gradient_scratch_count(const ck_conv *c, int32_t n, int32_t parts) {
  size_t cuts = ck_winograd_gradient_cuts(c, parts), rest = parts / cuts;
  size_t tiles = ck_winograd_gradient_tiles(c, n), panels = (ck_panels(ck_conv_output(*c)) + cuts - 1) / cuts;
  size_t blocks = (ck_winograd_groups(c) + rest - 1) / rest * 2;
  // Of one block only a piece of S is kept.
  size_t sums = ck_winograd_total(c->input, n) <= (int64_t)tiles ? ck_winograd_piece * 16 : blocks * 8 * panels * 16;
  return 36 * (sums + 16 + tiles * 16 * ((blocks + 1) / 2) + 16 + tiles * 16 * panels + 16);
}
