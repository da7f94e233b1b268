import Foundation

/// Text for HTML elements and quoted attributes.
enum HTMLText {
  /// Markup in strangers' names becomes text; control characters and marks of direction become visible.
  static func escaped(_ text: String) -> String {
    var result = ""
    // Scalar by scalar: a mark that combines with `<` makes another character of it, and the browser reads a tag.
    for scalar in DisplayText.escaped(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A coordinate: two decimals and a point, whatever the locale.
  static func coordinate(_ value: Double) -> String {
    value.isFinite ? String(format: "%.2f", value) : "0"
  }
}
