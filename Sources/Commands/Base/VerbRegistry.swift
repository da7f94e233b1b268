/// Every verb, in the order that help lists them within a task.
package enum VerbRegistry {
  package static let all: [any Verb] = [
    ModelFetchVerb(),
    ModelInfoVerb(),
    RunVerb(),
    TrainVerb(),
    AskVerb(),
    ScoreVerb(),
    DoctorVerb(),
    SettingsVerb(),
    ServiceVerb(),
    TokenizeVerb(),
    VerifyVerb(),
    BenchTrainVerb(),
  ]
}
