import Synchronization
import Testing

@testable import Threads

@Suite("Many at a time")
struct MapAtOnceTests {
    @Test("Results are in order of the elements, and no more run at a time than may", arguments: [1, 3, 100])
    func ordered(_ limit: Int) async throws {
        let running = Atomic<Int>(0), most = Atomic<Int>(0)
        let elements = Array(0..<40)
        let results = try await mapAtOnce(elements, limit: limit) { index, element in
            most.max(running.add(1, ordering: .sequentiallyConsistent).newValue, ordering: .sequentiallyConsistent)
            for _ in 0..<element % 7 { await Task.yield() }
            running.subtract(1, ordering: .sequentiallyConsistent)
            return (index, 2 * element)
        }
        #expect(results.map(\.0) == elements)
        #expect(results.map(\.1) == elements.map { 2 * $0 })
        #expect(most.load(ordering: .sequentiallyConsistent) <= limit)
    }

    @Test("The first error is thrown, and what waits for long is cancelled")
    func fails() async {
        struct Failed: Error {}
        await #expect(throws: Failed.self) {
            try await mapAtOnce([1, 2, 3], limit: 3) { _, element in
                if element == 2 { throw Failed() }
                try await Task.sleep(for: .seconds(600))
            }
        }
    }
}
