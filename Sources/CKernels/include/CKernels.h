#ifndef CKERNELS_H
#define CKERNELS_H
/// The kernel level in use: "portable", "avx2". Chosen once, at the first call; WORKBENCH_KERNELS=portable forces one.
const char *ck_level(void);
#endif
