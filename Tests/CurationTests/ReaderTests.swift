import Curation
import Foundation
import Testing
import Tokenizers

@Suite("Readers")
struct ReaderTests {
  private func curate(_ name: String, _ text: String) throws -> CurationVerdict {
    try ByteTokenizer.curator().curate(name: name, bytes: Data(text.utf8))
  }

  @Test("of 10,000 JSONL lines the malformed one, 7,001, is reported and the others are kept")
  func badLine() throws {
    let lines = (1...10_000).map { $0 == 7001 ? "{\"text\": oops" : "{\"text\": \"note number \($0) of the log\"}" }
    let verdict = try curate("log.jsonl", lines.joined(separator: "\n"))
    #expect(verdict.document?.records.count == 9_999)
    #expect(verdict.notices.map(\.line) == [7001])
    #expect(verdict.notices.first?.reason.name == .malformedJSON)
  }

  @Test("a line that is not UTF-8 is reported, the others are kept")
  func damagedLine() throws {
    var bytes = Array("{\"text\": \"größere Änderungen überall\"}\n{\"text\": \"".utf8)
    bytes += [0xFF, 0xFE] + Array("\"x}\n{\"text\": \"später und früher zugleich\"}\n".utf8)
    let verdict = try ByteTokenizer.curator().curate(name: "a.jsonl", bytes: Data(bytes))
    #expect(verdict.document?.records.count == 2)
    #expect(verdict.notices.map(\.line) == [2])
    #expect(verdict.notices.first?.reason.name == .damagedUTF8)
  }

