// The processor's bf16 dot product (AVX512_BF16), which Swift has no word for. Everything around it is Swift:
// `BFloat16Matrix` in Tensors.

#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define STET_BF16 __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16"), unused))

/// `count` floats to bf16, to the nearest, ties to even.
STET_BF16 static void stet_bf16_convert(const float *x, ptrdiff_t count, uint16_t *out) {
  for (ptrdiff_t i = 0; i < count; i += 16) {
    const __mmask16 some = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
    const __m256i half = (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(some, x + i));
    _mm256_mask_storeu_epi16(out + i, some, half);
  }
}

/// c [rows, columns ≤ 48] (+)= a [rows, pairs] · b [pairs, 48], where a word of a and of b is two neighbours along the depth.
#define STET_BF16_TILE(rows)                                                                                     \
  STET_BF16 static void stet_bf16_tile_##rows(                                                                   \
      const uint32_t *a, ptrdiff_t stride, const uint32_t *b, ptrdiff_t pairs, float *c, ptrdiff_t c_stride,     \
      ptrdiff_t columns, int adds) {                                                                             \
    __m512 sum[rows][3];                                                                                         \
    for (int i = 0; i < rows; i++)                                                                               \
      for (int j = 0; j < 3; j++) sum[i][j] = _mm512_setzero_ps();                                               \
    for (ptrdiff_t k = 0; k < pairs; k++, b += 48) {                                                             \
      const __m512bh b0 = (__m512bh)_mm512_loadu_si512(b);                                                       \
      const __m512bh b1 = (__m512bh)_mm512_loadu_si512(b + 16);                                                  \
      const __m512bh b2 = (__m512bh)_mm512_loadu_si512(b + 32);                                                  \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++) {                                        \
        const __m512bh pair = (__m512bh)_mm512_set1_epi32((int)a[i * stride + k]);                               \
        sum[i][0] = _mm512_dpbf16_ps(sum[i][0], pair, b0);                                                       \
        sum[i][1] = _mm512_dpbf16_ps(sum[i][1], pair, b1);                                                       \
        sum[i][2] = _mm512_dpbf16_ps(sum[i][2], pair, b2);                                                       \
      }                                                                                                          \
    }                                                                                                            \
    for (int i = 0; i < rows; i++)                                                                               \
      for (int j = 0; j < 3; j++) {                                                                              \
        const ptrdiff_t left = columns - 16 * j;                                                                 \
        if (left <= 0) break;                                                                                    \
        const __mmask16 some = left >= 16 ? 0xffff : (__mmask16)((1u << left) - 1);                              \
        float *place = c + i * c_stride + 16 * j;                                                                \
        if (adds) sum[i][j] = _mm512_add_ps(sum[i][j], _mm512_maskz_loadu_ps(some, place));                      \
        _mm512_mask_storeu_ps(place, some, sum[i][j]);                                                           \
      }                                                                                                          \
  }

STET_BF16_TILE(8)
STET_BF16_TILE(4)
STET_BF16_TILE(2)
STET_BF16_TILE(1)
#endif
