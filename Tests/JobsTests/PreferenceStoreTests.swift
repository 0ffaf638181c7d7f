import Foundation
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
}
