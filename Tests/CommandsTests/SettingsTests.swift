import Daemon
import Foundation
import ModelFiles
import Platform
import TestSupport
import Testing

@Suite("Settings")
struct SettingsTests {
  private func resolve(
    _ file: String? = nil, mode: Int = 0o600, environment: [String: String] = [:],
    flags: [(key: String, value: String)] = []
  ) throws -> ResolvedSettings {
    try withTemporaryDirectory { state in
      if let file { try state.write(file, to: "stet.json", mode: mode) }
      return try ResolvedSettings(state: state.path, environment: environment, flags: flags)
    }
  }

  private func failure(
    _ file: String? = nil, mode: Int = 0o600, environment: [String: String] = [:],
    flags: [(key: String, value: String)] = []
  ) -> String {
    do {
      _ = try resolve(file, mode: mode, environment: environment, flags: flags)
      return "nothing was refused"
    } catch { return "\(error)" }
  }

  private func origin(_ key: String, in resolved: ResolvedSettings) throws -> SettingOrigin {
    resolved.origin(of: try #require(SettingsCatalog.setting(key)))
  }

  @Test("without a file, variables or flags every setting has its default")
  func defaults() throws {
    let resolved = try resolve()
    #expect(resolved.settings == Settings())
    #expect(SettingsCatalog.all.allSatisfy { resolved.origin(of: $0) == .standard })
    #expect(resolved.settings.train.rate == 5e-4)
    #expect(resolved.settings.round.age == .seconds(6 * 3600))
    #expect(resolved.settings.lora.configuration.scaling == 2)
  }

  @Test("what a hook is told is no setting, so that it can call stet")
  func hookVariables() throws {
    let told = ["STET_HOOK_ROUND": "3", "STET_HOOK_VERSION": "", "STET_HOOK_CURRENT": "State/current"]
    #expect(try resolve(environment: told).settings == Settings())
    #expect(failure(environment: ["STET_HOOKS": "3"]).contains("STET_HOOKS"))
  }

  @Test("keys are unique, and so are their variables")
  func uniqueKeys() {
    #expect(Set(SettingsCatalog.all.map(\.key)).count == SettingsCatalog.all.count)
    #expect(Set(SettingsCatalog.all.map(\.environmentName)).count == SettingsCatalog.all.count)
  }

  @Test("a flag wins over a variable, which wins over the file, which wins over the default")
  func precedence() throws {
    let file = #"{"train": {"rate": 1e-3, "batch": 3, "epochs": 2}}"#
    let environment = ["STET_TRAIN_BATCH": "4", "STET_TRAIN_EPOCHS": "5", "HOME": "/"]
    let resolved = try resolve(file, environment: environment, flags: [("train.epochs", "6")])
    #expect(resolved.settings.train.rate == 1e-3)
    #expect(resolved.settings.train.batch == 4)
    #expect(resolved.settings.train.epochs == 6)
    #expect(resolved.settings.train.clip == 1)
    #expect(try origin("train.batch", in: resolved) == .environment("STET_TRAIN_BATCH"))
    #expect(try origin("train.epochs", in: resolved) == .flag("--train.epochs"))
    #expect(try origin("train.clip", in: resolved) == .standard)
    guard case .file = try origin("train.rate", in: resolved) else {
      Issue.record("train.rate should come from the file")
      return
    }
  }

  @Test("the file may have comments, dotted keys and a comma too many")
  func comments() throws {
    let file = """
      // Settings of the law office
      {
        "train.rate": 2e-4, /* slower
          than usual */
        "round": {
          "window": "22:00-06:00", // at night
          "age": "90 min",
          "threads": "all",
        },
        "adapters": { "group": null, "base_name": "caf\\u00e9/\\ud83d\\ude00" },
        "lora": { "targets": ["q", "v_proj"] },
      }
      """
    let settings = try resolve(file).settings
    #expect(settings.train.rate == 2e-4)
    #expect(settings.round.window == .daily(from: 22 * 60, to: 6 * 60))
    #expect(settings.round.age == .seconds(90 * 60))
    #expect(settings.round.threads == nil)
    #expect(settings.adapters.group == nil)
    #expect(settings.adapters.baseName == "café/😀")
    #expect(settings.lora.targets == [.q, .v])
  }

  @Test("shares may be percentages, sizes and times have units")
  func units() throws {
    let settings = try resolve(
      flags: [("replay.share", "25 %"), ("intake.limit", "2 MiB"), ("intake.settle", "250ms"), ("round.threads", "3")]
    ).settings
    #expect(settings.replay.share == 0.25)
    #expect(settings.intake.limit == 2 << 20)
    #expect(settings.intake.settle == .milliseconds(250))
    #expect(settings.round.threads == 3)
  }

  @Test("an unknown key is refused with its line and the nearest name")
  func unknownKey() {
    let text = failure("{\n \"train\": {\n  \"rat\": 1 } }")
    #expect(text.contains("stet.json: line 3"))
    #expect(text.contains("“train.rat”; did you mean train.rate?"))
    #expect(failure(environment: ["STET_TRAIN_RTAE": "1"]).contains("did you mean STET_TRAIN_RATE?"))
    #expect(failure(flags: [("ewc.lamda", "1")]).contains("did you mean ewc.lambda?"))
    #expect(!failure("{\"colour\": 1}").contains("did you mean"))
  }

  @Test("variables that name places are no settings")
  func placeVariables() throws {
    #expect(try resolve(environment: ["STET_STATE": "/x", "STET_MODEL": "m.gguf"]).settings == Settings())
  }

  @Test(
    "a value of the wrong type or out of range is refused with file, key and what is allowed",
    arguments: [
      ("lora.rank", "0"), ("lora.rank", "1.5"), ("lora.rank", "\"x\""), ("lora.targets", "[\"q\", \"x\"]"),
      ("lora.targets", "[]"), ("train.rate", "true"), ("train.rate", "0"), ("train.rate", "\"nan\""),
      ("train.memory", "\"big\""), ("train.batch", "1e30"), ("replay.share", "1"), ("replay.share", "\"120 %\""),
      ("round.window", "\"25:00-06:00\""), ("round.window", "\"06:00-06:00\""), ("round.age", "\"six hours\""),
      ("round.age", "-1"), ("round.nice", "20"), ("intake.limit", "\"1 furlong\""), ("adapters.group", "\"a b\""),
      ("heldout.keep", "{\"a\": 1}"), ("hooks.published", "[\"reload\"]"), ("hooks.published", "\"/bin/true\""),
    ])
  func notAllowed(key: String, value: String) throws {
    let text = failure("{\"\(key)\": \(value)}")
    let allowed = try #require(SettingsCatalog.setting(key)?.allowed)
    if value.hasPrefix("{") {
      #expect(text.contains("there is no setting"))
    } else {
      #expect(text.contains("stet.json: \(key) is "))
      #expect(text.hasSuffix("which is not \(allowed)."))
    }
  }

  @Test(
    "a file that is not JSON is refused with its line",
    arguments: [
      ("{", 1), ("{\"train\": {\n}", 2), ("[]", 1), ("{} {}", 1), ("{\"a\" 1}", 1), ("{\n\n/* x", 3),
      ("{\"a\": \"x\ny\"}", 1),
      ("{\"a\": .5}", 1), ("{\"a\": \"\\q\"}", 1), ("{\n\"a\": 1,\n\"a\": 2}", 3), ("{\n\"a\": yes}", 2),
      ("{\"a\": \"\\ud800\"}", 1), ("{\"a\": 1 \"b\": 2}", 1), ("{/ }", 1),
    ])
  func malformed(text: String, line: Int) {
    #expect(failure(text).contains("stet.json: line \(line): "), "\(failure(text))")
  }

  @Test("every prefix of a file is read or refused, never trapped on")
  func truncation() throws {
    let text = "{ // c\n \"train\": {\"rate\": 1e-3, \"seed\": 7}, /* d */ \"heldout.keep\": [\"a\\u0041\"] }"
    for count in 0..<text.count { _ = failure(String(text.prefix(count))) }
    #expect(try resolve(text).settings.heldout.keep == ["aA"])
  }

  @Test("one setting written in two ways is refused")
  func twice() {
    #expect(failure("{\"train\": {\"rate\": 1e-3}, \"train.rate\": 1e-4}").contains("train.rate is set twice"))
  }

  @Test("settings that contradict each other are refused")
  func contradictions() {
    #expect(
      failure(flags: [("replay.share", "0.7"), ("replay.general", "0.4")]).hasPrefix("replay.share and replay.general:")
    )
    #expect(
      failure(flags: [("replay.retry", "0.9"), ("replay.general", "0.2")]).hasPrefix("replay.retry and replay.general:")
    )
    #expect(throws: Never.self) { try resolve(flags: [("replay.retry", "0.8"), ("replay.share", "0")]) }
    #expect(
      failure(flags: [("heldout.validation", "0.5"), ("heldout.test", "0.6")])
        .hasPrefix("heldout.validation and heldout.test:"))
  }

  @Test("a program is named only by a file that nobody else can write")
  func commands() throws {
    let file = #"{"hooks": {"published": ["/usr/bin/systemctl", "reload", "serve 1"]}}"#
    #expect(try resolve(file).settings.hooks.published == ["/usr/bin/systemctl", "reload", "serve 1"])
    #expect(try resolve(file, mode: 0o644).settings.hooks.published.count == 3)
    #expect(failure(file, mode: 0o664).contains("others may write the file"))
    #expect(failure(file, mode: 0o602).contains("others may write the file"))
    #expect(failure(environment: ["STET_HOOKS_PUBLISHED": ""]).contains("counts only from the settings file"))
    #expect(failure(flags: [("hooks.rejected", "/bin/true")]).contains("counts only from the settings file"))
    #expect(try resolve(#"{"train.rate": 1e-3}"#, mode: 0o666).settings.train.rate == 1e-3)
  }

  @Test("settings written to a manifest read back the same")
  func coding() throws {
    var settings = Settings()
    settings.train.rate = 1.0 / 3
    settings.round.window = .daily(from: 1, to: 0)
    settings.round.threads = 7
    settings.intake.rescan = .milliseconds(1500)
    settings.intake.limit = 12_345
    settings.lora.targets = [.down, .q].sorted { $0.place < $1.place }
    settings.heldout.keep = ["law", "news"]
    settings.adapters.group = "serving"
    let data = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(Settings.self, from: data) == settings)
    #expect(try JSONDecoder().decode(Settings.self, from: Data("{}".utf8)) == Settings())
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Settings.self, from: Data(#"{"train.rate": "fast"}"#.utf8))
    }
  }

  @Test("hooks are no part of what a version records")
  func hooksAreLeftOut() {
    var settings = Settings()
    settings.hooks.published = ["/bin/true"]
    #expect(settings.texts.keys.allSatisfy { !$0.hasPrefix("hooks.") })
    #expect(settings.texts["train.rate"] == "0.0005")
  }

  @Test("a window past midnight holds on both sides of it")
  func windows() throws {
    let night = try #require(TimeWindow("22:00-06:00"))
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    let midnight = Date(timeIntervalSince1970: 0)
    for (hour, inside) in [(21.9, false), (22, true), (23.9, true), (0, true), (5.9, true), (6, false), (12, false)] {
      #expect(night.contains(midnight.addingTimeInterval(hour * 3600), in: calendar) == inside, "at \(hour)")
    }
  }

  @Test("the nearest name is one that could have been meant")
  func nearest() {
    #expect(NearestName.of("statsu", among: ["status", "settings"]) == "status")
    #expect(NearestName.of("train.rate_deacy", among: SettingsCatalog.all.map(\.key)) == "train.rate_decay")
    #expect(NearestName.of("zzz", among: ["status", "settings"]) == nil)
    #expect(NearestName.of("", among: ["status"]) == nil)
  }
}
