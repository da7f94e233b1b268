import Tensors
import Testing

@Suite("The speed of products in bf16")
struct BFloat16SpeedTests {
  @Test("is measured where the processor has them, and 0 elsewhere")
  func measured() {
    let ratio = BFloat16Speed.besideSGEMM
    #expect(BFloat16Matrix.isAvailable ? ratio > 0.05 && ratio < 20 : ratio == 0)
  }
}
