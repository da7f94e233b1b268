/// The eight words of SHA-256 and its compression function, with the rounds written out: a loop over an array of
/// constants costs half the speed.
struct SHA256State: Sendable {
  private var a, b, c, d, e, f, g, h: UInt32

  /// The first 32 bits of the fractional parts of the square roots of the first eight primes (FIPS 180-4, §5.3.3).
  static let initial = SHA256State(
    a: 0x6a09_e667, b: 0xbb67_ae85, c: 0x3c6e_f372, d: 0xa54f_f53a,
    e: 0x510e_527f, f: 0x9b05_688c, g: 0x1f83_d9ab, h: 0x5be0_cd19)

  var words: [UInt32] { [a, b, c, d, e, f, g, h] }

  /// Takes in `blocks` blocks of 64 bytes that stand at `start`.
  mutating func compress(_ start: UnsafeRawPointer, blocks: Int) {
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 16) { schedule in
      guard let words = schedule.baseAddress else { return }
      for block in 0..<blocks { unsafe compress(start + 64 * block, words) }
    }
  }

  /// One block (§6.2.2). The constants are the first 32 bits of the fractional parts of the cube roots of the first
  /// 64 primes (§4.2.2).
  @inline(__always)
  private mutating func compress(_ block: UnsafeRawPointer, _ words: UnsafeMutablePointer<UInt32>) {
    @inline(__always) func load(_ index: Int) -> UInt32 {
      let word = unsafe UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
      unsafe words[index] = word
      return word
    }
    @inline(__always) func next(_ index: Int) -> UInt32 {
      let early = unsafe words[(index + 1) & 15]
      let late = unsafe words[(index + 14) & 15]
      let sigma0 = rotated(early, 7) ^ rotated(early, 18) ^ early &>> 3
      let sigma1 = rotated(late, 17) ^ rotated(late, 19) ^ late &>> 10
      let word = unsafe words[index] &+ sigma0 &+ words[(index + 9) & 15] &+ sigma1
      unsafe words[index] = word
      return word
    }
    var (a, b, c, d, e, f, g, h) = (self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h)
    round(a, b, c, &d, e, f, g, &h, 0x428a_2f98 &+ load(0))
    round(h, a, b, &c, d, e, f, &g, 0x7137_4491 &+ load(1))
    round(g, h, a, &b, c, d, e, &f, 0xb5c0_fbcf &+ load(2))
    round(f, g, h, &a, b, c, d, &e, 0xe9b5_dba5 &+ load(3))
    round(e, f, g, &h, a, b, c, &d, 0x3956_c25b &+ load(4))
    round(d, e, f, &g, h, a, b, &c, 0x59f1_11f1 &+ load(5))
    round(c, d, e, &f, g, h, a, &b, 0x923f_82a4 &+ load(6))
    round(b, c, d, &e, f, g, h, &a, 0xab1c_5ed5 &+ load(7))
    round(a, b, c, &d, e, f, g, &h, 0xd807_aa98 &+ load(8))
    round(h, a, b, &c, d, e, f, &g, 0x1283_5b01 &+ load(9))
    round(g, h, a, &b, c, d, e, &f, 0x2431_85be &+ load(10))
    round(f, g, h, &a, b, c, d, &e, 0x550c_7dc3 &+ load(11))
    round(e, f, g, &h, a, b, c, &d, 0x72be_5d74 &+ load(12))
    round(d, e, f, &g, h, a, b, &c, 0x80de_b1fe &+ load(13))
    round(c, d, e, &f, g, h, a, &b, 0x9bdc_06a7 &+ load(14))
    round(b, c, d, &e, f, g, h, &a, 0xc19b_f174 &+ load(15))
    round(a, b, c, &d, e, f, g, &h, 0xe49b_69c1 &+ next(0))
    round(h, a, b, &c, d, e, f, &g, 0xefbe_4786 &+ next(1))
    round(g, h, a, &b, c, d, e, &f, 0x0fc1_9dc6 &+ next(2))
    round(f, g, h, &a, b, c, d, &e, 0x240c_a1cc &+ next(3))
    round(e, f, g, &h, a, b, c, &d, 0x2de9_2c6f &+ next(4))
    round(d, e, f, &g, h, a, b, &c, 0x4a74_84aa &+ next(5))
    round(c, d, e, &f, g, h, a, &b, 0x5cb0_a9dc &+ next(6))
    round(b, c, d, &e, f, g, h, &a, 0x76f9_88da &+ next(7))
    round(a, b, c, &d, e, f, g, &h, 0x983e_5152 &+ next(8))
    round(h, a, b, &c, d, e, f, &g, 0xa831_c66d &+ next(9))
    round(g, h, a, &b, c, d, e, &f, 0xb003_27c8 &+ next(10))
    round(f, g, h, &a, b, c, d, &e, 0xbf59_7fc7 &+ next(11))
    round(e, f, g, &h, a, b, c, &d, 0xc6e0_0bf3 &+ next(12))
    round(d, e, f, &g, h, a, b, &c, 0xd5a7_9147 &+ next(13))
    round(c, d, e, &f, g, h, a, &b, 0x06ca_6351 &+ next(14))
    round(b, c, d, &e, f, g, h, &a, 0x1429_2967 &+ next(15))
    round(a, b, c, &d, e, f, g, &h, 0x27b7_0a85 &+ next(0))
    round(h, a, b, &c, d, e, f, &g, 0x2e1b_2138 &+ next(1))
    round(g, h, a, &b, c, d, e, &f, 0x4d2c_6dfc &+ next(2))
    round(f, g, h, &a, b, c, d, &e, 0x5338_0d13 &+ next(3))
    round(e, f, g, &h, a, b, c, &d, 0x650a_7354 &+ next(4))
    round(d, e, f, &g, h, a, b, &c, 0x766a_0abb &+ next(5))
    round(c, d, e, &f, g, h, a, &b, 0x81c2_c92e &+ next(6))
    round(b, c, d, &e, f, g, h, &a, 0x9272_2c85 &+ next(7))
    round(a, b, c, &d, e, f, g, &h, 0xa2bf_e8a1 &+ next(8))
    round(h, a, b, &c, d, e, f, &g, 0xa81a_664b &+ next(9))
    round(g, h, a, &b, c, d, e, &f, 0xc24b_8b70 &+ next(10))
    round(f, g, h, &a, b, c, d, &e, 0xc76c_51a3 &+ next(11))
    round(e, f, g, &h, a, b, c, &d, 0xd192_e819 &+ next(12))
    round(d, e, f, &g, h, a, b, &c, 0xd699_0624 &+ next(13))
    round(c, d, e, &f, g, h, a, &b, 0xf40e_3585 &+ next(14))
    round(b, c, d, &e, f, g, h, &a, 0x106a_a070 &+ next(15))
    round(a, b, c, &d, e, f, g, &h, 0x19a4_c116 &+ next(0))
    round(h, a, b, &c, d, e, f, &g, 0x1e37_6c08 &+ next(1))
    round(g, h, a, &b, c, d, e, &f, 0x2748_774c &+ next(2))
    round(f, g, h, &a, b, c, d, &e, 0x34b0_bcb5 &+ next(3))
    round(e, f, g, &h, a, b, c, &d, 0x391c_0cb3 &+ next(4))
    round(d, e, f, &g, h, a, b, &c, 0x4ed8_aa4a &+ next(5))
    round(c, d, e, &f, g, h, a, &b, 0x5b9c_ca4f &+ next(6))
    round(b, c, d, &e, f, g, h, &a, 0x682e_6ff3 &+ next(7))
    round(a, b, c, &d, e, f, g, &h, 0x748f_82ee &+ next(8))
    round(h, a, b, &c, d, e, f, &g, 0x78a5_636f &+ next(9))
    round(g, h, a, &b, c, d, e, &f, 0x84c8_7814 &+ next(10))
    round(f, g, h, &a, b, c, d, &e, 0x8cc7_0208 &+ next(11))
    round(e, f, g, &h, a, b, c, &d, 0x90be_fffa &+ next(12))
    round(d, e, f, &g, h, a, b, &c, 0xa450_6ceb &+ next(13))
    round(c, d, e, &f, g, h, a, &b, 0xbef9_a3f7 &+ next(14))
    round(b, c, d, &e, f, g, h, &a, 0xc671_78f2 &+ next(15))
    self.a &+= a
    self.b &+= b
    self.c &+= c
    self.d &+= d
    self.e &+= e
    self.f &+= f
    self.g &+= g
    self.h &+= h
  }
}

@inline(__always)
private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word &>> count | word &<< (32 - count) }

/// One round; the caller renames the letters instead of moving the words.
@inline(__always)
private func round(
  _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32,
  _ constantPlusWord: UInt32
) {
  let choice = g ^ (e & (f ^ g))
  let majority = (a & b) | (c & (a | b))
  let first = h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ constantPlusWord
  d &+= first
  h = first &+ (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
}
