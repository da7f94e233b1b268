import Glibc

/// One record of an inotify descriptor.
///
/// ```
/// 0      4     8       12      16            16 + length
/// ├──────┼─────┼───────┼───────┼─────────────┤
/// │watch │mask │cookie │length │name, NULs   │   native byte order
/// ```
package struct InotifyRecord: Hashable {
  package static let headerSize = 16

  /// −1 for an overflow.
  package let watch: Int32
  package let mask: UInt32
  /// Empty where the record is about the watched directory itself.
  package let name: [UInt8]

  package func has(_ flag: UInt32) -> Bool { mask & flag != 0 }

  package init(watch: Int32, mask: UInt32, name: [UInt8]) {
    self.watch = watch
    self.mask = mask
    self.name = name
  }

  /// Every whole record in `bytes`; a cut one at the end is left out.
  package static func parse(_ bytes: some RandomAccessCollection<UInt8>) -> [InotifyRecord] {
    func word(at index: Int) -> UInt32 {
      (0..<4).reduce(0) { value, byte in
        value | UInt32(bytes[bytes.index(bytes.startIndex, offsetBy: index + byte)]) << UInt32(8 * byte)
      }
    }
    var records: [InotifyRecord] = []
    var offset = 0
    while bytes.count - offset >= headerSize {
      let length = Int(word(at: offset + 12))
      guard bytes.count - offset - headerSize >= length else { break }
      let start = bytes.index(bytes.startIndex, offsetBy: offset + headerSize)
      let name = bytes[start..<bytes.index(start, offsetBy: length)].prefix { $0 != 0 }
      records.append(
        InotifyRecord(
          watch: Int32(bitPattern: word(at: offset)), mask: word(at: offset + 4), name: Array(name)))
      offset += headerSize + length
    }
    return records
  }
}

/// The kernel's flags, as unsigned words (`<sys/inotify.h>`).
package enum InotifyMask {
  package static let created: UInt32 = 0x100
  package static let attributes: UInt32 = 0x4
  package static let closedAfterWriting: UInt32 = 0x8
  package static let movedFrom: UInt32 = 0x40
  package static let movedTo: UInt32 = 0x80
  package static let deletedSelf: UInt32 = 0x400
  package static let movedSelf: UInt32 = 0x800
  package static let unmounted: UInt32 = 0x2000
  package static let overflow: UInt32 = 0x4000
  package static let ignored: UInt32 = 0x8000
  package static let onlyDirectory: UInt32 = 0x0100_0000
  package static let dontFollow: UInt32 = 0x0200_0000
  package static let excludeUnlinked: UInt32 = 0x0400_0000
  package static let isDirectory: UInt32 = 0x4000_0000

  /// What a directory is watched for. Single writes are not: a file counts when its writer closes it or moves it in,
  /// and permissions are, because a file that could not be read may be readable now.
  package static let directory =
    created | attributes | closedAfterWriting | movedFrom | movedTo | deletedSelf | movedSelf | excludeUnlinked
    | onlyDirectory
}
