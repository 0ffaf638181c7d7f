import Influence
import ModelFiles
import Policy
import Rollouts
import Wire

/// The attention a caller requested: what the engine keeps, and which part of it is sent.
struct CaptureSelection: Sendable {
    private static let defaultTopHeads = 4
    /// Keeps the trace of the longest response within one message.
    private static let topHeadLimit = 32
    private static let mappedHeadLimit = 64
    private static let rawRangeLimit = 256
    private static let rawValueLimit = 4 << 20

    var parameters = CaptureParameters()
    var map = V1.StepMapKind.mean
    /// The number of strongest heads named for each step.
    var topHeads = CaptureSelection.defaultTopHeads

    /// - Parameters:
    ///   - path: Path of the field that holds the options.
    ///   - count: The number of responses captured.
    init(
        _ options: V1.CaptureOptions?, for info: PolicyInfo, path: String, count: Int = 1,
        _ problems: inout FieldProblems
    ) {
        let options = options ?? V1.CaptureOptions()
        readSteps(options, path, &problems)
        readMap(options, info, path, &problems)
        readRows(options, info, path, count, &problems)
        readStates(options, info, path, &problems)
    }

    private mutating func readRows(
        _ options: V1.CaptureOptions, _ info: PolicyInfo, _ path: String, _ count: Int,
        _ problems: inout FieldProblems
    ) {
        var values = 0
        let ranges = problems.list(options.rawRows, atMost: Self.rawRangeLimit, "\(path).raw_rows", "ranges of rows")
        for (index, rows) in ranges.enumerated() {
            let place = "\(path).raw_rows[\(index)]"
            guard let head = Self.head(rows.head, info, "\(place).head", &problems),
                let queries = Self.queries(rows, info, place, &problems)
            else { continue }
            // No context is long enough for the values of one range to overflow 64 bits, but those of all ranges might.
            let more = count * (queries.count * (queries.lowerBound + 1 + queries.upperBound) / 2)
            guard more <= Self.rawValueLimit - values else {
                problems.add(
                    "\(path).raw_rows", value: "\(more)",
                    "The rows of all responses have more than \(Self.rawValueLimit) values, which is what is kept. Ask for "
                        + "fewer or shorter rows.")
                return
            }
            values += more
            parameters.rawRows.append(.init(head: head, queries: queries))
        }
    }

    private mutating func readStates(
        _ options: V1.CaptureOptions, _ info: PolicyInfo, _ path: String, _ problems: inout FieldProblems
    ) {
        guard let states = options.hiddenStates else { return }
        let layers = info.configuration.layerCount
        guard let layer = states.layer else { return parameters.stateLayer = layers }
        parameters.stateLayer = Int(
            problems.value(
                layer, in: 0...Int32(layers), or: 0, "\(path).hidden_states.layer",
                "Layer \(layer) has no hidden states. Give 0, which is the embedding, to \(layers), the last layer."))
    }

    private mutating func readSteps(_ options: V1.CaptureOptions, _ path: String, _ problems: inout FieldProblems) {
        if let gap = options.gap {
            parameters.gap = Int(
                problems.value(
                    gap, in: 1...Int32.max, or: 1, "\(path).gap",
                    "\(gap) steps. Give at least 1: a step's attention to itself is not influence."))
        }
        if let count = options.topHeads {
            topHeads = problems.value(
                Int(count), in: 0...Self.topHeadLimit, or: 0, "\(path).top_heads",
                "\(count) heads. Give 0 to \(Self.topHeadLimit).")
        }
        parameters.includesAfterThinking = options.includeAfterThinking
        parameters.separator = Self.separator(options, path, &problems)
    }

    private static func separator(
        _ options: V1.CaptureOptions, _ path: String, _ problems: inout FieldProblems
    ) -> StepSeparator? {
        let number = options.separator.rawValue
        let name = options.separator == .unspecified ? .auto : SeparatorName(rawValue: options.separator.name)
        guard let name else {
            problems.add("\(path).separator", value: "\(number)", "\(number) is not a separator this server knows.")
            return nil
        }
        do throws(SeparatorError) {
            return try name.separator(text: options.separatorText)
        } catch {
            problems.add("\(path).separator_text", value: options.separatorText, error.description)
            return nil
        }
    }

    private mutating func readMap(
        _ options: V1.CaptureOptions, _ info: PolicyInfo, _ path: String, _ problems: inout FieldProblems
    ) {
        if let kind = options.stepMap, kind != .unspecified { map = kind }
        problems.require(
            map.knownName != nil, "\(path).step_map", value: "\(map.rawValue)",
            "\(map.rawValue) is not a kind of map this server knows.")
        let heads = options.heads
        if map == .heads {
            problems.require(
                1...Self.mappedHeadLimit ~= heads.count, "\(path).heads", value: "\(heads.count)",
                "\(heads.count) heads. STEP_MAP_HEADS takes 1 to \(Self.mappedHeadLimit).")
        } else {
            problems.require(
                heads.isEmpty, "\(path).heads", value: "\(heads.count)",
                "Heads are given and step_map is \(map). Set it to STEP_MAP_HEADS, or leave heads out.")
        }
        for (index, head) in heads.prefix(Self.mappedHeadLimit).enumerated() {
            guard let head = Self.head(head, info, "\(path).heads[\(index)]", &problems) else { continue }
            if !parameters.heads.contains(head) { parameters.heads.append(head) }
        }
    }

    private static func head(
        _ head: V1.LayerHead?, _ info: PolicyInfo, _ path: String, _ problems: inout FieldProblems
    ) -> HeadIndex? {
        let (layers, heads) = (info.configuration.layerCount, info.configuration.headCount)
        guard let head else {
            problems.add(path, "There is no head. Give a layer and a head.")
            return nil
        }
        guard 0..<layers ~= Int(head.layer), 0..<heads ~= Int(head.head) else {
            problems.add(
                path, value: "\(head.layer)/\(head.head)",
                "Layer \(head.layer), head \(head.head) does not exist. Layers are 0 to \(layers - 1), heads 0 to "
                    + "\(heads - 1).")
            return nil
        }
        return HeadIndex(layer: Int(head.layer), head: Int(head.head))
    }

    private static func queries(
        _ rows: V1.RawRowsSelection, _ info: PolicyInfo, _ path: String, _ problems: inout FieldProblems
    ) -> Range<Int>? {
        let (start, end) = (Int(rows.queryStart), Int(rows.queryEnd))
        guard start >= 0 else {
            problems.add(
                "\(path).query_start", value: "\(start)", "Row \(start). Rows are tokens of the sequence, from 0.")
            return nil
        }
        guard end > start, end <= info.maxSequenceTokens else {
            problems.add(
                "\(path).query_end", value: "\(end)",
                "Rows \(start)..<\(end). Let them end after \(start), and at \(info.maxSequenceTokens) at most.")
            return nil
        }
        return start..<end
    }
}

extension V1.CaptureOptions {
    /// What says how steps are cut and scored, without what else is to be kept.
    var ofSteps: V1.CaptureOptions {
        var options = V1.CaptureOptions()
        options.gap = gap
        options.includeAfterThinking = includeAfterThinking
        options.separator = separator
        options.separatorText = separatorText
        return options
    }
}
