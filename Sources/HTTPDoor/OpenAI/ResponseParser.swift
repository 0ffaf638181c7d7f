import Basics
import JSONCoding

/// A function call in a response.
struct ToolCall: Sendable, Equatable {
    var name: String
    /// JSON.
    var arguments: String
}

/// Splits a response's text, as it arrives, into reasoning, content and function calls.
///
/// Reasoning is everything before the first `</think>`, if the prompt ends inside a `<think>` block or the response
/// begins with one. If the request has functions, the content is searched for calls: `<tool_call>{"name": …,
/// "arguments": …}</tool_call>` (Hermes: Qwen 2.5 and 3), or content that consists of a single object with `name` and
/// `parameters` (Llama 3). Anything that only resembles a call remains content. Newlines at the seams belong to neither
/// side.
struct ResponseParser: Sendable {
    enum Piece: Equatable, Sendable {
        case reasoning(String)
        case content(String)
        case call(ToolCall)
    }

    private enum State {
        /// Nothing but white space so far: the response may begin with `<think>`.
        case beginning
        case thinking
        /// Before the first character of the content.
        case contentBegins
        case content
        /// After `<tool_call>`.
        case call
        /// Content that may be a single object: a call in Llama's form.
        case object
    }

    private static let opening = "<think>", closing = "</think>"
    private static let callOpening = "<tool_call>", callClosing = "</tool_call>"

    private var state: State
    private let findsCalls: Bool
    /// Text received but not yet returned.
    private var held = ""
    private var hasReasoning = false

    init(thinking: Bool, findsCalls: Bool) {
        state = thinking ? .thinking : .beginning
        self.findsCalls = findsCalls
    }

    mutating func append(_ text: String) -> [Piece] {
        held += text
        return advance(isLast: false)
    }

    /// Returns what was held back, when no more text follows.
    mutating func finish() -> [Piece] { advance(isLast: true) }

    private mutating func advance(isLast: Bool) -> [Piece] {
        var pieces: [Piece] = []
        while let next = step(isLast) { pieces += next }
        return pieces
    }

    /// Advances one step; returns nil if more text is needed.
    private mutating func step(_ isLast: Bool) -> [Piece]? {
        guard !held.isEmpty else { return nil }
        switch state {
        case .beginning: return begin(isLast)
        case .thinking: return think(isLast)
        case .contentBegins: return beginContent(isLast)
        case .content: return content(isLast)
        case .call: return call(isLast)
        case .object: return isLast ? object() : nil
        }
    }

    private mutating func begin(_ isLast: Bool) -> [Piece]? {
        let text = held.drop(while: \.isWhitespace)
        if text.hasPrefix(Self.opening) {
            held = String(text.dropFirst(Self.opening.count))
            state = .thinking
        } else if !isLast, Self.opening.hasPrefix(text) {
            return nil
        } else {
            // Leading white space belongs to the content.
            state = findsCalls && text.first == "{" ? .object : .content
        }
        return []
    }

    private mutating func think(_ isLast: Bool) -> [Piece]? {
        if !hasReasoning {
            held = String(held.drop { $0 == "\n" })
            guard !held.isEmpty else { return nil }
        }
        if let end = held.firstRange(of: Self.closing) {
            var text = held[..<end.lowerBound]
            while text.last == "\n" { text.removeLast() }
            held = String(held[end.upperBound...])
            state = .contentBegins
            return text.isEmpty ? [] : [.reasoning(String(text))]
        }
        // Trailing newlines may be those before `</think>`.
        var count = isLast ? 0 : Self.overlap(held, Self.closing)
        let trailing = held.dropLast(count).reversed().prefix { $0 == "\n" }.count
        count += trailing
        let text = String(held.dropLast(count))
        held = isLast ? "" : String(held.suffix(count))
        guard !text.isEmpty else { return isLast ? [] : nil }
        hasReasoning = true
        return [.reasoning(text)]
    }

    private mutating func beginContent(_ isLast: Bool) -> [Piece]? {
        held = String(held.drop { $0 == "\n" })
        guard let first = held.first else { return nil }
        state = findsCalls && first == "{" ? .object : .content
        return []
    }

    private mutating func content(_ isLast: Bool) -> [Piece]? {
        guard findsCalls else { return [.content(takeAll())] }
        if let start = held.firstRange(of: Self.callOpening) {
            var text = held[..<start.lowerBound]
            held = String(held[start.upperBound...])
            state = .call
            // White space before a call is not content.
            while text.last?.isWhitespace == true { text.removeLast() }
            return text.isEmpty ? [] : [.content(String(text))]
        }
        var count = isLast ? 0 : Self.overlap(held, Self.callOpening)
        if !isLast { count += held.dropLast(count).reversed().prefix(while: \.isWhitespace).count }
        let text = String(held.dropLast(count))
        held = String(held.suffix(count))
        return text.isEmpty ? nil : [.content(text)]
    }

    private mutating func call(_ isLast: Bool) -> [Piece]? {
        let end = held.firstRange(of: Self.callClosing)
        guard end != nil || isLast else { return nil }
        let body = String(held[..<(end?.lowerBound ?? held.endIndex)])
        held = end.map { String(held[$0.upperBound...]) } ?? ""
        state = .content
        if let call = Self.toolCall(body) { return [.call(call)] }
        return [.content(Self.callOpening + body + (end == nil ? "" : Self.callClosing))]
    }

    private mutating func object() -> [Piece] {
        let text = takeAll()
        state = .content
        return [Self.toolCall(text).map(Piece.call) ?? .content(text)]
    }

    private mutating func takeAll() -> String {
        defer { held = "" }
        return held
    }

    private static func toolCall(_ text: String) -> ToolCall? {
        guard let value = try? JSONReader.parse(Array(text.utf8)), case .object(let members) = value else { return nil }
        func member(_ name: String) -> JSONValue? { members.last { $0.key == name }?.value }
        guard case .string(let name)? = member("name") else { return nil }
        switch member("arguments") ?? member("parameters") {
        case .object(let arguments): return ToolCall(name: name, arguments: JSONValue.object(arguments).compact)
        case .string(let text): return ToolCall(name: name, arguments: text)
        case .null, nil:
            return member("arguments") == nil && member("parameters") == nil
                ? nil : ToolCall(name: name, arguments: "{}")
        default: return nil
        }
    }

    /// The length of the end of a text that may be the beginning of a mark.
    private static func overlap(_ text: String, _ mark: String) -> Int {
        (1..<mark.count).reversed().first { text.hasSuffix(mark.prefix($0)) } ?? 0
    }
}
