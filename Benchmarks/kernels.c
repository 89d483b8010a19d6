// Speed of the convolutions on one thread, layer by layer, without the rest of the library:
//
//     clang -O2 -std=gnu11 -ISources/CKernels/include Sources/CKernels/*.c Benchmarks/kernels.c -o /tmp/kernels -lm
//     /tmp/kernels [all|wrn-10-1|wrn-16-2|wrn-28-4|wrn-34-10] [level] [repetitions]
//     /tmp/kernels accuracy [level]
//
// GFLOP/s of direct-form work, 2·O·C·k²·h·w·n a call, whatever the algorithm does: the best of the repetitions, since
// other programs only ever add time. `accuracy` compares 3x3 layers at stride 1 with sums in Double.
#define _POSIX_C_SOURCE 199309L
#include <CKernels.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  const char *model;
  int channels, size, outChannels, kernel, stride;
  int count;   // layers of this shape in the model
  int images;  // a call: a micro-batch of one or two MiB; eight images of 8x8, 32 tiles, for the widest weights
} layer;

static const layer layers[] = {
    {"wrn-10-1", 3, 32, 16, 3, 1, 1, 8}, {"wrn-10-1", 16, 32, 16, 3, 1, 2, 8},
    {"wrn-10-1", 16, 32, 32, 3, 2, 1, 8}, {"wrn-10-1", 16, 32, 32, 1, 2, 1, 8},
    {"wrn-10-1", 32, 16, 32, 3, 1, 1, 8}, {"wrn-10-1", 32, 16, 64, 3, 2, 1, 8},
    {"wrn-10-1", 32, 16, 64, 1, 2, 1, 8}, {"wrn-10-1", 64, 8, 64, 3, 1, 1, 8},
    {"wrn-16-2", 3, 32, 16, 3, 1, 1, 4}, {"wrn-16-2", 16, 32, 32, 3, 1, 1, 4},
    {"wrn-16-2", 16, 32, 32, 1, 1, 1, 4}, {"wrn-16-2", 32, 32, 32, 3, 1, 3, 4},
    {"wrn-16-2", 32, 32, 64, 3, 2, 1, 4}, {"wrn-16-2", 32, 32, 64, 1, 2, 1, 4},
    {"wrn-16-2", 64, 16, 64, 3, 1, 3, 4}, {"wrn-16-2", 64, 16, 128, 3, 2, 1, 4},
    {"wrn-16-2", 64, 16, 128, 1, 2, 1, 4}, {"wrn-16-2", 128, 8, 128, 3, 1, 3, 4},
    {"wrn-28-4", 3, 32, 16, 3, 1, 1, 2}, {"wrn-28-4", 16, 32, 64, 3, 1, 1, 2},
    {"wrn-28-4", 16, 32, 64, 1, 1, 1, 2}, {"wrn-28-4", 64, 32, 64, 3, 1, 7, 2},
    {"wrn-28-4", 64, 32, 128, 3, 2, 1, 2}, {"wrn-28-4", 64, 32, 128, 1, 2, 1, 2},
    {"wrn-28-4", 128, 16, 128, 3, 1, 7, 2}, {"wrn-28-4", 128, 16, 256, 3, 2, 1, 2},
    {"wrn-28-4", 128, 16, 256, 1, 2, 1, 2}, {"wrn-28-4", 256, 8, 256, 3, 1, 7, 8},
    {"wrn-34-10", 3, 32, 16, 3, 1, 1, 1}, {"wrn-34-10", 16, 32, 160, 3, 1, 1, 1},
    {"wrn-34-10", 16, 32, 160, 1, 1, 1, 1}, {"wrn-34-10", 160, 32, 160, 3, 1, 9, 1},
    {"wrn-34-10", 160, 32, 320, 3, 2, 1, 1}, {"wrn-34-10", 160, 32, 320, 1, 2, 1, 1},
    {"wrn-34-10", 320, 16, 320, 3, 1, 9, 2}, {"wrn-34-10", 320, 16, 640, 3, 2, 1, 2},
    {"wrn-34-10", 320, 16, 640, 1, 2, 1, 2}, {"wrn-34-10", 640, 8, 640, 3, 1, 9, 8},
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static float *floats(size_t count) {
  float *p = aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64 + 64);
  memset(p, 0, count * sizeof(float));
  return p;
}

