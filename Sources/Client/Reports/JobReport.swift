import Console
import Foundation
import JSONCoding
import Wire

/// Jobs and their checkpoints as tables.
enum JobReport {
    /// A list of jobs in any format.
    static func show(_ jobs: [V1.Job], _ format: OutputFormat) {
        format.show(each: jobs.map(\.json)) { lines(jobs, Output.data.terminal) }
    }

    /// One job, after an action on it.
    static func show(_ job: V1.Job, _ format: OutputFormat) {
        format.show(job.json) { lines([job], Output.data.terminal) }
    }

    static func lines(_ jobs: [V1.Job], _ terminal: Terminal) -> [String] {
        guard !jobs.isEmpty else { return ["There are no jobs. Create one with `attnrl job create -f FILE`."] }
        var table = Table([
            .init(title: "job"), .init(title: "state"), .init(title: "kind"), .init(title: "policy"),
            .init(title: "steps", isNumeric: true), .init(title: "created"), .init(title: "name"),
        ])
        for job in jobs {
            let total = job.totalSteps.map { " of \(Figures.grouped($0))" } ?? ""
            table.add([
                job.id, stateText(job), job.specification?.kind ?? "",
                SafeText.singleLine(job.specification?.policy ?? ""), Figures.grouped(job.stepsDone) + total,
                time(job.createdAt), note(job),
            ])
        }
        return table.lines(terminal)
    }

    private static func stateText(_ job: V1.Job) -> String {
        job.state.name + (job.pending.isEmpty ? "" : " (to \(job.pending))")
    }

    private static func note(_ job: V1.Job) -> String {
        SafeText.singleLine([job.specification?.name ?? "", job.reason].filter { !$0.isEmpty }.joined(separator: ": "))
    }

    /// The details of one job, except for its specification.
    static func details(_ job: V1.Job, _ terminal: Terminal) -> [String] {
        let total = job.totalSteps.map { " of \(Figures.grouped($0))" } ?? ""
        let rows: [(String, String)] = [
            ("job", job.id), ("state", stateText(job)), ("reason", job.reason),
            ("steps", Figures.grouped(job.stepsDone) + total), ("created", time(job.createdAt)),
            ("started", job.startedAt == 0 ? "" : time(job.startedAt)),
            ("ended", job.endedAt == 0 ? "" : time(job.endedAt)),
            ("published", job.publishedVersion == 0 ? "" : "version \(job.publishedVersion)"),
            ("events", Figures.grouped(job.lastSequence)),
        ]
        return rows.filter { !$0.1.isEmpty }.map { name, value in
            terminal.style(.faint, TextWidth.padded(name, to: 10)) + SafeText.singleLine(value)
        } + lines(job.ranks, terminal)
    }

    /// What each rank did in the last step.
    private static func lines(_ ranks: [V1.RankShare], _ terminal: Terminal) -> [String] {
        guard !ranks.isEmpty else { return [] }
        var table = Table([
            .init(title: "rank", isNumeric: true), .init(title: "host"), .init(title: "drew", isNumeric: true),
            .init(title: "learnt", isNumeric: true), .init(title: "sent", isNumeric: true),
            .init(title: "computed", isNumeric: true), .init(title: "waited", isNumeric: true),
        ])
        for rank in ranks {
            table.add([
                "\(rank.rank)", SafeText.singleLine(rank.host), Figures.grouped(rank.drawnTokens),
                Figures.grouped(rank.learntTokens), Figures.bytes(rank.bytesSent),
                Figures.seconds(rank.secondsComputing),
                Figures.seconds(rank.secondsWaiting),
            ])
        }
        return [""] + table.lines(terminal)
    }

    static func lines(_ checkpoints: [V1.Checkpoint], _ terminal: Terminal) -> [String] {
        guard !checkpoints.isEmpty else { return ["There are no checkpoints yet. Pausing the job saves one."] }
        var table = Table([
            .init(title: "step", isNumeric: true), .init(title: "size", isNumeric: true), .init(title: "saved"),
            .init(title: "path"),
        ])
        for checkpoint in checkpoints {
            table.add([
                Figures.grouped(checkpoint.step), Figures.bytes(checkpoint.bytes), time(checkpoint.createdAt),
                SafeText.singleLine(checkpoint.path),
            ])
        }
        return table.lines(terminal)
    }

    /// For example `2026-03-01 14:05:09Z`: independent of the time zones of server and reader.
    static func time(_ seconds: Double) -> String {
        let date = Date(timeIntervalSince1970: seconds.isFinite ? min(max(seconds, 0), 4e9) : 0)
        return date.formatted(.iso8601).replacing("T", with: " ")
    }
}
