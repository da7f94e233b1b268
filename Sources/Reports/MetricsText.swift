import Foundation

/// One measured quantity with its samples, for the metrics file.
package struct Metric: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable { case counter, gauge }

  package struct Sample: Hashable, Sendable {
    package var labels: [String: String]
    package var value: Double

    package init(_ value: Double, labels: [String: String] = [:]) {
      self.labels = labels
      self.value = value
    }
  }

  package var name: String
  package var help: String
  package var kind: Kind
  package var samples: [Sample]

  /// - Parameter name: letters, digits and underscores with the unit at the end, such as `stet_round_seconds`.
  package init(_ name: String, help: String, kind: Kind, samples: [Sample]) {
    precondition(Self.isName(name), "\(name) is not a metric's name")
    self.name = name
    self.help = help
    self.kind = kind
    self.samples = samples
  }

  package init(_ name: String, help: String, kind: Kind, value: Double) {
    self.init(name, help: help, kind: kind, samples: [Sample(value)])
  }

  static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}

/// Prometheus' text exposition format 0.0.4, for a node exporter's textfile collector.
package enum MetricsText {
  /// Metrics in the order given, their labels by name; ends in a newline. A metric without samples is left out.
  package static func render(_ metrics: [Metric]) -> String {
    var text = ""
    for metric in metrics where !metric.samples.isEmpty {
      text += "# HELP \(metric.name) \(escaped(metric.help, quotes: false))\n"
      text += "# TYPE \(metric.name) \(metric.kind.rawValue)\n"
      for sample in metric.samples {
        text += metric.name + labels(sample.labels) + " " + number(sample.value) + "\n"
      }
    }
    return text
  }

  private static func labels(_ labels: [String: String]) -> String {
    guard !labels.isEmpty else { return "" }
    let pairs = labels.sorted { $0.key < $1.key }.map { key, value -> String in
      precondition(Metric.isName(key), "\(key) is not a label's name")
      return "\(key)=\"\(escaped(value, quotes: true))\""
    }
    return "{" + pairs.joined(separator: ",") + "}"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\"" where quotes: result.append(contentsOf: "\\\"".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    return Int64(exactly: value).map { String($0) } ?? String(value)
  }
}