static void fill(float *p, ck_shape s, int n) {
  size_t count = (size_t)s.channels * s.height * s.width * n;
  float *images = floats(count);
  for (size_t i = 0; i < count; i++) images[i] = (float)(i * 2654435761u % 1000) / 500 - 1;
  ck_import(p, images, NULL, NULL, n, s);
  free(images);
}

/// Best GFLOP/s of forward (0), backward by input (1) or weight gradient (2).
static double measure(ck_conv c, int n, int direction, int repetitions) {
  ck_shape in = c.input, out = ck_conv_output(c);
  float *x = floats(ck_image_stride(in) * n), *y = floats(ck_image_stride(out) * n);
  size_t weights = (size_t)c.outChannels * in.channels * c.kernel * c.kernel;
  float *w = floats(weights);
  for (size_t i = 0; i < weights; i++) w[i] = (float)(i * 2246822519u % 1000) / 5e5f;
  fill(x, in, n), fill(y, out, n);
  float *packed = NULL, *scratch;
  ck_epilogue e = {.dst = direction ? x : y};
  if (direction < 2) {
    packed = floats(ck_conv_packed_count(&c, direction));
    ck_conv_pack(packed, w, NULL, &c, direction);
    scratch = floats(ck_conv_scratch_count(&c, direction, n));
  } else
    scratch = floats(ck_conv_weight_gradient_scratch_count(&c, n, 1));
  double best = 1e9, work = 2.0 * weights * out.height * out.width * n;
  int calls = (int)(2e8 / work) + 1;
  for (int r = 0; r < repetitions; r++) {
    double start = now();
    for (int i = 0; i < calls; i++)
      if (direction == 2)
        ck_conv_weight_gradient(w, x, y, scratch, n, &c, (ck_part){0, 1});
      else
        ck_conv_run(&e, direction ? y : x, packed, scratch, n, &c, direction);
    double seconds = (now() - start) / calls;
    if (seconds < best) best = seconds;
  }
  free(x), free(y), free(w), free(packed), free(scratch);
  return work / best * 1e-9;
}

static size_t at(ck_shape s, int channel, int y, int x) {
  return channel / 8 * ck_block_stride(s) + ((size_t)(y + 1) * ck_columns(s) + x + 1) * 8 + channel % 8;
}

/// Largest and root mean square error of one image, relative to the largest and root mean square result.
static void accuracy(ck_conv c) {
  ck_shape s = c.input, out = ck_conv_output(c);
  float *x = floats(ck_image_stride(s)), *y = floats(ck_image_stride(out));
  size_t count = (size_t)c.outChannels * s.channels * 9;
  float *w = floats(count), *dw = floats(count);
  srand(1);
  for (size_t i = 0; i < count; i++) w[i] = rand() / (0.5f * (float)RAND_MAX) - 1;
  for (int ch = 0; ch < s.channels; ch++)
    for (int i = 0; i < s.height * s.width; i++) {
      float v = rand() / (0.5f * (float)RAND_MAX) - 1;
      x[at(s, ch, i / s.width, i % s.width)] = v > 0 ? v : 0;  // as after a ReLU
    }
  float *packed = floats(ck_conv_packed_count(&c, CK_FORWARD));
  float *scratch = floats(ck_conv_scratch_count(&c, CK_FORWARD, 1) + ck_conv_weight_gradient_scratch_count(&c, 1, 1));
  ck_conv_pack(packed, w, NULL, &c, CK_FORWARD);
  ck_epilogue e = {.dst = y};
  ck_conv_run(&e, x, packed, scratch, 1, &c, CK_FORWARD);
  ck_conv_weight_gradient(dw, x, y, scratch, 1, &c, (ck_part){0, 1});  // with dy = y
  double worst = 0, most = 0, errors = 0, squares = 0, worst2 = 0, most2 = 0, errors2 = 0, squares2 = 0;
  for (int o = 0; o < c.outChannels; o++) {
    for (int i = 0; i < s.height * s.width; i++) {
      double sum = 0;
      for (int ch = 0; ch < s.channels; ch++)
        for (int t = 0; t < 9; t++)
          sum += (double)w[((size_t)o * s.channels + ch) * 9 + t] *
                 x[at(s, ch, i / s.width + t / 3 - 1, i % s.width + t % 3 - 1)];
      double error = fabs(y[at(out, o, i / s.width, i % s.width)] - sum);
      worst = fmax(worst, error), most = fmax(most, fabs(sum)), errors += error * error, squares += sum * sum;
    }
    for (int ch = 0; ch < s.channels; ch++)
      for (int t = 0; t < 9; t++) {
        double sum = 0;
        for (int i = 0; i < s.height * s.width; i++)
          sum += (double)y[at(out, o, i / s.width, i % s.width)] *
                 x[at(s, ch, i / s.width + t / 3 - 1, i % s.width + t % 3 - 1)];
        double error = fabs(dw[((size_t)o * s.channels + ch) * 9 + t] - sum);
        worst2 = fmax(worst2, error), most2 = fmax(most2, fabs(sum)), errors2 += error * error, squares2 += sum * sum;
      }
  }
  printf("  %8.1e %8.1e %8.1e %8.1e", worst / most, sqrt(errors / squares), worst2 / most2, sqrt(errors2 / squares2));
  free(x), free(y), free(w), free(dw), free(packed), free(scratch);
}

