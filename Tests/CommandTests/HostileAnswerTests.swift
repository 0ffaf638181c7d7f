import Foundation
import JSONCoding
import Testing
import Wire

@testable import Client
@testable import Console

@Suite("Answers that no server of ours gives")
struct HostileAnswerTests {
    private let terminal = Samples.plain(80)
    private let numbers: [Double] = [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -1, 0, 5e-324]

    @Test("Durations and shares of any number are shown")
    func figures() {
        for number in numbers {
            #expect(!Figures.seconds(number).isEmpty)
            #expect(!Figures.brief(number).isEmpty)
            #expect(Bars.horizontal(number, width: 10).count <= 10)
        }
        #expect(Figures.seconds(1e12) == "1000000000000 s")
        #expect(Bars.horizontal(.infinity, width: 4) == "████")
        #expect(Bars.horizontal(1, width: 0) == "")
    }

    @Test("A curve through what is no number has a dot there")
    func curves() {
        #expect(Bars.sparkline([.infinity, 1, .nan, -1, 2]) == "·▅··█")
        #expect(Bars.sparkline([Float(1e300), .nan]) == "··")
        #expect(Bars.sparkline([], width: 0) == "")
    }

    @Test("A job's events with the least and largest numbers make a line and a live view")
    func jobs() {
        var progress = JobProgress()
        var started = V1.JobEvent()
        var running = V1.JobStateChanged()
        running.state = .running
        started.event = .stateChanged(running)
        progress.take(started)
        for (step, time, total) in [(Int64.min, 0.0, Int64.max), (.max, 1, .min), (.max, .infinity, 1), (0, .nan, 0)] {
            var event = V1.JobEvent()
            event.step = step
            event.time = time
            var done = V1.JobStep()
            done.totalSteps = total
            done.metrics = Dictionary(uniqueKeysWithValues: numbers.map { ("reward/\($0)", $0) })
            event.event = .stepDone(done)
            progress.take(event)
            #expect(!JobLinesView.line(event, terminal).isEmpty)
            #expect(!JobLiveView.lines(progress, terminal).isEmpty)
            #expect(event.json.compact.contains("\"step_done\""))
        }
    }

    @Test("Responses that were not asked for are passed over")
    func indices() {
        for index in [Int32.min, -1, 2, .max] {
            var record = GenerationRecord(count: 2)
            var view = TextView(count: 2, showsSteps: true)
            var closed = V1.StepClosed()
            closed.index = index
            closed.step = Samples.step(1, 0..<2, "a", influence: .nan)
            closed.influence = [.infinity, .nan, 1]
            var finished = V1.GenerationFinished()
            finished.index = index
            for event in [V1.GenerateResponse.Event.step(closed), .finished(finished)] {
                record.add(event)
                view.show(event, record)
            }
            #expect(!record.isComplete)
        }
    }

    @Test("A map has as many rows as it has values for", arguments: [Int32.min, -1, 0, 2, .max])
    func maps(rowCount: Int32) {
        var message = V1.StepMapRows()
        message.kind = .mean
        message.rowCount = rowCount
        message.values = [.infinity, .nan, -1, 2]
        var maps: [StepMap] = []
        StepMap.collect(message, into: &maps)
        #expect(maps[0].rows.count == (rowCount > 0 ? min(Int(rowCount), 2) : 0))
        let coloured = Terminal(isInteractive: true, hasColour: true, width: 40)
        for terminal in [terminal, coloured] {
            #expect(StepMapReport(map: maps[0], terminal: terminal).lines().count == maps[0].rows.count + 2)
        }
    }

    @Test("A trace with impossible counts and influences is drawn")
    func traces() {
        var trace = Samples.trace([
            Samples.step(.min, .min ..< .max, "a", influence: .nan),
            Samples.step(.max, 0..<0, "b", influence: .infinity, head: (.max, .min)),
            Samples.step(-1, 0..<1, "c", influence: .leastNonzeroMagnitude),
        ])
        (trace.totalTokens, trace.promptTokens) = (.min, .max)
        #expect(TraceReport(trace: trace, terminal: terminal).lines().count > 5)
        var sampled = V1.SampledEffect()
        (sampled.baseUnfinished, sampled.ablatedUnfinished) = (.max, .max)
        var step = V1.StepAblation()
        step.sampled = sampled
        let report = AblationReport(started: V1.AblationStarted(), steps: [step, step], terminal: terminal)
        #expect(report.lines().contains { $0.hasPrefix("8,589,934,588 continuations cut") })
    }

    @Test("Nothing that a table or a list shows drives the terminal")
    func escapes() {
        let hostile = "\u{1B}[2J\u{7}\u{202E}"
        var policy = V1.Policy()
        (policy.name, policy.family, policy.precision) = (hostile, hostile, hostile)
        var job = V1.Job()
        (job.id, job.pending, job.reason) = (hostile, hostile, hostile)
        let lines =
            PolicyReport.lines([policy], terminal) + JobReport.lines([job], terminal)
            + JobReport.details(job, terminal)
        for line in lines { #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{202E}" }, "\(line)") }
    }

    @Test("JSON has no numbers that are none, and the largest whole ones")
    func json() {
        #expect(JSONValue.array(numbers.prefix(3).map { .number($0) }).compact == "[null,null,null]")
        #expect(JSONValue.float(.nan).compact == "null")
        #expect(JSONValue.whole(UInt64.max).compact == "18446744073709551615")
        #expect(JSONValue.whole(Int64.min).compact == "-9223372036854775808")
    }
}
