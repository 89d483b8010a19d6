// Layout changes, batch normalisation and pooling: one pass over the interior rows of blocked activations, a channel
// block in one f8, its coefficients in registers.
//
//     image m, block b, row y:   │ 8 lanes │ 8 lanes │ … │     width vectors, then the border
//
// Sums are taken a row at a time in Float32, each row's stored, and added up in Double, image by image.

// The rows of all images and blocks.
#define FOR_EACH_ROW(n, s)                         \
  for (int32_t m = 0; m < (n); m++)                \
    for (int32_t b = 0; b < ck_blocks(s); b++)     \
      for (int32_t y = 0; y < (s).height; y++)

CK_INLINE f8 load_or(const float *perChannel, int32_t block, float otherwise) {
  return perChannel ? load8(perChannel + block * 8) : zero8() + otherwise;
}

CK_INLINE void add_double8(double *sum, f8 v) {
  for (int l = 0; l < 8; l++) sum[l] += v[l];
}

/// The place of the two sums of a row.
CK_INLINE float *row_sums(float *rows, ck_shape s, int32_t m, int32_t b, int32_t y) {
  return rows + m * ck_rows_stride(s) + ((size_t)b * s.height + y) * 16;
}

static void add_rows_run(double *sum1, double *sum2, const float *rows, int32_t n, ck_shape s, int32_t first,
                         int32_t last) {
  for (int32_t b = first; b < last; b++) {
    double total1[8], total2[8];
    for (int l = 0; l < 8; l++) total1[l] = sum1[b * 8 + l], total2[l] = sum2[b * 8 + l];
    for (int32_t m = 0; m < n; m++) {
      const float *p = rows + m * ck_rows_stride(s) + (size_t)b * s.height * 16;
      for (int32_t y = 0; y < s.height; y++, p += 16) {
        add_double8(total1, load8(p));
        add_double8(total2, load8(p + 8));
      }
    }
    for (int l = 0; l < 8; l++) sum1[b * 8 + l] = total1[l], sum2[b * 8 + l] = total2[l];
  }
}

static void import_run(float *dst, const float *images, const float *scale, const float *shift, int32_t n, ck_shape s) {
  size_t plane = (size_t)s.height * s.width;
  FOR_EACH_ROW(n, s) {
    float *d = dst + ck_at(s, m, b, y, 0);
    const float *p = images + ((size_t)m * s.channels + b * 8) * plane + (size_t)y * s.width;
    int32_t lanes = s.channels - b * 8 < 8 ? s.channels - b * 8 : 8;
    if (lanes < 8)
      for (int32_t x = 0; x < s.width; x++) store8(d + x * 8, zero8());
    for (int32_t l = 0; l < lanes; l++) {
      float a = scale ? scale[b * 8 + l] : 1, c = shift ? shift[b * 8 + l] : 0;
      for (int32_t x = 0; x < s.width; x++) d[x * 8 + l] = p[l * plane + x] * a + c;
    }
  }
}

static void export_run(float *images, const float *src, const float *scale, int32_t n, ck_shape s) {
  size_t plane = (size_t)s.height * s.width;
  FOR_EACH_ROW(n, s) {
    const float *d = src + ck_at(s, m, b, y, 0);
    float *p = images + ((size_t)m * s.channels + b * 8) * plane + (size_t)y * s.width;
    for (int32_t l = 0; l < 8 && b * 8 + l < s.channels; l++) {
      float a = scale ? scale[b * 8 + l] : 1;
      for (int32_t x = 0; x < s.width; x++) p[l * plane + x] = d[x * 8 + l] * a;
    }
  }
}

static void affine_run(float *dst, const float *src, const float *scale, const float *shift, int32_t relu, int32_t n,
                       ck_shape s) {
  FOR_EACH_ROW(n, s) {
    size_t o = ck_at(s, m, b, y, 0);
    f8 a = load8(scale + b * 8), c = load8(shift + b * 8);
    if (relu)
      for (int32_t x = 0; x < s.width; x++, o += 8) store8(dst + o, relu8(a * load8(src + o) + c));
    else
      for (int32_t x = 0; x < s.width; x++, o += 8) store8(dst + o, a * load8(src + o) + c);
  }
}

