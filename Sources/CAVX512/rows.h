// Decoding and sums of products sixteen lanes at a time, for `RowProduct` in Tensors, which has the same in eight: Swift is
// compiled for AVX2 and cannot compile one function for another processor.

#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Begins to fetch a place that is read later; it need not be a valid one.
__attribute__((unused)) static inline void stet_prefetch(const void *place) { __builtin_prefetch(place, 0, 3); }

#if defined(__x86_64__)
#include <immintrin.h>

#define STET_WIDE __attribute__((target("avx512f,f16c"), unused))

/// Blocks whose scales are converted before their weights are: a broadcast from memory costs no arithmetic.
enum { stet_scales_at_once = 32 };

/// Two halves to floats.
STET_WIDE static inline void stet_halves(const uint8_t *place, float *out) {
  _mm_storel_pi((__m64 *)out, _mm_cvtph_ps(_mm_loadu_si32(place)));
}

/// Sixteen bytes of nibbles, to thirty-two of the sixteen floats that they choose among, the low nibbles first.
STET_WIDE static inline void stet_nibbles(const uint8_t *bytes, __m512 values, float *out) {
  const __m512i both = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)bytes));
  // A choice reads the lowest four bits.
  _mm512_storeu_ps(out, _mm512_permutexvar_ps(both, values));
  _mm512_storeu_ps(out + 16, _mm512_permutexvar_ps(_mm512_srli_epi32(both, 4), values));
}

/// What a nibble can be: 0 to 15.
STET_WIDE static inline __m512 stet_quants(void) {
  return _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

/// A row of blocks to floats: `header` bytes, a half scale and perhaps a half minimum, then sixteen of nibbles. Without a
/// minimum a nibble of 8 is 0.
///
/// What lies `ahead` bytes behind each block is fetched: between groups of rows the processor's own prefetching loses the
/// thread.
STET_WIDE static inline void stet_decode_nibbles(
    const uint8_t *row, ptrdiff_t header, ptrdiff_t blocks, float *out, ptrdiff_t ahead) {
  const ptrdiff_t bytes = header + 16;
  float scales[2 * stet_scales_at_once];
  while (blocks > 0) {
    const ptrdiff_t count = blocks < stet_scales_at_once ? blocks : stet_scales_at_once;
    for (ptrdiff_t k = 0; k < count; k++) {
      stet_halves(row + bytes * k, scales + 2 * k);
      stet_prefetch(row + bytes * k + ahead);
    }
    for (ptrdiff_t k = 0; k < count; k++, row += bytes, out += 32) {
      const __m512 d = _mm512_set1_ps(scales[2 * k]);
      const __m512 m = header == 4 ? _mm512_set1_ps(scales[2 * k + 1]) : _mm512_mul_ps(d, _mm512_set1_ps(-8));
      stet_nibbles(row + header, _mm512_fmadd_ps(stet_quants(), d, m), out);
    }
    blocks -= count;
  }
}

/// A row of Q4_1, Q4_0 or Q8_0 blocks (ggml) to floats; fetches as `stet_decode_nibbles`.
STET_WIDE static void stet_decode_q4_1(const uint8_t *row, ptrdiff_t blocks, float *out, ptrdiff_t ahead) {
  stet_decode_nibbles(row, 4, blocks, out, ahead);
}

STET_WIDE static void stet_decode_q4_0(const uint8_t *row, ptrdiff_t blocks, float *out, ptrdiff_t ahead) {
  stet_decode_nibbles(row, 2, blocks, out, ahead);
}

STET_WIDE static void stet_decode_q8_0(const uint8_t *row, ptrdiff_t blocks, float *out, ptrdiff_t ahead) {
  for (ptrdiff_t k = 0; k < blocks; k++, row += 34, out += 32) {
    uint16_t bits;
    memcpy(&bits, row, 2);
    const __m512 d = _mm512_cvtph_ps(_mm256_set1_epi16((short)bits));
    stet_prefetch(row + ahead);
    for (int part = 0; part < 2; part++) {
      const __m512i bytes = _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(row + 2 + 16 * part)));
      _mm512_storeu_ps(out + 16 * part, _mm512_mul_ps(_mm512_cvtepi32_ps(bytes), d));
    }
  }
}

/// The sums of four times sixteen lanes: the upper half of each is added to the lower until one is left.
STET_WIDE static inline __m128 stet_sums(const __m512 *sum) {
  __m128 four[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(sum[i]), 1));
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(sum[i]), high);
    four[i] = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  }
  const __m128 two0 = _mm_add_ps(_mm_movelh_ps(four[0], four[1]), _mm_movehl_ps(four[1], four[0]));
  const __m128 two1 = _mm_add_ps(_mm_movelh_ps(four[2], four[3]), _mm_movehl_ps(four[3], four[2]));
  return _mm_add_ps(_mm_shuffle_ps(two0, two1, _MM_SHUFFLE(2, 0, 2, 0)), _mm_shuffle_ps(two0, two1, _MM_SHUFFLE(3, 1, 3, 1)));
}

/// out [3, 4] ← three decoded rows [3, 32 · blocks] times four streams [4, 32 · blocks], `stride` floats apart.
///
/// A sum takes the halves of each block in turn, block after block.
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
  for (int i = 0; i < 3; i++) _mm_storeu_ps(out + 4 * i, stet_sums(sum[i]));
}
#endif
