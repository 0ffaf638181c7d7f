import Testing

@Suite("Simulated jobs")
struct JobSimulationTests {
    @Test("Whatever happens to jobs, their server and its disk, what was said holds, and every job ends as it should")
    func histories() {
        let failure = Simulation.run("jobs", short: 100, share: 10) { seed in
            let history = JobHistory(seed: seed)
            return Simulation.failure(of: history, events: history.events, setting: "\(history.setting)") { events in
                var part = history
                part.events = events
                try JobSimulation.play(part)
            }
        }
        if let failure { Issue.record("\(failure)") }
    }
}