static void moments_run(float *rows, const float *x, int32_t n, ck_shape s) {
  FOR_EACH_ROW(n, s) {
    const float *p = x + ck_at(s, m, b, y, 0);
    // Even and odd columns apart: two chains of additions instead of one.
    f8 s1 = zero8(), s2 = zero8(), t1 = zero8(), t2 = zero8();
    int32_t i = 0;
    for (; i + 1 < s.width; i += 2, p += 16) {
      f8 u = load8(p), v = load8(p + 8);
      s1 += u, s2 += u * u, t1 += v, t2 += v * v;
    }
    if (i < s.width) s1 += load8(p), s2 += load8(p) * load8(p);
    float *sums = row_sums(rows, s, m, b, y);
    store8(sums, s1 + t1);
    store8(sums + 8, s2 + t2);
  }
}

/// dy where z > 0, else 0; z = scale·x + shift is what went into the ReLU.
CK_INLINE f8 gated(f8 dy, f8 z) { return keep8(dy, z > 0); }

static void norm_backward_sums_run(float *rows, float *activation, const float *dy, const float *x, const float *mean,
                                   const float *rstd, const float *scale, const float *shift, int32_t n, ck_shape s) {
  FOR_EACH_ROW(n, s) {
    size_t o = ck_at(s, m, b, y, 0);
    f8 mu = load8(mean + b * 8), r = load8(rstd + b * 8);
    f8 s1 = zero8(), s2 = zero8();
    if (scale) {
      f8 a = load8(scale + b * 8), c = load8(shift + b * 8);
      if (activation)
        for (int32_t i = 0; i < s.width; i++, o += 8) {
          f8 v = load8(x + o), z = a * v + c, g = gated(load8(dy + o), z);
          s1 += g, s2 += g * ((v - mu) * r);
          store8(activation + o, relu8(z));
        }
      else
        for (int32_t i = 0; i < s.width; i++, o += 8) {
          f8 v = load8(x + o), g = gated(load8(dy + o), a * v + c);
          s1 += g, s2 += g * ((v - mu) * r);
        }
    } else
      for (int32_t i = 0; i < s.width; i++, o += 8) {
        f8 v = load8(x + o), g = load8(dy + o);
        s1 += g, s2 += g * ((v - mu) * r);
      }
    float *sums = row_sums(rows, s, m, b, y);
    store8(sums, s1);
    store8(sums + 8, s2);
  }
}

static void norm_backward_apply_run(float *dx, const float *dy, const float *x, const float *a, const float *b_,
                                    const float *c, const float *scale, const float *shift, const float *add, int32_t n,
                                    ck_shape s) {
  FOR_EACH_ROW(n, s) {
    size_t o = ck_at(s, m, b, y, 0);
    f8 va = load8(a + b * 8), vb = load8(b_ + b * 8), vc = load8(c + b * 8);
    f8 gateA = load_or(scale, b, 0), gateC = load_or(scale ? shift : NULL, b, 1);
    for (int32_t i = 0; i < s.width; i++, o += 8) {
      f8 v = load8(x + o), g = load8(dy + o);
      if (scale) g = gated(g, gateA * v + gateC);
      f8 r = va * g + (vb * v + vc);
      if (add) r += load8(add + o);
      store8(dx + o, r);
    }
  }
}

static void pool_run(float *features, const float *src, int32_t n, ck_shape s) {
  double area = (double)s.height * s.width;
  for (int32_t m = 0; m < n; m++)
    for (int32_t b = 0; b < ck_blocks(s); b++) {
      double total[8] = {0};
      for (int32_t y = 0; y < s.height; y++) {
        const float *p = src + ck_at(s, m, b, y, 0);
        f8 row = zero8();
        for (int32_t x = 0; x < s.width; x++) row += load8(p + x * 8);
        add_double8(total, row);
      }
      for (int32_t l = 0; l < 8 && b * 8 + l < s.channels; l++)
        features[(size_t)m * s.channels + b * 8 + l] = (float)(total[l] / area);
    }
}

static void pool_backward_run(float *dst, const float *dFeatures, const uint8_t *gate, const float *gateScale,
                              int32_t n, ck_shape s) {
  float inverse = 1.0f / (s.height * s.width);
  for (int32_t m = 0; m < n; m++)
    for (int32_t b = 0; b < ck_blocks(s); b++) {
      f8 g = zero8();
      for (int32_t l = 0; l < 8 && b * 8 + l < s.channels; l++)
        g[l] = dFeatures[(size_t)m * s.channels + b * 8 + l] * inverse * (gateScale ? gateScale[b * 8 + l] : 1);
      const uint8_t *q = gate ? gate + m * ck_mask_stride(s) + (size_t)b * s.height * s.width : NULL;
      for (int32_t y = 0; y < s.height; y++) {
        float *p = dst + ck_at(s, m, b, y, 0);
        for (int32_t x = 0; x < s.width; x++) store8(p + x * 8, q ? keep8(g, lanes8(*q++)) : g);
      }
    }
}
