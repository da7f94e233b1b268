// Decoding and sums of products sixteen lanes at a time, for `RowProduct` in Tensors, which has the same in eight: Swift is
// compiled for AVX2 and cannot compile one function for another processor.

#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define STET_WIDE __attribute__((target("avx512f"), unused))

/// Sixteen bytes of nibbles to q · d + m: the low ones to `out`, the high ones to `out` + `half`.
STET_WIDE static inline void stet_nibbles(const uint8_t *bytes, __m512 d, __m512 m, float *out, ptrdiff_t half) {
  const __m512i both = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)bytes));
  const __m512 low = _mm512_cvtepi32_ps(_mm512_and_si512(both, _mm512_set1_epi32(15)));
  const __m512 high = _mm512_cvtepi32_ps(_mm512_srli_epi32(both, 4));
  _mm512_storeu_ps(out, _mm512_fmadd_ps(low, d, m));
  _mm512_storeu_ps(out + half, _mm512_fmadd_ps(high, d, m));
}

/// The half at `place` in every lane.
STET_WIDE static inline __m512 stet_half(const uint8_t *place) {
  uint16_t bits;
  memcpy(&bits, place, 2);
  return _mm512_cvtph_ps(_mm256_set1_epi16((short)bits));
}

/// A row of Q4_1, Q4_0 and Q8_0 (ggml) to floats: places 0 to 15 of each block at `out`, 16 to 31 at `out` + `half`.
STET_WIDE static void stet_decode_q4_1(const uint8_t *row, ptrdiff_t blocks, float *out, ptrdiff_t half) {
  for (ptrdiff_t k = 0; k < blocks; k++, row += 20) {
    stet_nibbles(row + 4, stet_half(row), stet_half(row + 2), out + 16 * k, half);
  }
}

STET_WIDE static void stet_decode_q4_0(const uint8_t *row, ptrdiff_t blocks, float *out, ptrdiff_t half) {
  for (ptrdiff_t k = 0; k < blocks; k++, row += 18) {
    const __m512 d = stet_half(row);
    stet_nibbles(row + 2, d, _mm512_mul_ps(d, _mm512_set1_ps(-8)), out + 16 * k, half);
  }
}

STET_WIDE static void stet_decode_q8_0(const uint8_t *row, ptrdiff_t blocks, float *out, ptrdiff_t half) {
  for (ptrdiff_t k = 0; k < blocks; k++, row += 34) {
    const __m512 d = stet_half(row);
    for (int part = 0; part < 2; part++) {
      const __m512i bytes = _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(row + 2 + 16 * part)));
      _mm512_storeu_ps(out + part * half + 16 * k, _mm512_mul_ps(_mm512_cvtepi32_ps(bytes), d));
    }
  }
}

/// out [3, 4, 8] ← three decoded rows times four streams; the lanes of each sum are (a + c) + (b + d), where a to d are the
/// four times eight places of a block, each summed over the blocks.
///
/// Rows lie as [2, 3, blocks, 16] floats: first the places 0 to 15 of each block, then 16 to 31. x is [4, 32 · blocks],
/// `stride` floats apart.
STET_WIDE static void stet_rows_by_streams(
    const float *rows, ptrdiff_t blocks, const float *x, ptrdiff_t stride, float *out) {
  __m512 sum[3][4], half[3][4];
  for (int part = 0; part < 2; part++, rows += 3 * 16 * blocks, x += 16) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 12; i++) sum[i / 4][i % 4] = _mm512_setzero_ps();
    for (ptrdiff_t k = 0; k < blocks; k++) {
      const __m512 w0 = _mm512_loadu_ps(rows + 16 * k);
      const __m512 w1 = _mm512_loadu_ps(rows + 16 * (blocks + k));
      const __m512 w2 = _mm512_loadu_ps(rows + 16 * (2 * blocks + k));
#pragma clang loop unroll(full)
      for (int s = 0; s < 4; s++) {
        const __m512 input = _mm512_loadu_ps(x + s * stride + 32 * k);
        sum[0][s] = _mm512_fmadd_ps(w0, input, sum[0][s]);
        sum[1][s] = _mm512_fmadd_ps(w1, input, sum[1][s]);
        sum[2][s] = _mm512_fmadd_ps(w2, input, sum[2][s]);
      }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 12; i++) {
      half[i / 4][i % 4] = part == 0 ? sum[i / 4][i % 4] : _mm512_add_ps(half[i / 4][i % 4], sum[i / 4][i % 4]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 12; i++) {
    const __m512d all = _mm512_castps_pd(half[i / 4][i % 4]);
    const __m256 low = _mm512_castps512_ps256(half[i / 4][i % 4]);
    const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(all, 1));
    _mm256_storeu_ps(out + 8 * i, _mm256_add_ps(low, high));
  }
}
#endif
