/// Where lines begin, in bounded memory: every line in a file of up to a million lines; in longer ones every second,
/// every fourth, and so on.
struct LineIndex {
    /// Beginnings of lines 0, `spacing`, 2 `spacing`, ...
    private(set) var starts = [0]
    private(set) var spacing = 1
    /// Bytes so far.
    private(set) var size = 0
    /// The number of lines up to the last one that is not blank.
    private(set) var records = 0
    private var lines = 1
    private var lineStart = 0

    private var closedOverlong: Int?

    private static let newline = UInt8(ascii: "\n")
    private let limit: Int
    private let lineLimit: Int

    /// - Parameters:
    ///   - limit: The number of beginnings to keep.
    ///   - lineLimit: The most bytes in a line.
    init(limit: Int = 1 << 20, lineLimit: Int = .max) {
        self.limit = limit
        self.lineLimit = lineLimit
    }

    /// Where to start looking for a line, and how many lines to skip from there.
    func place(of line: Int) -> (offset: Int, passed: Int) { (starts[line / spacing], line % spacing) }

    /// The first line that is too long, from 0; nil if none is.
    var overlongLine: Int? { closedOverlong ?? (size - lineStart > lineLimit ? lines - 1 : nil) }

    mutating func add(_ bytes: [UInt8]) {
        for byte in bytes {
            size += 1
            if byte == Self.newline {
                startLine()
            } else if records < lines, !byte.isBlank {
                records = lines
            }
        }
    }

    private mutating func startLine() {
        if size - lineStart - 1 > lineLimit, closedOverlong == nil { closedOverlong = lines - 1 }
        lineStart = size
        if lines.isMultiple(of: spacing) {
            if starts.count == limit { thinOut() }
            if lines.isMultiple(of: spacing) { starts.append(size) }
        }
        lines += 1
    }

    private mutating func thinOut() {
        starts = stride(from: 0, to: starts.count, by: 2).map { starts[$0] }
        spacing *= 2
    }
}

extension UInt8 {
    /// Whether it counts as white space in a line.
    var isBlank: Bool { " \t\r\n".utf8.contains(self) }
}
