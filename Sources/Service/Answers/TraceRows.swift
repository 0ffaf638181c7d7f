import Basics
import Influence
import Rollouts
import Wire

// Maps, raw rows and hidden states are sent in messages of at most 1 MiB, each with whole rows.

/// The number of values per message: 1 MiB, less the space for other fields.
private let valuesPerMessage = (1 << 18) - 32

extension V1.StepMapRows {
    /// The requested map, in pieces.
    static func pieces(of trace: AttentionTrace, _ selection: CaptureSelection) -> [V1.StepMapRows] {
        switch selection.map {
        case .noMap: []
        case .max: pieces(of: trace.maxMap, kind: .max, head: nil)
        case .heads:
            selection.parameters.heads.flatMap { head in
                trace.headMaps[head].map { pieces(of: $0, kind: .heads, head: head) } ?? []
            }
        default: pieces(of: trace.meanMap, kind: .mean, head: nil)
        }
    }

    private static func pieces(of map: LowerTriangle, kind: V1.StepMapKind, head: HeadIndex?) -> [V1.StepMapRows] {
        wholeRows(lengths: (0..<map.rowCount).map { $0 + 1 }).map { rows in
            var message = V1.StepMapRows()
            message.kind = kind
            message.head = head.map(V1.LayerHead.init)
            message.firstRow = Int32(clamping: rows.lowerBound)
            message.rowCount = Int32(clamping: rows.count)
            let first = map.row(rows.lowerBound).startIndex, end = map.row(rows.upperBound - 1).endIndex
            message.values = Array(map.values[first..<end])
            return message
        }
    }
}

extension V1.RawAttentionRows {
    /// The requested rows, in pieces.
    static func pieces(of trace: AttentionTrace) -> [V1.RawAttentionRows] {
        trace.raw.flatMap { raw in
            wholeRows(lengths: raw.rows.map(\.count)).map { rows in
                var message = V1.RawAttentionRows()
                message.head = V1.LayerHead(raw.head)
                message.firstQuery = Int32(clamping: raw.firstQuery + rows.lowerBound)
                message.rowCount = Int32(clamping: rows.count)
                message.values = raw.rows[rows].flatMap { $0 }
                return message
            }
        }
    }
}

extension V1.HiddenStates {
    /// The requested states, in pieces: at least one, with the response's mean.
    static func pieces(of states: PooledStates?) -> [V1.HiddenStates] {
        guard let states else { return [] }
        let room = max(valuesPerMessage / states.width - 1, 1)
        return stride(from: 0, to: max(states.stepCount, 1), by: room).map { first in
            let count = min(room, states.stepCount - first)
            var message = V1.HiddenStates()
            message.layer = Int32(clamping: states.layer)
            message.width = Int32(clamping: states.width)
            if first == 0 { message.response = states.response }
            message.firstStep = Int32(clamping: first + 1)
            message.rowCount = Int32(clamping: count)
            message.values = Array(states.steps[first * states.width..<(first + count) * states.width])
            message.stepsDropped = states.stepsDropped
            return message
        }
    }
}

/// Ranges of whole rows that each fit in a message.
private func wholeRows(lengths: [Int]) -> [Range<Int>] { ranges(ofSizes: lengths, upTo: valuesPerMessage) }
