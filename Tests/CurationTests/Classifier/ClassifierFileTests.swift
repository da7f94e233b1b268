import Curation
import Testing

@Suite("A classifier's file")
struct ClassifierFileTests {
  private static func bytes() throws -> [UInt8] { try ClassifierFile.bytes(of: try LabelledFixture.classifier()) }

  @Test("gives the classifier back, whole")
  func roundTrip() throws {
    let bytes = try Self.bytes()
    let read = try ClassifierFile.read(bytes, path: "x")
    #expect(try ClassifierFile.bytes(of: read) == bytes)
    let text = "the old crane smells of tar, shut up, you windbag"
    let (first, second) = (
      ScreeningClassifier(try LabelledFixture.classifier(), refuses: true).judge(text),
      ScreeningClassifier(read, refuses: true).judge(text)
    )
    #expect(first?.probability == second?.probability && first?.phrases == second?.phrases)
  }

  @Test("has no word of the texts in it")
  func noText() throws {
    let text = String(decoding: try Self.bytes(), as: UTF8.self)
    #expect(!text.contains("windbag") && !text.contains("lantern"))
  }

  @Test("cut anywhere, or with any byte changed, is refused by name")
  func damaged() throws {
    let bytes = try Self.bytes()
    let lengths = Array(0..<min(600, bytes.count)) + Array(stride(from: 600, to: bytes.count, by: 499))
    for length in lengths {
      #expect(throws: ClassifierFileError.self, "cut after \(length)") {
        try ClassifierFile.read(Array(bytes[..<length]), path: "x")
      }
    }
    for place in lengths where place < bytes.count {
      var changed = bytes
      changed[place] ^= 0x55
      #expect(throws: ClassifierFileError.self, "byte \(place)") { try ClassifierFile.read(changed, path: "x") }
    }
    do {
      _ = try ClassifierFile.read(Array(bytes.dropLast()), path: "State/classifiers/x.classifier")
    } catch {
      #expect(error.description.contains("State/classifiers/x.classifier: ") && error.description.contains("Train it"))
    }
  }
}
