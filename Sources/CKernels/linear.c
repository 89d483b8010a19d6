// The last layer: [n, C] features, [K, C] weights. A thousandth of the work of a network, so plain loops.
#include "CKernels.h"

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
                               int32_t classes, int32_t channels, int32_t first, int32_t last) {
  for (int32_t k = first; k < last; k++) {
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
