import Foundation

/// Lines of standard input, read on a thread of their own: a wait for the user must not hold up a shared one.
struct InputLines: AsyncSequence {
    func makeAsyncIterator() -> AsyncStream<String>.Iterator {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        Thread.detachNewThread {
            while let line = readLine() { continuation.yield(line) }
            continuation.finish()
        }
        return lines.makeAsyncIterator()
    }
}
