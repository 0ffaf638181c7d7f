import Foundation
import GRDB
import TestSupport
import Testing

@testable import Jobs

@Suite("Comparisons on disk")
struct PreferenceStoreTests {
    private func withStore(_ body: (JobStore, URL) throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in try body(JobStore(directory: folder), folder) }
    }

    private static func pair(_ id: String) -> PreferencePair {
        PreferencePair(id: id, prompt: "p \(id)", first: "a \(id)", second: "b \(id)")
    }

    @Test("Pairs and choices are there after a restart, sets apart, in the order in which they came")
    func kept() async throws {
        try await withStore { store, folder in
            #expect(try store.lastChoice(inSet: "s") == nil)
            #expect(try store.add([Self.pair("x"), Self.pair("y"), Self.pair("z")], toSet: "s") == [nil, nil, nil])
            #expect(try store.add([Self.pair("x")], toSet: "t") == [nil])
            #expect(try store.lastChoice(inSet: "s") == 0)
            #expect(try store.choose(.second, ofPair: "y", inSet: "s", by: "anna", replaces: false) == .taken)
            #expect(try store.choose(.neither, ofPair: "x", inSet: "s", by: "", replaces: false) == .taken)
            #expect(try store.choose(.first, ofPair: "y", inSet: "t", by: "", replaces: false) == .unknownPair)
            let again = try JobStore(directory: folder)
            let stored = try again.pairs(ofSet: "s", limit: 10)
            #expect(stored.map(\.pair) == ["x", "y", "z"].map(Self.pair))
            #expect(stored.map(\.preferred) == [.neither, .second, nil])
            #expect(stored.map(\.labeller) == ["", "anna", ""] && stored.map(\.number) == [1, 2, 3])
            #expect(try again.pairs(ofSet: "s", limit: 10, onlyOpen: true).map(\.pair.id) == ["z"])
            #expect(try again.pairs(ofSet: "s", after: 1, limit: 1).map(\.pair.id) == ["y"])
            #expect(try again.pairs(ofSet: "t", limit: 10, onlyOpen: true).map(\.pair.id) == ["x"])
        }
    }

    @Test("A pair that is there is left as it is, another of its id refused")
    func ids() async throws {
        try await withStore { store, _ in
            #expect(try store.add([Self.pair("x")], toSet: "s") == [nil])
            var other = Self.pair("x")
            other.first = "c"
            let found = try store.add([Self.pair("x"), other, Self.pair("y")], toSet: "s")
            #expect(found[0] == nil && found[2] == nil && found[1]?.contains("another id") == true)
            #expect(try store.pairs(ofSet: "s", limit: 10).map(\.pair) == [Self.pair("x"), Self.pair("y")])
        }
    }

    @Test("A choice that contradicts one is refused unless it replaces it, and the same one is taken again")
    func contradictions() async throws {
        try await withStore { store, _ in
            _ = try store.add([Self.pair("x")], toSet: "s")
            func choose(_ preferred: PreferredResponse, replaces: Bool = false) throws -> ChoiceOutcome {
                try store.choose(preferred, ofPair: "x", inSet: "s", by: "", replaces: replaces)
            }
            #expect(try choose(.first) == .taken)
            #expect(try choose(.second) == .contradicts(.first))
            #expect(try choose(.first) == .taken)
            #expect(try store.lastChoice(inSet: "s") == 1)
            #expect(try choose(.second, replaces: true) == .taken)
            #expect(try store.pairs(ofSet: "s", limit: 1)[0].preferred == .second)
            // As they were when only the first choice had been made.
            #expect(try store.pairs(ofSet: "s", limit: 1, upTo: 1)[0].preferred == .first)
            #expect(try store.pairs(ofSet: "s", limit: 1, upTo: 0)[0].preferred == nil)
            let source = PreferenceSource(store)
            #expect(try source.lastChoice(in: "s") == 2)
            #expect(try source.comparisons(in: "s", upTo: 1) == [.init(prompt: "p x", chosen: "a x", rejected: "b x")])
            #expect(try source.comparisons(in: "s", upTo: 2) == [.init(prompt: "p x", chosen: "b x", rejected: "a x")])
            #expect(throws: JobError.self) { try source.lastChoice(in: "t") }
        }
    }

    @Test("What a set may have and what all may have are told apart, and a pair that is refused takes no room")
    func bounds() async throws {
        try await withStore { store, _ in
            let size = PreferenceLimits.bytes(of: Self.pair("x"))
            #expect(size == 128 + 10)
            var large = Self.pair("l")
            large.first = String(repeating: "a", count: 10 * size)
            var limits = PreferenceLimits()
            (limits.pairs, limits.bytes, limits.sets, limits.allBytes) = (3, 4 * size, 2, 6 * size)
            func add(_ pairs: [PreferencePair], _ set: String) throws -> [String] {
                try store.add(pairs, toSet: set, within: limits).map { $0 ?? "" }
            }
            let first = try add([large, Self.pair("x"), Self.pair("y"), Self.pair("z"), Self.pair("w")], "s")
            #expect(first[0].contains("the set has 0 of the \(4 * size)") && first[1...3].allSatisfy(\.isEmpty))
            #expect(first[4].contains("The set has 3 pairs"))
            #expect(try add([Self.pair("x"), Self.pair("y"), Self.pair("z")], "t") == ["", "", ""])
            let other = try add([Self.pair("x")], "u")
            #expect(other[0].contains("There are 2 sets") && other[0].contains("attnrl prefs rm"))
            limits.sets = 3
            #expect(try add([Self.pair("x")], "u")[0].contains("all sets together have \(6 * size)"))
            #expect(try store.lastChoice(inSet: "u") == nil)
            // What is there stays there, and does not count again.
            #expect(try add([Self.pair("x")], "s") == [""])
            #expect(try store.removeSet("s") == 3 && store.removeSet("s") == nil)
            #expect(try store.pairs(ofSet: "s", limit: 9).isEmpty)
            #expect(try add([Self.pair("y")], "u") == [""] && store.lastChoice(inSet: "u") == 0)
        }
    }

    @Test("Choices are bounded in all sets, and a set that is made again begins without any")
    func choices() async throws {
        try await withStore { store, _ in
            var limits = PreferenceLimits()
            limits.allChoices = 3
            func choose(_ preferred: PreferredResponse, _ set: String) throws -> ChoiceOutcome {
                try store.choose(
                    preferred, ofPair: "x", inSet: set, by: "", replaces: true, within: limits)
            }
            for set in ["s", "t"] { _ = try store.add([Self.pair("x")], toSet: set) }
            #expect(try [choose(.first, "s"), choose(.second, "s"), choose(.first, "t")] == [.taken, .taken, .taken])
            #expect(try choose(.first, "s") == .full(3))
            // The same once more is no choice of its own.
            #expect(try choose(.second, "s") == .taken)
            #expect(try store.removeSet("s") == 1)
            _ = try store.add([Self.pair("x")], toSet: "s")
            #expect(try store.lastChoice(inSet: "s") == 0 && store.pairs(ofSet: "s", limit: 1)[0].preferred == nil)
            #expect(try choose(.first, "s") == .taken && store.lastChoice(inSet: "s") == 1)
        }
    }

    @Test("A choice of a pair that was shown counts for none that has taken its place")
    func shown() async throws {
        try await withStore { store, _ in
            func choose(_ shown: PreferencePair?) throws -> ChoiceOutcome {
                try store.choose(
                    .first, ofPair: "x", inSet: "s", by: "", replaces: true, shown: shown.map(\.hashValue))
            }
            let pair = Self.pair("x")
            var other = pair
            other.second = "c"
            _ = try store.add([pair], toSet: "s")
            #expect(try choose(other) == .anotherPair && store.lastChoice(inSet: "s") == 0)
            #expect(try choose(pair) == .taken && choose(nil) == .taken)
            _ = try store.removeSet("s")
            _ = try store.add([other], toSet: "s")
            #expect(try choose(pair) == .anotherPair && choose(other) == .taken)
        }
    }

    @Test("Sets of an earlier store are counted when it is opened")
    func migration() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            do {
                let queue = try DatabaseQueue(path: folder.appendingPathComponent("jobs.sqlite").path)
                try JobSchema.migrator.migrate(queue, upTo: "preferences")
                try queue.write { database in
                    try database.execute(
                        sql: """
                            INSERT INTO preference_pair VALUES ('s', 1, 'x', 'é', 'a', 'b'), ('s', 2, 'y', 'p', 'a', 'b');
                            INSERT INTO preference_choice VALUES ('s', 1, 2, 1, ''), ('s', 2, 2, 2, '')
                            """)
                }
                try queue.close()
            }
            let store = try JobStore(directory: folder)
            #expect(try store.lastChoice(inSet: "s") == 2)
            var limits = PreferenceLimits()
            limits.bytes = 0
            let refused = try store.add([Self.pair("z")], toSet: "s", within: limits)
            // 5 bytes and 4, and 128 for each.
            #expect(refused[0]?.contains("the set has 265 of") == true)
            #expect(try store.add([Self.pair("z")], toSet: "s") == [nil])
            #expect(try store.pairs(ofSet: "s", limit: 9).map(\.number) == [1, 2, 3])
        }
    }
}