int main(int argc, char **argv) {
  const char *model = argc > 1 ? argv[1] : "all";
  if (argc > 2 && !ck_level_use(argv[2])) return fprintf(stderr, "no level %s here\n", argv[2]), 1;
  if (!strcmp(model, "accuracy")) {
    printf("level %s, error of direct and Winograd: largest and rms of forward, largest and rms of weight gradient\n",
           ck_level());
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
      layer l = layers[i];
      if (l.kernel != 3 || l.stride != 1) continue;
      char name[64];
      snprintf(name, sizeof name, "%d->%d %dx%d", l.channels, l.outChannels, l.size, l.size);
      printf("%-10s %-18s", l.model, name);
      for (int k = CK_DIRECT; k <= CK_WINOGRAD; k++)
        accuracy((ck_conv){{l.channels, l.size, l.size}, l.outChannels, 3, 1, 1, (ck_algorithm)k});
      printf("\n");
    }
    return 0;
  }
  int repetitions = argc > 3 ? atoi(argv[3]) : 15;
  printf("level %s, 1 thread, GFLOP/s of direct-form work, best of %d\n", ck_level(), repetitions);
  printf("%-10s %-27s %3s %24s  %24s  %24s\n", "", "", "", "forward", "backward by input", "weight gradient");
  printf("%-10s %-27s %3s", "model", "layers", "n");
  for (int i = 0; i < 3; i++) printf(" %8s%8s%9s", "best", "direct", "winograd");
  printf("\n");
  double work = 0, seconds[3] = {0};
  size_t count = sizeof layers / sizeof *layers;
  for (size_t i = 0; i < count; i++) {
    layer l = layers[i];
    if (strcmp(model, "all") && strcmp(model, l.model)) continue;
    char name[64];
    snprintf(name, sizeof name, "%2d x %d->%d %dx%d k%d s%d", l.count, l.channels, l.outChannels, l.size, l.size,
             l.kernel, l.stride);
    printf("%-10s %-27s %3d", l.model, name, l.images);
    double flops = 2.0 * l.channels * l.outChannels * l.kernel * l.kernel * l.size * l.size / l.stride / l.stride;
    work += flops * l.count;
    for (int direction = 0; direction < 3; direction++) {
      printf(" ");
      for (int k = 0; k < 3; k++) {
        ck_algorithm algorithm = (ck_algorithm[]){CK_BEST, CK_DIRECT, CK_WINOGRAD}[k];
        ck_conv c = {{l.channels, l.size, l.size}, l.outChannels, l.kernel, l.stride, l.kernel / 2, algorithm};
        double speed = 0;
        // A weight gradient is taken of a whole shard, here 16 images.
        if (algorithm != CK_WINOGRAD || (l.kernel == 3 && l.stride == 1))
          speed = measure(c, direction < 2 ? l.images : 16, direction, repetitions);
        if (k == 0) seconds[direction] += l.count * flops / speed * 1e-9;
        printf(k == 2 ? "%9.0f" : "%8.0f", speed);
      }
    }
    printf("\n");
    fflush(stdout);
    if (i + 1 == count || strcmp(layers[i + 1].model, l.model)) {
      printf("%-10s %-27s    ", l.model, "all, GFLOP/s (us an image)");
      for (int direction = 0; direction < 3; direction++) {
        printf(" %8.0f%*s(%.0f)  ", work / seconds[direction] * 1e-9, 6, "", seconds[direction] * 1e6);
        seconds[direction] = 0;
      }
      printf("\n");
      work = 0;
    }
  }
  return 0;
}
