/// What kind of personal data a span is; the raw value is what `stet screen` shows.
package enum PersonalDataKind: String, Codable, CaseIterable, Sendable {
  case card, iban, email, phone, ip
  case urlCredentials = "url_credentials"
  case crypto, ssn
  case nationalID = "national_id"
  case apiKey = "api_key"
  case privateKey = "private_key"
  case birthDate = "birth_date"

  /// What stands in its place, before its number.
  var mask: String {
    switch self {
    case .urlCredentials: "CREDENTIALS"
    case .iban: "IBAN"
    case .card: "CARD"
    case .email: "EMAIL"
    case .ssn: "SSN"
    case .ip: "IP"
    case .phone: "PHONE"
    case .crypto: "WALLET"
    case .nationalID: "ID"
    case .apiKey: "KEY"
    case .privateKey: "PRIVATE_KEY"
    case .birthDate: "BIRTH_DATE"
    }
  }

  /// Whether separators make no other value of it.
  var ignoresSeparators: Bool {
    switch self {
    case .card, .iban, .phone, .ssn, .nationalID, .birthDate: true
    case .email, .ip, .urlCredentials, .crypto, .apiKey, .privateKey: false
    }
  }

  /// Whether capitals make no other value of it.
  var ignoresCase: Bool {
    switch self {
    case .email, .ip, .nationalID: true
    case .card, .iban, .phone, .ssn, .urlCredentials, .crypto, .apiKey, .privateKey, .birthDate: false
    }
  }

  /// For the screen and the module's table: how it is known.
  package var rule: String {
    switch self {
    case .card: "payment card: an issuer's first digits, its lengths, Luhn's check"
    case .iban: "bank account: the country's length, remainder 1 modulo 97"
    case .email: "email address"
    case .phone: "telephone number: international, a national form, or words that say so beside it"
    case .ip: "IPv4 or IPv6 address that names a machine"
    case .urlCredentials: "user:password before a URL's host"
    case .crypto: "Bitcoin address by its checksum, Ethereum address by its form"
    case .ssn: "US social security number that may have been given out"
    case .nationalID:
      "GB NINO and NHS, DE tax and pension, FR NIR, ES DNI and NIE, IT codice fiscale, NL BSN numbers, by their checks"
    case .apiKey: "access key by its issuer's form, or a random value beside a word such as api_key"
    case .privateKey: "private key in PEM armour"
    case .birthDate: "a date beside words such as “born” or “date of birth”"
    }
  }
}

/// Where personal data stands in a text.
package struct PersonalDataSpan: Codable, Hashable, Sendable {
  package var kind: PersonalDataKind
  /// Unicode scalars from the start of the text, half open.
  package var start: Int
  package var end: Int

  package init(kind: PersonalDataKind, start: Int, end: Int) {
    self.kind = kind
    self.start = start
    self.end = end
  }
}

/// A rule that finds one kind of personal data in UTF-8, in time linear in its length.
protocol PersonalDataDetector: Sendable {
  static var kind: PersonalDataKind { get }
  /// Byte ranges, in order, none overlapping another.
  static func ranges(in bytes: [UInt8]) -> [Range<Int>]
}
