internal import Foundation

/// An event's content as stored in a row: JSON, without the metrics, which have their own rows.
struct StoredEvent: Codable {
    private var kind: Kind
    private var state: String?
    private var text: String?
    private var number: Int64?

    private enum Kind: String, Codable {
        case state, step, evaluated, checkpoint, published, note, warning
    }

    init(_ content: JobEvent.Content) {
        switch content {
        case .stateChanged(let state, let reason, let resumedFrom):
            kind = .state
            self.state = state.rawValue
            text = reason
            number = resumedFrom.map(Int64.init)
        case .step(_, let skipped, let total):
            kind = .step
            text = skipped
            number = total.map(Int64.init)
        case .evaluated: kind = .evaluated
        case .checkpointSaved(let path, let bytes):
            kind = .checkpoint
            text = path
            number = bytes
        case .published(let policy, let version):
            kind = .published
            text = policy
            number = Int64(version)
        case .note(let text, let isWarning):
            kind = isWarning ? .warning : .note
            self.text = text
        }
    }

    init(json: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(json.utf8)) }

    func json() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }

    func content(metrics: [String: Double]) -> JobEvent.Content {
        switch kind {
        case .state:
            .stateChanged(
                state.flatMap(JobState.init) ?? .queued, reason: text ?? "", resumedFrom: number.map { Int($0) })
        case .step: .step(metrics: metrics, skipped: text, total: number.map { Int($0) })
        case .evaluated: .evaluated(metrics: metrics)
        case .checkpoint: .checkpointSaved(path: text ?? "", bytes: number ?? 0)
        case .published: .published(policy: text ?? "", version: Int(number ?? 0))
        case .note: .note(text ?? "", isWarning: false)
        case .warning: .note(text ?? "", isWarning: true)
        }
    }
}