  @Test("every convention of training data is known by its keys")
  func conventions() throws {
    let lines = [
      #"{"text": "just some words here"}"#,
      #"{"prompt": "Two plus two?", "completion": " Four", "label": "four"}"#,
      #"{"messages": [{"role": "user", "content": "Hello there"}, {"role": "assistant", "content": "Good day"}]}"#,
      #"{"prompt": "A question", "chosen": "good answer", "rejected": "bad answer"}"#,
      #"{"prompt": [{"role": "user", "content": "Ask"}], "chosen": [{"role": "assistant", "content": "Tell"}], "rejected": []}"#,
      #"{"instruction": "Add these", "input": "1 and 2", "output": "3 it is"}"#,
      #"{"conversations": [{"from": "human", "value": "Who is it"}, {"from": "gpt", "value": "It is me"}]}"#,
    ]
    let verdict = try curate("all.jsonl", lines.joined(separator: "\n"))
    #expect(verdict.notices.isEmpty)
    let records = try #require(verdict.document?.records)
    #expect(
      records.map(\.content) == [
        .text("just some words here"), .completion(prompt: "Two plus two?", completion: " Four"),
        .chat([ChatMessage(role: "user", content: "Hello there"), ChatMessage(role: "assistant", content: "Good day")]),
        .completion(prompt: "A question", completion: "good answer"),
        .chat([ChatMessage(role: "user", content: "Ask"), ChatMessage(role: "assistant", content: "Tell")]),
        .chat([
          ChatMessage(role: "user", content: "Add these\n1 and 2"), ChatMessage(role: "assistant", content: "3 it is"),
        ]),
        .chat([ChatMessage(role: "user", content: "Who is it"), ChatMessage(role: "assistant", content: "It is me")]),
      ])
    #expect(records[1].label == "four")
    #expect(records.map(\.line) == Array(1...7))
  }

  @Test("a key without a value is none, parts of a message are its text, a question has an answer")
  func exportedRecords() throws {
    let lines = [
      #"{"messages": null, "text": "just some words here"}"#,
      #"{"prompt": "A question", "completion": null, "chosen": "good answer"}"#,
      #"{"prompt": null, "completion": null, "text": "other words are here"}"#,
      #"{"messages": [{"role": "user", "content": [{"type": "text", "text": "Ask"}]}, {"role": "assistant", "content": "Tell"}]}"#,
      #"{"question": "Who is it?", "answer": "It is me"}"#,
      #"{"prompt": "When?", "completion": "24 Dec 2023"}"#, #"{"prompt": "A or B?", "completion": "B"}"#,
      "{\"text\": \"a real \u{FFFD} in a text that is long enough to have one\"}",
    ]
    let verdict = try curate("all.jsonl", lines.joined(separator: "\n"))
    #expect(verdict.notices.isEmpty)
    #expect(verdict.document?.records.count == lines.count)
  }

  @Test("a mark at the start does not make one damaged line the end of all")
  func damagedLineBehindMark() throws {
    var bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("{\"text\": \"größere Änderungen überall\"}\n{\"text\": \"".utf8)
    bytes += [0xFF] + Array("\"}\n{\"text\": \"später und früher zugleich\"}".utf8)
    let verdict = try ByteTokenizer.curator().curate(name: "a.jsonl", bytes: Data(bytes))
    #expect(verdict.document?.records.count == 2 && verdict.notices.map(\.reason.name) == [.damagedUTF8])
  }

  @Test("tables as spreadsheets and scripts write them")
  func tableVariants() throws {
    let pair = SampleContent.completion(prompt: "Two plus two?", completion: "It is four")
    for text in [
      "prompt, completion\nTwo plus two?,It is four\n", "sep=;\nprompt;completion\nTwo plus two?;It is four\n",
      "prompt|completion\nTwo plus two?|It is four\n", "Prompt,Completion\r\nTwo plus two?,It is four\r\n",
    ] {
      #expect(try curate("a.csv", text).document?.records.map(\.content) == [pair], "\(text)")
    }
    let quoted = "prompt\tcompletion\n\"Why\tso it\" is\n\"Two\nlines\"\tare one cell\n\"And\tthis goes on\n"
    #expect(
      try curate("a.tsv", quoted).document?.records.map(\.content) == [
        .completion(prompt: "\"Why", completion: "so it\" is"),
        .completion(prompt: "Two\nlines", completion: "are one cell"),
        .completion(prompt: "\"And", completion: "this goes on"),
      ])
    let bare = "1,the first row says something of its own\n2,and the second one says another thing too\n"
    #expect(try curate("a.csv", bare).document?.records.count == 2)
  }

  @Test("a rule that opens a document is no front matter")
  func openingRule() throws {
    let text = "---\nThe first section has these words.\n\n---\n\nThe second section has other ones.\n"
    #expect(try curate("a.md", text).document?.plainText.contains("first section") == true)
    let matter = "---\n# by hand\ntitle: Harbour\ntags: [a]\n---\nThe text of the document is here.\n"
    #expect(try curate("a.md", matter).document?.plainText.contains("title") == false)
  }

  @Test("short lines alone are no reason: verse, glossaries, lists of names")
  func shortLines() throws {
    let pairs = [
      "harbour - der Hafen", "the lighthouse - der Turm", "a garden - ein Garten", "the evening - der Abend",
    ]
    var words = Words()
    let text = (0..<24).map { pairs[$0 % 4] + " " + words.word(4) }.joined(separator: "\n")
    #expect(try curate("a.txt", text).document != nil)
  }

  @Test(
    "a record that cannot be learned is refused with its reason",
    arguments: [
      (#"{"a": 1}"#, RejectionReason.Name.notARecord),
      (#"[1, 2]"#, .notARecord),
      (#"{"text": 5}"#, .notARecord),
      (#"{"prompt": "only"}"#, .notARecord),
      (#"{"messages": []}"#, .notARecord),
      (#"{"messages": [{"role": "wizard", "content": "Hocus"}]}"#, .unknownRole),
      (#"{"messages": [{"role": "user", "content": "Nobody answers"}]}"#, .noSupervisedToken),
      (#"{"prompt": "Something long", "completion": ""}"#, .noSupervisedToken),
      (#"{"text": "unclosed"#, .malformedJSON),
      (#"{"text": "bad \x escape"}"#, .malformedJSON),
      (#"{"text": 01}"#, .malformedJSON),
      (#"{"text": "two"} {"text": "values"}"#, .malformedJSON),
      (#"{"text": ""}"#, .empty),
    ])
  func refusedRecords(_ line: String, _ reason: RejectionReason.Name) throws {
    let verdict = try curate("a.jsonl", line + "\n{\"text\": \"a line that can be learned\"}")
    #expect(verdict.notices.map(\.reason.name) == [reason])
    #expect(verdict.document?.records.count == 1)
    #expect(try curate("a.jsonl", line).rejection?.name == reason)
  }

  @Test("a prompt that leaves no room for its completion is refused, one token less is not")
  func longPrompt() throws {
    let curator = try ByteTokenizer.curator(sequenceLength: 64)
    func verdict(_ bytes: Int) -> CurationVerdict {
      var words = Words()
      let prompt = words.line(20).prefix(bytes)
      return curator.curate(name: "a.jsonl", bytes: Data("{\"prompt\": \"\(prompt)\", \"completion\": \" yes\"}".utf8))
    }
    #expect(verdict(64).rejection?.name == .promptTooLong)
    #expect(verdict(63).rejection == nil)
  }

  @Test("a completion longer than a sample is learned in windows, every target once")
  func longCompletion() throws {
    let curator = try ByteTokenizer.curator(sequenceLength: 64)
    var words = Words()
    let completion = words.line(60)
    let line = "{\"prompt\": \"Ask:\", \"completion\": \" \(completion)\"}"
    let document = try #require(curator.curate(name: "a.jsonl", bytes: Data(line.utf8)).document)
    let samples = curator.samples(of: document)
    #expect(samples.allSatisfy { $0.tokenCount <= 64 })
    #expect(samples.reduce(0) { $0 + $1.supervisedCount } == completion.utf8.count + 2)
  }

  @Test("JSON nested deeper than the limit and lines longer than the limit are reported")
  func limits() throws {
    var settings = CurationSettings()
    settings.reader.jsonDepth = 4
    settings.reader.lineBytes = 200
    let curator = try ByteTokenizer.curator(settings: settings)
    func nested(_ depth: Int) -> String {
      "{\"text\": \"nested so deep, level \(depth)\", \"x\": \(String(repeating: "[", count: depth - 1))\(String(repeating: "]", count: depth - 1))}"
    }
    func long(_ bytes: Int) -> String {
      "{\"text\": \"a long line of words\"" + String(repeating: " ", count: bytes - 32) + "}"
    }
    let lines = [nested(4), nested(5), long(200), long(201)]
    #expect(lines[2].utf8.count == 200 && lines[3].utf8.count == 201)
    let verdict = curator.curate(name: "a.jsonl", bytes: Data(lines.joined(separator: "\n").utf8))
    #expect(verdict.notices.map(\.line) == [2, 4])
    #expect(verdict.notices.map(\.reason.name) == [.jsonDepth, .lineTooLong])
  }

  @Test("a million brackets are one bad line")
  func manyBrackets() throws {
    let text = String(repeating: "[", count: 1_000_000) + "\n{\"text\": \"the line that counts\"}\n"
    #expect(try curate("a.jsonl", text).document?.records.count == 1)
  }

  @Test("a JSON file holds an array of records, one record, or lines of records")
  func jsonFiles() throws {
    let array = #"[{"text": "first record here"}, {"text": "second record here"}, 7]"#
    let verdict = try curate("a.json", array)
    #expect(verdict.document?.records.count == 2)
    #expect(verdict.notices.map(\.line) == [3])
    #expect(try curate("a.json", #"{"data": [{"text": "the only record"}]}"#).document?.records.count == 1)
    #expect(try curate("a.json", #"{"text": "the only record"}"#).document?.records.count == 1)
    let lines = "{\"text\": \"first record here\"}\n{\"text\": \"second record here\"}\n"
    #expect(try curate("a.json", lines).document?.records.count == 2)
    #expect(try curate("a.json", "{\"text\": ").rejection?.name == .malformedJSON)
  }

  @Test("Markdown loses its front matter and keeps its code")
  func markdown() throws {
    let body = "# A heading\n\nSome words about it.\n\n```swift\nlet x = 1\n```\n"
    #expect(try curate("a.md", "---\ntitle: A\n---\n" + body).document?.plainText == body)
    #expect(try curate("a.md", "---\r\ntitle: A\r\n---\r\n" + body).document?.plainText == body)
    #expect(try curate("a.md", "+++\ntitle = 'A'\n+++\n" + body).document?.plainText == body)
    #expect(try curate("a.md", "---\nno end of it\n" + body).document?.plainText == "---\nno end of it\n" + body)
    #expect(try curate("a.txt", "---\ntitle: A\n---\n" + body).document?.plainText == "---\ntitle: A\n---\n" + body)
  }

  @Test("escapes in strings are read, surrogate pairs included")
  func escapes() throws {
    let line = #"{"text": "quote \" slash \/ tab\tend \u00e9 \ud83d\ude00 alone \ud83d."}"#
    #expect(try curate("a.jsonl", line).document?.plainText == "quote \" slash / tab\tend é 😀 alone .")
  }

  @Test("a record that came before in its document is left out")
  func repeatedRecord() throws {
    let verdict = try curate("a.jsonl", String(repeating: "{\"text\": \"the very same words\"}\n", count: 3))
    #expect(verdict.document?.records.count == 1)
    #expect(verdict.notices.map(\.reason.name) == [.repeatedRecord, .repeatedRecord])
  }
}
