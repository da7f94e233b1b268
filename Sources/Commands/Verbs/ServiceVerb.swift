import Daemon
import Foundation
import Platform

/// A systemd unit for this State.
struct ServiceVerb: Verb {
  let declaration = VerbDeclaration(
    "service", .begin, "a systemd unit that runs the daemon for this State",
    flags: [.switch("user", "For the user's own systemd (systemctl --user) instead of the system's.")],
    details: """
      The unit has absolute paths and may write to the State and the watched folder alone. It has no network unless
      settings name a hook. Prints the unit; nothing is installed.
      """,
    examples: [
      .init("stet service | sudo tee /etc/systemd/system/stet.service", "then: sudo systemctl enable --now stet"),
      .init("stet service --user > ~/.config/systemd/user/stet.service", "then: systemctl --user enable --now stet"),
    ])

  func run(_ call: Call) async throws -> ExitCode {
    let program = try call.fileSystem.readSymbolicLink(Path("/proc/self/exe"))
    let settings = try call.settings().settings
    let unit = ServiceUnit(
      program: try text(program), state: absolute(call.statePath), watch: absolute(call.watchPath),
      model: call.modelPath.map(absolute), user: call.has("user") ? nil : NSUserName(),
      hasHooks: !settings.hooks.published.isEmpty || !settings.hooks.rejected.isEmpty, nice: settings.round.nice,
      metrics: settings.metrics.file.map { Path(absolute($0)).parent.description })
    try call.output.text(unit.text)
    return .done
  }

  private func text(_ path: Path) throws -> String {
    guard let text = path.string else {
      throw VerbError("\(path): a unit cannot name this path, which is not UTF-8. Move the program and try again.")
    }
    return text
  }

  private func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: FileManager.default.currentDirectoryPath))
      .standardizedFileURL.path
  }
}

/// The text of a unit (systemd.service(5), systemd.exec(5)).
struct ServiceUnit {
  let program: String
  let state: String
  let watch: String
  let model: String?
  /// `nil` for a unit of the user's own systemd.
  let user: String?
  let hasHooks: Bool
  let nice: Int
  /// The folder of the metrics file.
  let metrics: String?

  var text: String {
    """
    [Unit]
    Description=Stet keeps teaching a language model from \(Self.specifiersEscaped(watch))
    After=local-fs.target time-sync.target
    RequiresMountsFor=\(Self.quoted(state)) \(Self.quoted(watch))

    [Service]
    Type=notify
    NotifyAccess=main
    ExecStart=\(command)
    ExecReload=/bin/kill -HUP $MAINPID
    Restart=on-failure
    RestartSec=10
    # Usage, no State, locked, another base model: starting again would not help.
    RestartPreventExitStatus=2 10 11 12
    WatchdogSec=10min
    TimeoutStartSec=infinity
    TimeoutStopSec=60
    Nice=\(nice)
    OOMPolicy=stop

    # Training data is confidential.
    UMask=0077
    LimitCORE=0
    NoNewPrivileges=yes
    ProtectSystem=strict
    ReadWritePaths=\(writable)
    \(hardening)
    [Install]
    WantedBy=\(user == nil ? "default.target" : "multi-user.target")

    """
  }

  private var writable: String {
    ([state, watch] + (metrics.map { [$0] } ?? [])).map(Self.quoted).joined(separator: " ")
  }

  private var command: String {
    var words = [program, "run", "--state", state, "--watch", watch]
    if let model { words += ["--model", model] }
    // A dollar sign would be a variable; it is doubled here and nowhere else.
    return words.map { Self.quoted($0).replacing("$", with: "$$") }.joined(separator: " ")
  }

  private var hardening: String {
    var lines = [
      "LockPersonality=yes", "MemoryDenyWriteExecute=yes", "RestrictRealtime=yes", "RestrictSUIDSGID=yes",
      "RestrictNamespaces=yes", "SystemCallArchitectures=native", "SystemCallFilter=@system-service",
      "SystemCallErrorNumber=EPERM",
    ]
    lines.append("RestrictAddressFamilies=" + (hasHooks ? "AF_UNIX AF_INET AF_INET6" : "AF_UNIX"))
    if let user {
      // These need privileges that a user's own systemd does not have.
      lines += [
        "User=\(user)", "CapabilityBoundingSet=", "AmbientCapabilities=", "ProtectHome=read-only", "PrivateDevices=yes",
        "ProtectClock=yes", "ProtectControlGroups=yes", "ProtectHostname=yes", "ProtectKernelLogs=yes",
        "ProtectKernelModules=yes", "ProtectKernelTunables=yes", "ProtectProc=invisible", "PrivateMounts=yes",
        "DevicePolicy=closed", "RemoveIPC=yes",
      ]
      if !hasHooks { lines += ["PrivateNetwork=yes", "IPAddressDeny=any"] }
      if ![state, watch, program].contains(where: { $0.hasPrefix("/tmp/") || $0.hasPrefix("/var/tmp/") }) {
        lines.append("PrivateTmp=yes")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One word for systemd, whatever is in it.
  private static func quoted(_ text: String) -> String {
    var word = ""
    for scalar in text.replacing("%", with: "%%").unicodeScalars {
      switch scalar {
      case "\"", "\\": word += "\\\(scalar)"
      case "\n": word += "\\n"
      case "\t": word += "\\t"
      default: word.unicodeScalars.append(scalar)
      }
    }
    let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "/._-+:@%".contains($0) }
    return isPlain ? word : "\"\(word)\""
  }

  private static func specifiersEscaped(_ text: String) -> String {
    text.replacing("%", with: "%%").replacing("\n", with: " ")
  }
}
