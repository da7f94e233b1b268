import Foundation
import Glibc
import Platform

/// Waits until no writer has a file open. A process that another test starts at this moment holds a copy of every
/// descriptor until it executes its program, and intake would take that for a writer.
package func waitForWriters(of path: String) {
  guard let file = try? LocalFileSystem().open(Path(path), for: .readUntrusted) else { return }
  while FileLease.writerHasOpen(file) == true { usleep(1000) }
}
