import Curation
import Foundation
import Testing

@Suite("Personal data")
struct PersonalDataTests {
  private func masked(_ text: String) -> String {
    var mask = PersonalDataMask()
    return mask.mask(text)
  }

  @Test(
    "personal data is masked with its type",
    arguments: [
      ("pay with 4111111111111111 now", "pay with [CARD_1] now"),
      ("pay with 4111 1111 1111 1111.", "pay with [CARD_1]."),
      ("pay with 3782-822463-10005 now", "pay with [CARD_1] now"),
      ("to GB82 WEST 1234 5698 7654 32 today", "to [IBAN_1] today"),
      ("to DE89370400440532013000.", "to [IBAN_1]."),
      ("write to jo.doe+news@mail.example.org, please", "write to [EMAIL_1], please"),
      ("<müller@büro.example>", "<[EMAIL_1]>"),
      ("host 192.0.2.17 is down", "host [IP_1] is down"),
      ("host 192.0.2.17:8080 is down", "host [IP_1]:8080 is down"),
      ("host 2001:db8::ff00:42:8329 is down", "host [IP_1] is down"),
      ("host fe80:0:0:0:1:2:3:4 is down", "host [IP_1] is down"),
      ("ring +44 20 7946 0958 today", "ring [PHONE_1] today"),
      ("ring +46 (0)157 548 89 today", "ring [PHONE_1] today"),
      ("ring 0049 30 901820, today", "ring [PHONE_1], today"),
      ("ring +1-604-555-0172x565 today", "ring [PHONE_1] today"),
      ("my number is 536-90-4399.", "my number is [SSN_1]."),
      ("ring (212) 555-0147 today", "ring [PHONE_1] today"),
      ("ring 212-555-0147 x12 today", "ring [PHONE_1] today"),
      ("Rufen Sie 0341 8387176 an.", "Rufen Sie [PHONE_1] an."),
      ("au 01.84.17.61.18 avant midi", "au [PHONE_1] avant midi"),
      ("my phone: 699 956 915", "my phone: [PHONE_1]"),
      ("a,office,+447700900815,b", "a,office,[PHONE_1],b"),
      ("send it to 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 now", "send it to [WALLET_1] now"),
      ("or bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq now", "or [WALLET_1] now"),
      ("or 0x52908400098527886E0F7030069857D2E4169EE7 now", "or [WALLET_1] now"),
      ("id AKIAIOSFODNN7EXAMPLE here", "id [KEY_1] here"),
      ("export API_KEY=\"q8Zr2Lw9Xk4Tn7Vb3Mc6\"", "export API_KEY=\"[KEY_1]\""),
      ("Authorization: Bearer q8Zr2Lw9Xk4Tn7Vb3Mc6Pd", "Authorization: Bearer [KEY_1]"),
      ("NINO AB 12 34 56 C.", "NINO [ID_1]."),
      ("NHS number 943 476 5919.", "NHS number [ID_1]."),
      ("Steuer-ID 86 095 742 719", "Steuer-ID [ID_1]"),
      ("NIR 2 55 08 14 168 025 38", "NIR [ID_1]"),
      ("DNI 12345678Z", "DNI [ID_1]"), ("NIE X1234567L", "NIE [ID_1]"),
      ("codice RSSMRA85T10A562S", "codice [ID_1]"),
      ("BSN 111222333", "BSN [ID_1]"),
      ("born on 12 March 1984 in York", "born on [BIRTH_DATE_1] in York"),
      ("Date of birth: 1984-03-12", "Date of birth: [BIRTH_DATE_1]"),
      ("geb. am 12.03.1984", "geb. am [BIRTH_DATE_1]"),
      (
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nAB==\n-----END RSA PRIVATE KEY-----\nend",
        "[PRIVATE_KEY_1]\nend"
      ),
      (
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\nMIIEow/+\nAB==\n"
          + "-----END RSA PRIVATE KEY-----\nend", "[PRIVATE_KEY_1]\nend"
      ),
      (
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v1.4.12 (GNU/Linux)\n\nlQOYBE\n=aB12\n"
          + "-----END PGP PRIVATE KEY BLOCK-----", "[PRIVATE_KEY_1]"
      ),
      ("-----BEGIN PRIVATE KEY-----\nComment: x (y)\nMIIEow\n(cut)", "[PRIVATE_KEY_1]\n(cut)"),
      // Quotes, dashes, spaces and other scripts right beside.
      ("“4111111111111111”", "“[CARD_1]”"), ("„DE89370400440532013000“", "„[IBAN_1]“"),
      ("“536-90-4399”", "“[SSN_1]”"), ("—+49 341 8387176—", "—[PHONE_1]—"),
      ("信用卡号码是4111111111111111，谢谢", "信用卡号码是[CARD_1]，谢谢"), ("电话：+8613800138000，", "电话：[PHONE_1]，"),
      ("전화는 +82 10 1234 5678로", "전화는 [PHONE_1]로"), ("카드４１１１１１１１１１１１１１１１번", "카드[CARD_1]번"),
      ("pay 4111\u{A0}1111\u{A0}1111\u{A0}1111 now", "pay [CARD_1] now"),
      ("au 01\u{202F}84\u{202F}17\u{202F}61\u{202F}18 avant", "au [PHONE_1] avant"),
      ("ring 212–555–0147 today", "ring [PHONE_1] today"),
      ("如果邮箱support@example.com我们会", "如果邮箱[EMAIL_1]我们会"), ("“anna@example.com”", "“[EMAIL_1]”"),
      ("Anna—anna@example.com—if", "Anna—[EMAIL_1]—if"),
      // More digits behind a card.
      ("card 4111 1111 1111 1111 12/27", "card [CARD_1] 12/27"), ("4111111111111111 12/27", "[CARD_1] 12/27"),
      ("card 4111 1111 1111 1111 123", "card [CARD_1] 123"),
      ("4111111111111111 5500005555555559", "[CARD_1] [CARD_2]"),
      ("from 203.0.113.10-203.0.113.20", "from [IP_1]-[IP_2]"), ("web-198.51.100.77 is down", "web-[IP_1] is down"),
      ("from ::ffff:203.0.113.77 too", "from [IP_1] too"), ("at fd00::1 here", "at [IP_1] here"),
      ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key = [KEY_1]"),
      ("DB_PASSWORD=x9$kL2#mQ8@vR4!tZ7%nB1", "DB_PASSWORD=[KEY_1]"),
      ("\"password\": \"q8Zr2Lw9\"", "\"password\": \"[KEY_1]\""),
      ("AccountKey=q8Zr2Lw9Xk4Tn7Vb3Mc6Pd==;", "AccountKey=[KEY_1];"),
      ("<password>q8Zr2Lw9Xk</password>", "<password>[KEY_1]</password>"),
      ("run --password q8Zr2Lw9Xk now", "run --password [KEY_1] now"),
      ("post to https://hooks.slack.com/services/T012AB3CD/B012AB3CD/q8Zr2Lw9Xk4Tn7Vb3Mc6", "post to https://[KEY_1]"),
      ("see https://ann:s3cret@host.example/x", "see https://[CREDENTIALS_1]@host.example/x"),
    ])
  func masks(_ text: String, _ expected: String) { #expect(masked(text) == expected) }

  @Test(
    "what only looks like personal data stays",
    arguments: [
      "card 4012-8888-8888-1882 fails its check", "card 4111111111111112 too", "pi is 3.4111111111111111 or so",
      "order 12345678901234567890123456789 is long", "GB82 WEST 1234 5698 7654 33 fails its check",
      "SSN 000-12-3456", "SSN 666-12-3456", "SSN 900-12-3456", "SSN 536-00-4399", "SSN 536-90-0000", "SSN 078-05-1120",
      "SSN 123-45-6789", "536-904-399", "version 10.2.3.4 is out", "the mask 255.255.255.0", "localhost is 127.0.0.1",
      "256.1.1.1 is no address", "1.2.3.4.5 neither", "std::vector::begin", "at 12:34:56 sharp", "icon@2x.png",
      "user@localhost", "@handle and a@ b", "1+447946095812 is a sum", "invoice 0044-17", "ISBN 978-3-16-148410-0",
      "invoice 0341 8387176", "on 12.03.1984 it rained", "call on 2024-11-24", "call 12.345.678,90 EUR",
      "0.0341 8387176", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3 is mistyped", "BSN 111222334", "DNI 12345678A",
      "commit 52908400098527886e0f7030069857d2e4169ee7", "password = correct", "NHS number 943 476 5918",
      "-----BEGIN PUBLIC KEY-----", "the years 2019-2024 were 12 345 678", "order no. 212-555-0147",
      "the version released on 1 May 2020", "scores = q@k.transpose(-2, -1)", "y = x@self.weight", "a@b.mT",
      "firmware 12.4.24.7", "libname-1.2.3.4", "in 1998 1999 2000 2001 2002 2003", "password: required by 2024",
      "password = os.environ[\"DB_PASSWORD_1\"]", "set the password to 12345678", "café4111111111111111",
      "https://host.example:8080/path@x", "https://host.example/a:b@c", "a::b and ::1",
    ])
  func stays(_ text: String) { #expect(masked(text) == text) }

  @Test("the same value has the same mark throughout a document, another value another one")
  func stable() throws {
    let lines = [
      #"{"prompt": "Mail ann@example.org or bob@example.org?", "completion": " Ask ANN@example.org."}"#,
      #"{"text": "It was bob@example.org who rang +44 20 7946 0958 then."}"#,
    ]
    let verdict = try ByteTokenizer.curator().curate(name: "a.jsonl", bytes: Data(lines.joined(separator: "\n").utf8))
    #expect(
      verdict.document?.records.map(\.content) == [
        .completion(prompt: "Mail [EMAIL_1] or [EMAIL_2]?", completion: " Ask [EMAIL_1]."),
        .text("It was [EMAIL_2] who rang [PHONE_1] then."),
      ])
    #expect(verdict.masked == [.email: 4, .phone: 1])
  }

  @Test("spans count characters, not bytes")
  func spans() {
    let text = "Größe 😀: jo@example.org, ß 192.0.2.17"
    let scalars = Array(text.unicodeScalars)
    let found = PersonalDataMask.spans(in: text)
    #expect(found.map(\.kind) == [.email, .ip])
    let values = found.map { span in String(String.UnicodeScalarView(scalars[span.start..<span.end])) }
    #expect(values == ["jo@example.org", "192.0.2.17"])
  }

  @Test("no raw value is left in samples, figures, notices or summary")
  func nothingLeft() throws {
    let text = "Please write to canary.owner@example.org about the matter, or ring +44 20 7946 0958 in the evening."
    let curator = try ByteTokenizer.curator()
    let verdict = curator.curate(name: "a.txt", bytes: Data(text.utf8))
    let document = try #require(verdict.document)
    let everything = "\(verdict) \(verdict.summary) \(curator.samples(of: document))"
    #expect(!everything.contains("canary.owner") && !everything.contains("7946"))
  }

  @Test("masking is off where it is allowed")
  func allowed() throws {
    var settings = CurationSettings()
    settings.personalData = .allow
    let text = "Please write to jo@example.org about it."
    let verdict = try ByteTokenizer.curator(settings: settings).curate(name: "a.txt", bytes: Data(text.utf8))
    #expect(verdict.document?.plainText == text)
  }

  @Test(
    "a megabyte of digits, at-signs, colons or plus signs is scanned in one pass", .timeLimit(.minutes(1)),
    arguments: [
      "1", "@", "a@", ":", "+", "1 ", "+1", "a:", "GB82 ", "1-", "(1", "0", "eyJ", "-----BEGIN ", "A1 ", "born ", "a.",
      "api_key=", "bc1", "1.1.", "eyJ.", "a1.",
    ])
  func hostile(_ unit: String) {
    let text = String(repeating: unit, count: 1_000_000 / unit.utf8.count)
    // Looked through from every start, it would take hours.
    #expect(PersonalDataMask.spans(in: text).count <= text.utf8.count)
  }
}
