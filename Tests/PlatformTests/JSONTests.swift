import Platform
import Testing

@Suite("JSON")
struct JSONTests {
  @Test("what is parsed is rendered again")
  func roundTrip() throws {
    let text = #"{"a":[1,-2.5,true,false,null,"x\"\\\n✓"],"b":{},"c":[]}"#
    #expect(try parse(text).compact == text)
  }

  @Test("the pretty form is Python's: indent 2, sorted keys, empty containers closed at once")
  func pretty() throws {
    let expected = """
      {
        "a": {
          "x": []
        },
        "b": [
          1,
          "two"
        ],
        "c": {}
      }
      """
    #expect(try parse(#"{"c":{},"b":[1,"two"],"a":{"x":[]}}"#).pretty == expected)
  }

  @Test("escapes and surrogate pairs are read")
  func escapes() throws {
    #expect(try parse(#""\u0041\ud83d\ude00\/\b\f\t""#) == .string("A😀/\u{8}\u{C}\t"))
  }

  @Test(
    "text that is not strict JSON is refused",
    arguments: [
      "", "{", "[1", "[1,]", #"{"a"}"#, #"{"a":1,}"#, #"{"a":1 "b":2}"#, "01", "1.", "+1", "-", "1e", "NaN", "1e999",
      "tru", "nul", #""abc"#, "\"a\nb\"", #""\x""#, #""\ud800""#, #""\udc00""#, #""\u12g4""#, #""\u+123""#, "1 2",
      "'a'",
      #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, String(repeating: "[", count: 1000),
    ])
  func refusals(text: String) {
    #expect(throws: JSONParser.Failure.self) { try parse(text) }
  }

  @Test("bytes that are not UTF-8 are refused")
  func notUTF8() {
    #expect(throws: JSONParser.Failure.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
  }

  private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }
}
