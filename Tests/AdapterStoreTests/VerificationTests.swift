import AdapterStore
import Foundation
import Platform
import TestSupport
import Testing

@Suite("Damaged versions")
struct VerificationTests {
  private func damage(
    _ store: AdapterStore, _ file: String, _ change: (inout Data) -> Void, _ body: (String) throws -> Void
  ) throws {
    let path = store.directory(of: version(1)).appending(file).description
    let original = try Data(contentsOf: URL(fileURLWithPath: path))
    var data = original
    change(&data)
    try data.write(to: URL(fileURLWithPath: path))
    try body(path)
    try original.write(to: URL(fileURLWithPath: path))
  }

  @Test("every file, edited, truncated or missing, is found and named")
  func everyFile() throws {
    try withStore { store in
      try store.publish(1, parent: 0)
      let files = try store.files(of: version(1)).keys.sorted()
      #expect(files.count == 7)
      for file in files where file != "manifest.json" {
        try damage(store, file, { $0[$0.count / 2] ^= 1 }) { path in
          #expect(throws: AdapterStoreError.edited(version(1), file: path)) { try store.verify(version(1)) }
          #expect(throws: AdapterStoreError.self) { try store.makeCurrent(version(1)) }
          #expect(throws: AdapterStoreError.self) { try store.adapter(of: version(1), model: tiny) }
        }
        try damage(store, file, { $0.removeLast() }) { path in
          let error = #expect(throws: AdapterStoreError.self) { try store.verify(version(1)) }
          guard case .truncated(version(1), path, _, _) = error else {
            Issue.record("\(file): \(String(describing: error))")
            return
          }
        }
        try damage(store, file, { _ in }) { path in
          try FileManager.default.removeItem(atPath: path)
          #expect(throws: AdapterStoreError.missingFile(version(1), file: path)) { try store.verify(version(1)) }
        }
        try store.verify(version(1))
      }
    }
  }

  @Test("a manifest cut at any byte, or edited, is refused and named")
  func manifest() throws {
    try withStore { store in
      try store.publish(1, parent: 0)
      let path = store.directory(of: version(1)).appending("manifest.json").description
      let original = try Data(contentsOf: URL(fileURLWithPath: path))
      // The last byte closes the object; every shorter prefix is no manifest.
      for length in 0..<original.count {
        try original.prefix(length).write(to: URL(fileURLWithPath: path))
        #expect(throws: AdapterStoreError.self) { try store.manifest(of: version(1)) }
      }
      let text = String(decoding: original, as: UTF8.self)
      for (old, new) in [
        ("\"parent\" : 0", "\"parent\" : 1"), ("2.987", "1.987"), ("\"round\" : 1", "\"round\" : 2"),
        ("\"format\" : 1", "\"format\" : 2"), ("\"number\" : 1", "\"number\" : -1"),
      ] {
        #expect(text.contains(old))
        try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: AdapterStoreError.self) { try store.manifest(of: version(1)) }
        #expect(error?.description.contains("manifest.json") == true)
      }
      try FileManager.default.removeItem(atPath: path)
      #expect(throws: AdapterStoreError.missingFile(version(1), file: path)) { try store.verify(version(1)) }
    }
  }

  @Test("a version's directory under another number is not that version")
  func renamed() throws {
    try withStore { store in
      try store.publish(1, parent: 0)
      try FileManager.default.copyItem(
        atPath: store.directory(of: version(1)).description, toPath: store.directory(of: version(2)).description)
      #expect(throws: AdapterStoreError.self) { try store.verify(version(2)) }
    }
  }

  @Test("a link that points elsewhere is not followed")
  func foreignLink() throws {
    try withStore { store in
      for target in ["/etc", "adapters/../..", "adapters/7", "0000", "adapters/0000/x"] {
        try DurableFile.replaceSymbolicLink(at: store.link, target: target, through: LocalFileSystem())
        #expect(throws: AdapterStoreError.self) { try store.current() }
      }
      try FileManager.default.removeItem(atPath: store.link.description)
      #expect(throws: AdapterStoreError.noCurrent(link: store.link.description)) { try store.current() }
    }
  }

  @Test("a missing parent breaks the lineage, and the error names it")
  func brokenLineage() throws {
    try withStore { store in
      try store.publish(1, parent: 0)
      try store.publish(2, parent: 1)
      try FileManager.default.removeItem(atPath: store.directory(of: version(1)).description)
      #expect(throws: AdapterStoreError.brokenLineage(version(2), parent: version(1))) {
        try store.lineage(of: version(2))
      }
      // Its number is not given again.
      #expect(try store.highestNumber() == version(2))
    }
  }

  @Test("another base is refused with both hashes")
  func otherBase() throws {
    try withStore { store in
      try store.checkBase(baseDigest, model: "base.gguf")
      let error = #expect(throws: AdapterStoreError.self) {
        try store.checkBase(Digest.of("another"), model: "base.gguf")
      }
      #expect(error?.description.contains(String(baseDigest.hex.prefix(4))) == true)
      #expect(error?.description.hasPrefix("base.gguf") == true)
    }
  }
}
