#include "plain.h"

#include "kernels.h"

// One lane of an activation.
static inline size_t at(ck_shape s, int32_t n, int32_t channel, int32_t y, int32_t x) {
  return n * ck_image_stride(s) + channel / 8 * ck_block_stride(s) + ((size_t)(y + 1) * ck_columns(s) + x + 1) * 8 +
         channel % 8;
}

static void finish(const ck_epilogue *e, float v, ck_shape s, int32_t n, int32_t ch, int32_t y, int32_t x) {
  size_t i = at(s, n, ch, y, x);
  size_t m = n * ck_mask_stride(s) + ((size_t)(ch / 8) * s.height + y) * s.width + x;
  uint8_t bit = (uint8_t)(1u << ch % 8);
  if (e->bias) v += e->bias[ch];
  if (e->before) v += e->before[i];
  if (e->gate) v = e->gate[m] & bit ? (e->gateScale ? v * e->gateScale[ch] : v) : 0;
  if (e->after) v += e->after[i];
  if (e->mask) e->mask[m] = v > 0 ? e->mask[m] | bit : e->mask[m] & ~bit;
  if (e->relu) v = v < 0 ? 0 : v;
  if (e->dst) e->dst[i] = v;
  if (e->dst2) {
    float w = e->scale2[ch] * v + e->shift2[ch];
    if (e->mask2) e->mask2[m] = w > 0 ? e->mask2[m] | bit : e->mask2[m] & ~bit;
    e->dst2[i] = w < 0 ? 0 : w;
  }
}

void ck_plain_conv_pack(float *packed, const float *weight, const float *outScale, const ck_conv *c) {
  size_t row = (size_t)c->input.channels * c->kernel * c->kernel;
  for (int32_t o = 0; o < c->outChannels; o++)
    for (size_t i = 0; i < row; i++) packed[o * row + i] = weight[o * row + i] * (outScale ? outScale[o] : 1);
}

void ck_plain_conv_run(const ck_epilogue *e, const float *src, const float *w, int32_t n, const ck_conv *c,
                       ck_direction direction) {
  ck_shape in = c->input, out = ck_conv_output(*c);
  int32_t k = c->kernel;
  if (direction == CK_FORWARD) {
    // y[o, i, j] = Σ_c Σ_a Σ_b w[o, c, a, b] · x[c, i·stride + a − padding, j·stride + b − padding]
    for (int32_t m = 0; m < n; m++)
      for (int32_t o = 0; o < ck_blocks(out) * 8; o++)
        for (int32_t i = 0; i < out.height; i++)
          for (int32_t j = 0; j < out.width; j++) {
            float sum = 0;
            for (int32_t ch = 0; ch < in.channels && o < out.channels; ch++)
              for (int32_t a = 0; a < k; a++)
                for (int32_t b = 0; b < k; b++) {
                  int32_t y = i * c->stride + a - c->padding, x = j * c->stride + b - c->padding;
                  if (y < 0 || y >= in.height || x < 0 || x >= in.width) continue;
                  sum += w[(((size_t)o * in.channels + ch) * k + a) * k + b] * src[at(in, m, ch, y, x)];
                }
            finish(e, sum, out, m, o, i, j);
          }
    return;
  }
  // dx[c, y, x] = Σ_o Σ_a Σ_b w[o, c, a, b] · dy[o, (y + padding − a)/stride, (x + padding − b)/stride]
  for (int32_t m = 0; m < n; m++)
    for (int32_t ch = 0; ch < ck_blocks(in) * 8; ch++)
      for (int32_t y = 0; y < in.height; y++)
        for (int32_t x = 0; x < in.width; x++) {
          float sum = 0;
          for (int32_t o = 0; o < out.channels && ch < in.channels; o++)
            for (int32_t a = 0; a < k; a++)
              for (int32_t b = 0; b < k; b++) {
                int32_t i = y + c->padding - a, j = x + c->padding - b;
                if (i < 0 || j < 0 || i % c->stride || j % c->stride) continue;
                i /= c->stride, j /= c->stride;
                if (i >= out.height || j >= out.width) continue;
                sum += w[(((size_t)o * in.channels + ch) * k + a) * k + b] * src[at(out, m, o, i, j)];
              }
          finish(e, sum, in, m, ch, y, x);
        }
}

void ck_plain_conv_weight_gradient(float *dWeight, const float *x, const float *dy, int32_t n, const ck_conv *c,
                                   ck_part part) {
  ck_shape in = c->input, out = ck_conv_output(*c);
  int32_t k = c->kernel;
  ck_span outputs = ck_span_of(out.channels, part.index, part.count);
  // dw[o, c, a, b] = Σ_n Σ_i Σ_j dy[o, i, j] · x[c, i·stride + a − padding, j·stride + b − padding]
  for (int32_t o = outputs.first; o < outputs.last; o++)
    for (int32_t ch = 0; ch < in.channels; ch++)
      for (int32_t a = 0; a < k; a++)
        for (int32_t b = 0; b < k; b++) {
          double sum = 0;
          for (int32_t m = 0; m < n; m++)
            for (int32_t i = 0; i < out.height; i++)
              for (int32_t j = 0; j < out.width; j++) {
                int32_t y = i * c->stride + a - c->padding, z = j * c->stride + b - c->padding;
                if (y < 0 || y >= in.height || z < 0 || z >= in.width) continue;
                sum += (double)dy[at(out, m, o, i, j)] * x[at(in, m, ch, y, z)];
              }
          dWeight[(((size_t)o * in.channels + ch) * k + a) * k + b] += (float)sum;
        }
}
