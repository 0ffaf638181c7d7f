import Foundation

/// Lines of standard input, read on a separate thread: waiting for the user must not block a shared one.
struct InputLines: AsyncSequence {
    enum Line: Sendable {
        case text(String)
        case notUTF8
    }

    func makeAsyncIterator() -> AsyncStream<Line>.Iterator {
        let (lines, continuation) = AsyncStream.makeStream(of: Line.self)
        Thread.detachNewThread {
            Self.read { continuation.yield($0) }
            continuation.finish()
        }
        return lines.makeAsyncIterator()
    }

    private static func read(_ take: (Line) -> Void) {
        guard let input = fdopen(STDIN_FILENO, "r") else { return }
        var (line, capacity) = (UnsafeMutablePointer<CChar>?.none, 0)
        defer { free(line) }
        while case let count = getline(&line, &capacity, input), count >= 0 {
            let bytes = UnsafeRawBufferPointer(start: line, count: count)
            let end = bytes.hasSuffix("\r\n") ? count - 2 : bytes.hasSuffix("\n") ? count - 1 : count
            take(String(validating: bytes[..<end], as: UTF8.self).map { .text($0) } ?? .notUTF8)
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func hasSuffix(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { suffix($0.count).elementsEqual($0) }
    }
}
