// Decoding and sums of products sixteen lanes at a time, for `RowProduct` in Tensors, which has the same in eight: Swift is
// compiled for AVX2 and cannot compile one function for another processor.

#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define STET_WIDE __attribute__((target("avx512f"), unused))

/// Sixteen bytes of nibbles to thirty-two of q · d + m, the low nibbles first.
STET_WIDE static inline void stet_nibbles(const uint8_t *bytes, __m512 d, __m512 m, float *out) {
  const __m512i both = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)bytes));
  const __m512 low = _mm512_cvtepi32_ps(_mm512_and_si512(both, _mm512_set1_epi32(15)));
  const __m512 high = _mm512_cvtepi32_ps(_mm512_srli_epi32(both, 4));
  _mm512_storeu_ps(out, _mm512_fmadd_ps(low, d, m));
  _mm512_storeu_ps(out + 16, _mm512_fmadd_ps(high, d, m));
}

/// The half at `place` in every lane.
STET_WIDE static inline __m512 stet_half(const uint8_t *place) {
  uint16_t bits;
  memcpy(&bits, place, 2);
  return _mm512_cvtph_ps(_mm256_set1_epi16((short)bits));
}

/// A row of Q4_1, Q4_0 or Q8_0 blocks (ggml) to floats.
STET_WIDE static void stet_decode_q4_1(const uint8_t *row, ptrdiff_t blocks, float *out) {
  for (ptrdiff_t k = 0; k < blocks; k++, row += 20) {
    stet_nibbles(row + 4, stet_half(row), stet_half(row + 2), out + 32 * k);
  }
}

STET_WIDE static void stet_decode_q4_0(const uint8_t *row, ptrdiff_t blocks, float *out) {
  for (ptrdiff_t k = 0; k < blocks; k++, row += 18) {
    const __m512 d = stet_half(row);
    stet_nibbles(row + 2, d, _mm512_mul_ps(d, _mm512_set1_ps(-8)), out + 32 * k);
  }
}

STET_WIDE static void stet_decode_q8_0(const uint8_t *row, ptrdiff_t blocks, float *out) {
  for (ptrdiff_t k = 0; k < blocks; k++, row += 34) {
    const __m512 d = stet_half(row);
    for (int part = 0; part < 2; part++) {
      const __m512i bytes = _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(row + 2 + 16 * part)));
      _mm512_storeu_ps(out + 32 * k + 16 * part, _mm512_mul_ps(_mm512_cvtepi32_ps(bytes), d));
    }
  }
}

/// out [3, 4, 8] ← three decoded rows [3, 32 · blocks] times four streams [4, 32 · blocks], `stride` floats apart.
///
/// A sum takes the halves of each block in turn, block after block; its upper eight lanes are added to the lower at the end.
STET_WIDE static void stet_rows_by_streams(
    const float *rows, ptrdiff_t blocks, const float *x, ptrdiff_t stride, float *out) {
  __m512 sum[3][4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 12; i++) sum[i / 4][i % 4] = _mm512_setzero_ps();
  const ptrdiff_t width = 32 * blocks;
  for (ptrdiff_t k = 0; k < width; k += 16) {
    const __m512 w0 = _mm512_loadu_ps(rows + k);
    const __m512 w1 = _mm512_loadu_ps(rows + width + k);
    const __m512 w2 = _mm512_loadu_ps(rows + 2 * width + k);
#pragma clang loop unroll(full)
    for (int s = 0; s < 4; s++) {
      const __m512 input = _mm512_loadu_ps(x + s * stride + k);
      sum[0][s] = _mm512_fmadd_ps(w0, input, sum[0][s]);
      sum[1][s] = _mm512_fmadd_ps(w1, input, sum[1][s]);
      sum[2][s] = _mm512_fmadd_ps(w2, input, sum[2][s]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 12; i++) {
    const __m512 all = sum[i / 4][i % 4];
    const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(all), 1));
    _mm256_storeu_ps(out + 8 * i, _mm256_add_ps(_mm512_castps512_ps256(all), high));
  }
}
#endif
