/// Every verb, in the order that help lists them within a task.
package enum VerbRegistry {
  package static let all: [any Verb] = [
    ModelFetchVerb(),
    ModelInfoVerb(),
    DemoVerb(),
    RunVerb(),
    StatusVerb(),
    DocumentsVerb(),
    VersionsVerb(),
    ReportVerb(),
    LogVerb(),
    TrainVerb(),
    PauseVerb(),
    ResumeVerb(),
    RollbackVerb(),
    PromoteVerb(),
    AskVerb(),
    ExportVerb(),
    ScoreVerb(),
    DoctorVerb(),
    SettingsVerb(),
    ServiceVerb(),
    TokenizeVerb(),
    VerifyVerb(),
    BenchTrainVerb(),
  ]
}
