#include "CKernels.h"

// Calls body for every interior vector: p is its offset in floats from the start of the activation, q its offset in
// the mask, b its channel block.
#define FOR_EACH_ROW(n, s)                                                                              \
  for (int32_t m = 0; m < (n); m++)                                                                     \
    for (int32_t b = 0; b < ck_blocks(s); b++)                                                          \
      for (int32_t y = 0; y < (s).height; y++)

static inline size_t row_offset(ck_shape s, int32_t m, int32_t b, int32_t y) {
  return m * ck_image_stride(s) + b * ck_block_stride(s) + ((size_t)(y + 1) * ck_columns(s) + 1) * 8;
}

void ck_import(float *dst, const float *images, const float *scale, const float *shift, int32_t n, ck_shape s) {
  FOR_EACH_ROW(n, s) {
    float *d = dst + row_offset(s, m, b, y);
    for (int32_t x = 0; x < s.width; x++)
      for (int32_t l = 0; l < 8; l++) {
        int32_t ch = b * 8 + l;
        float v = 0;
        if (ch < s.channels) {
          v = images[(((size_t)m * s.channels + ch) * s.height + y) * s.width + x];
          v = v * (scale ? scale[ch] : 1) + (shift ? shift[ch] : 0);
        }
        d[x * 8 + l] = v;
      }
  }
}

void ck_export(float *images, const float *src, const float *scale, int32_t n, ck_shape s) {
  FOR_EACH_ROW(n, s) {
    const float *d = src + row_offset(s, m, b, y);
    for (int32_t l = 0; l < 8 && b * 8 + l < s.channels; l++) {
      int32_t ch = b * 8 + l;
      float *out = images + (((size_t)m * s.channels + ch) * s.height + y) * s.width;
      for (int32_t x = 0; x < s.width; x++) out[x] = d[x * 8 + l] * (scale ? scale[ch] : 1);
    }
  }
}

void ck_affine(float *dst, const float *src, const float *scale, const float *shift, int32_t relu, int32_t n,
               ck_shape s) {
  FOR_EACH_ROW(n, s) {
    size_t o = row_offset(s, m, b, y);
    for (int32_t x = 0; x < s.width * 8; x++) {
      float v = scale[b * 8 + x % 8] * src[o + x] + shift[b * 8 + x % 8];
      dst[o + x] = relu && v < 0 ? 0 : v;
    }
  }
}

void ck_moments(double *sum, double *sumOfSquares, const float *x, int32_t n, ck_shape s) {
  for (int32_t c = 0; c < ck_blocks(s) * 8; c++) sum[c] = sumOfSquares[c] = 0;
  FOR_EACH_ROW(n, s) {
    const float *p = x + row_offset(s, m, b, y);
    float s1[8] = {0}, s2[8] = {0};
    for (int32_t i = 0; i < s.width; i++)
      for (int32_t l = 0; l < 8; l++) s1[l] += p[i * 8 + l], s2[l] += p[i * 8 + l] * p[i * 8 + l];
    for (int32_t l = 0; l < 8; l++) sum[b * 8 + l] += s1[l], sumOfSquares[b * 8 + l] += s2[l];
  }
}

void ck_norm_backward_sums(double *sumG, double *sumGX, const float *dy, const float *x, const float *mean,
                           const float *rstd, const float *scale, const float *shift, int32_t n, ck_shape s) {
  for (int32_t c = 0; c < ck_blocks(s) * 8; c++) sumG[c] = sumGX[c] = 0;
  FOR_EACH_ROW(n, s) {
    size_t o = row_offset(s, m, b, y);
    float s1[8] = {0}, s2[8] = {0};
    for (int32_t i = 0; i < s.width; i++)
      for (int32_t l = 0; l < 8; l++) {
        int32_t c = b * 8 + l;
        float v = x[o + i * 8 + l], g = dy[o + i * 8 + l];
        if (scale && !(scale[c] * v + shift[c] > 0)) g = 0;
        s1[l] += g, s2[l] += g * ((v - mean[c]) * rstd[c]);
      }
    for (int32_t l = 0; l < 8; l++) sumG[b * 8 + l] += s1[l], sumGX[b * 8 + l] += s2[l];
  }
}

