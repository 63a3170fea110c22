import Testing

/// Marks a test, or all tests of a suite, as proof of scenarios.
public struct ScenarioTrait: TestTrait, SuiteTrait {
    public let scenarios: [Scenario]
}

extension Trait where Self == ScenarioTrait {
    public static func scenario(_ scenarios: Scenario...) -> Self { ScenarioTrait(scenarios: scenarios) }
}
