import Commands
import Foundation

/// `stet`: everything it does is a verb of the module Commands.
@main
struct Stet {
  static func main() async {
    exit(await Program.main(Array(CommandLine.arguments.dropFirst())))
  }
}
