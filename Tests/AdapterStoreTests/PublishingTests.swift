import AdapterStore
import Foundation
import ModelFiles
import Platform
import TestSupport
import Testing

@Suite("Publishing versions")
struct PublishingTests {
  @Test("version 0 is made at the first start, once, and is current")
  func base() throws {
    try withStore { store in
      #expect(try store.current() == .base)
      #expect(try store.adapter(of: .base, model: tiny) == .zero(layout))
      #expect(try store.manifest(of: .base).parent == nil)
      let before = try store.files(of: .base)
      #expect(try !store.establishBase(contents(0, parent: nil)))
      #expect(try store.files(of: .base) == before)
    }
  }

  @Test("a version comes back as it was published: adapter, consolidation, manifest, report")
  func roundTrip() throws {
    try withStore { store in
      let number = try store.publish(0.5, parent: 0)
      #expect(number == version(1))
      let published = contents(0.5, parent: 0)
      #expect(try store.adapter(of: number, model: tiny) == published.adapter)
      #expect(try store.consolidation(of: number) == published.consolidation)
      #expect(try store.report(of: number) == published.report)
      let manifest = try store.manifest(of: number)
      #expect(manifest.origin == published.origin)
      #expect(manifest.parent == .base)
      #expect(manifest.round == 1)
      #expect(
        manifest.files.keys.sorted() == [
          "adapter.gguf", "adapter_config.json", "adapter_model.safetensors", "consolidation.safetensors",
          "report.html", "report.json",
        ])
      #expect(try store.current() == number)
      let target = try FileManager.default.destinationOfSymbolicLink(atPath: store.link.description)
      #expect(target == "adapters/0001")
    }
  }

  @Test("directories are 0700 and files 0600; with a group, 0750 and 0640")
  func permissions() throws {
    for (group, directoryMode, fileMode) in [(false, 0o700, 0o600), (true, 0o750, 0o640)] {
      try withTemporaryDirectory { directory in
        let owner = try LocalFileSystem().status(of: Path(directory.path), followingLinks: false)
        let store = AdapterStore(state: directory.path, readers: group ? .group(owner.group) : .owner)
        try store.establishBase(contents(0, parent: nil))
        func mode(_ path: Path) throws -> Int {
          Int(try LocalFileSystem().status(of: path, followingLinks: false).permissions)
        }
        #expect(try mode(store.directory) == directoryMode)
        #expect(try mode(store.directory(of: .base)) == directoryMode)
        for file in try store.files(of: .base).keys {
          #expect(try mode(store.directory(of: .base).appending(file)) == fileMode, "\(file)")
        }
      }
    }
  }

  @Test(
    "numbers never repeat: after 5 to 3 comes 6 with parent 3, also after a removal, also above what the caller knows")
  func numbers() throws {
    try withStore { store in
      for parent in 0..<5 { try store.publish(Float(parent + 1), parent: parent) }
      #expect(try store.rollback(to: version(3)).abandoned == [version(4), version(5)])
      #expect(try store.publish(6, parent: 3) == version(6))
      #expect(try store.lineage(of: version(6)) == [6, 3, 2, 1, 0].map(version))
      try store.rollback()
      try store.remove(version(6))
      try store.remove(version(5))
      #expect(try store.versions() == [0, 1, 2, 3, 4].map(version))
      #expect(try store.publish(7, parent: 3) == version(7))
      let outcome = try store.install(contents(8, parent: 7), above: version(19))
      guard case let .installed(manifest) = outcome else {
        Issue.record("nothing was installed")
        return
      }
      #expect(manifest.number == version(20))
    }
  }

  @Test("an adapter that is its parent's makes no version and leaves nothing behind")
  func identical() throws {
    try withStore { store in
      try store.publish(1, parent: 0)
      let outcome = try store.install(contents(1, parent: 1))
      #expect(outcome == .identical(to: version(1)))
      #expect(try store.versions() == [0, 1].map(version))
      #expect(try store.recover() == [])
      #expect(try store.publish(2, parent: 1) == version(2))
    }
  }

  @Test("the current version and an ancestor of another cannot be removed")
  func removal() throws {
    try withStore { store in
      try store.publish(1, parent: 0)
      try store.publish(2, parent: 1)
      #expect(throws: AdapterStoreError.inUse(version(2), by: version(2))) { try store.remove(version(2)) }
      #expect(throws: AdapterStoreError.inUse(version(1), by: version(2))) { try store.remove(version(1)) }
      #expect(try store.versions().count == 3)
    }
  }

  @Test("a version whose manifest is damaged keeps no other from being removed")
  func removalBesideDamage() throws {
    try withStore { store in
      try store.publish(1, parent: 0)
      try store.publish(2, parent: 0)
      let manifest = store.directory.appending("0002/manifest.json").description
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: manifest)
      try Data("{".utf8).write(to: URL(fileURLWithPath: manifest))
      try store.makeCurrent(version(0))
      try store.remove(version(1))
      #expect(try store.versions() == [0, 2].map(version))
    }
  }

  @Test("names of versions sort, and only exact ones are versions")
  func names() {
    #expect(version(7).directoryName == "0007")
    #expect(version(12_345).directoryName == "12345")
    #expect(VersionNumber(directoryName: "0007") == version(7))
    for name in ["7", "007", "00007", "-001", "0x07", "", "٠٠٠٧", "99999999999999999999"] {
      #expect(VersionNumber(directoryName: name) == nil, "\(name)")
    }
  }

  @Test("what else lies in the folder is neither a version nor touched")
  func strangers() throws {
    try withStore { store in
      let stranger = store.directory.appending("notes").description
      try FileManager.default.createDirectory(atPath: stranger, withIntermediateDirectories: false)
      try FileManager.default.createSymbolicLink(
        atPath: store.directory.appending("0009").description, withDestinationPath: "0000")
      #expect(try store.versions() == [.base])
      #expect(try store.recover() == [])
      #expect(FileManager.default.fileExists(atPath: stranger))
    }
  }
}
