import Curation
import Testing

@Suite("Files of labels")
struct LabelledTextTests {
  private func read(
    _ text: String, _ path: String = "l.csv", _ change: (inout LabelledTexts.Columns) -> Void = { _ in }
  ) throws -> LabelledTexts {
    var columns = LabelledTexts.Columns()
    change(&columns)
    return try LabelledTexts(Array(text.utf8), path: path, columns: columns)
  }

  @Test("are read from CSV, TSV and JSON lines, with or without kinds")
  func forms() throws {
    let table = try read("id,text,label,kind\n1,\"a fool, he said\",1,quoted\n2,good day,0,\n")
    #expect(table.rows.map(\.text) == ["a fool, he said", "good day"])
    #expect(table.rows.map(\.refuse) == [true, false] && table.rows.map(\.kind) == ["quoted", ""])
    #expect(table.refused == ["1"])
    #expect(try read("text\tlabel\na, b\ttoxic\nc\tfine\n", "l.tsv").rows.map(\.refuse) == [true, false])
    let lines = try read("{\"text\":\"a\",\"label\":true}\n\n{\"text\":\"b\",\"label\":false}\n", "l.jsonl")
    #expect(lines.rows.map(\.refuse) == [true, false])
  }

  @Test("have the columns and labels that are named")
  func named() throws {
    let text = "comment;verdict\na;poor\nb;fair\nc;good\n"
    let set = try read(text) {
      $0.text = "comment"
      $0.label = "verdict"
      $0.refuse = ["poor", "fair"]
    }
    #expect(set.rows.map(\.refuse) == [true, true, false])
  }

  @Test("that are wrong are refused with the place and what to do")
  func wrong() {
    func expect(_ text: String, _ error: LabelError, _ change: (inout LabelledTexts.Columns) -> Void = { _ in }) {
      #expect(throws: error) { try read(text, "l.csv", change) }
    }
    expect(
      "comment,label\na,1\nb,0\n", .noColumn(path: "l.csv", column: "text", flag: "text", among: ["comment", "label"]))
    expect("text,label\n", .noRows(path: "l.csv"))
    expect("text,label\na,1\nb,1\n", .oneClass(path: "l.csv", label: "1"))
    expect("text,label\na,1\n \"\",0\n,0\n", .noText(path: "l.csv", line: 4, column: "text"))
    expect("text,label\na,1\nb, \n", .noLabel(path: "l.csv", line: 3, column: "label"))
    expect("text,label\na,1\nb\n", .shortRow(path: "l.csv", line: 3))
    expect("text,label\na,p\nb,q\nc,p\n", .unclear(path: "l.csv", labels: ["p", "q"]))
    expect("text,label\na,1\nb,2\nc,3\n", .unclear(path: "l.csv", labels: ["1", "2", "3"]))
    expect("text,label\na,x\nb,y\n", .unknownLabel(path: "l.csv", label: "z", among: ["x", "y"])) { $0.refuse = ["z"] }
    expect("text,label\na,x\nb,y\n", .oneClass(path: "l.csv", label: "x")) { $0.refuse = ["x", "y"] }
    #expect(throws: LabelError.self) { try read("text,label\n\"a,1\n") }
    #expect(throws: LabelError.notAnObject(path: "l.jsonl", line: 2)) {
      try read("{\"text\":\"a\",\"label\":1}\n[]\n", "l.jsonl")
    }
    let error = LabelError.unclear(path: "l.csv", labels: ["x", "y"])
    #expect(error.description.contains("“x”, “y”") && error.description.contains("--refuse"))
  }
}
