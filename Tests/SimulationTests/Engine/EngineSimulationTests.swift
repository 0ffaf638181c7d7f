import Testing

@Suite("Simulated engines")
struct EngineSimulationTests {
    @Test("Whatever happens to an engine, every request ends once and rightly, and gives back what it took")
    func histories() {
        let failure = Simulation.run("engine", short: 1000) { seed in
            let history = EngineHistory(seed: seed)
            return Simulation.failure(of: history, events: history.events, setting: "\(history.setting)") { events in
                var part = history
                part.events = events
                try EngineSimulation.play(part)
            }
        }
        if let failure { Issue.record("\(failure)") }
    }
}