void ck_norm_backward_apply(float *dx, const float *dy, const float *x, const float *a, const float *bb, const float *c,
                            const float *scale, const float *shift, const float *add, int32_t n, ck_shape s) {
  FOR_EACH_ROW(n, s) {
    size_t o = row_offset(s, m, b, y);
    for (int32_t i = 0; i < s.width * 8; i++) {
      int32_t ch = b * 8 + i % 8;
      float v = x[o + i], g = dy[o + i];
      if (scale && !(scale[ch] * v + shift[ch] > 0)) g = 0;
      dx[o + i] = a[ch] * g + (bb[ch] * v + c[ch]) + (add ? add[o + i] : 0);
    }
  }
}

void ck_pool(float *features, const float *src, int32_t n, ck_shape s) {
  for (int32_t m = 0; m < n; m++)
    for (int32_t b = 0; b < ck_blocks(s); b++) {
      double total[8] = {0};
      for (int32_t y = 0; y < s.height; y++) {
        const float *p = src + row_offset(s, m, b, y);
        float row[8] = {0};
        for (int32_t x = 0; x < s.width; x++)
          for (int32_t l = 0; l < 8; l++) row[l] += p[x * 8 + l];
        for (int32_t l = 0; l < 8; l++) total[l] += row[l];
      }
      for (int32_t l = 0; l < 8 && b * 8 + l < s.channels; l++)
        features[(size_t)m * s.channels + b * 8 + l] = (float)(total[l] / (s.height * s.width));
    }
}

void ck_pool_backward(float *dst, const float *dFeatures, const uint8_t *gate, const float *gateScale, int32_t n,
                      ck_shape s) {
  float inverse = 1.0f / (s.height * s.width);
  FOR_EACH_ROW(n, s) {
    float *p = dst + row_offset(s, m, b, y);
    const uint8_t *q = gate ? gate + m * ck_mask_stride(s) + ((size_t)b * s.height + y) * s.width : NULL;
    for (int32_t x = 0; x < s.width; x++)
      for (int32_t l = 0; l < 8; l++) {
        int32_t c = b * 8 + l;
        float g = c < s.channels ? dFeatures[(size_t)m * s.channels + c] * inverse : 0;
        if (gateScale && c < s.channels) g *= gateScale[c];
        p[x * 8 + l] = q && !(q[x] >> l & 1) ? 0 : g;
      }
  }
}

void ck_linear(float *logits, const float *features, const float *weight, const float *bias, int32_t n, int32_t classes,
               int32_t channels) {
  for (int32_t m = 0; m < n; m++)
    for (int32_t k = 0; k < classes; k++) {
      double sum = bias[k];
      for (int32_t c = 0; c < channels; c++) sum += (double)weight[k * channels + c] * features[m * channels + c];
      logits[m * classes + k] = (float)sum;
    }
}

void ck_linear_backward_input(float *dFeatures, const float *dLogits, const float *weight, int32_t n, int32_t classes,
                              int32_t channels) {
  for (int32_t m = 0; m < n; m++)
    for (int32_t c = 0; c < channels; c++) {
      float sum = 0;
      for (int32_t k = 0; k < classes; k++) sum += dLogits[m * classes + k] * weight[k * channels + c];
      dFeatures[m * channels + c] = sum;
    }
}

void ck_linear_backward_weight(float *dWeight, float *dBias, const float *dLogits, const float *features, int32_t n,
                               int32_t classes, int32_t channels) {
  for (int32_t k = 0; k < classes; k++) {
    double sum = 0;
    for (int32_t m = 0; m < n; m++) sum += dLogits[m * classes + k];
    dBias[k] += (float)sum;
    for (int32_t c = 0; c < channels; c++) {
      double product = 0;
      for (int32_t m = 0; m < n; m++) product += (double)dLogits[m * classes + k] * features[m * channels + c];
      dWeight[k * channels + c] += (float)product;
    }
  }
}
