import Foundation
import Gzip
import TestSupport
import Testing

@testable import Tasks

@Suite("Data input")
struct DataInputTests {
    private static let lines = (0..<3).map { #"{"prompt": "p\#($0)", "answer": "\#($0)"}"# + "\n" }.joined()

    private func withFile(_ content: [UInt8], _ body: (String) throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("data").path
            try Data(content).write(to: URL(fileURLWithPath: path))
            try body(path)
        }
    }

    private func message(_ path: String, _ rule: InputRule = .regularFiles) -> String {
        var texts: Set<String> = []
        for open in [
            { _ = try RecordFile(path: path, needing: .answer, rule) },
            { _ = try RecordFile.first(path: path, needing: .answer, rule) },
        ] {
            do {
                try open()
                texts.insert("read")
            } catch {
                texts.insert("\(error)")
            }
        }
        return texts.sorted().joined(separator: " | ")
    }

    @Test("What is no regular file is refused by its kind, at once and without being opened")
    func kinds() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let pipe = folder.appendingPathComponent("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            #expect(message(pipe).contains("is a pipe."))
            #expect(message(folder.path).contains("is a folder."))
            #expect(message(folder.path, .streams).contains("is a folder."))
        }
        #expect(message("/dev/zero").contains("is a device."))
        #expect(message("/dev/urandom").contains("is a device."))
        #expect(message("/nowhere/data.jsonl").contains("does not exist."))
        #expect(message("a\0b").contains("zero byte"))
        #expect(message("/etc/hostname/data").contains("cannot be read: Not a directory."))
    }

    @Test("A pipe is read to its end where streams are allowed, and its records can be asked for in any order")
    func pipes() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(Self.lines.utf8))
        try pipe.fileHandleForWriting.close()
        let file = try RecordFile(
            path: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)", needing: .answer, .streams)
        #expect(file.count == 3)
        let texts = try [2, 0, 1].map { try file.record(at: $0).text }
        #expect(texts == ["p2", "p0", "p1"])
    }

    @Test("A device without end ends at the longest line")
    func endless() {
        #expect(message("/dev/zero", .streams).contains("line 1: has more than 16 MiB."))
    }

    @Test("Files packed by gzip are read, whatever their name; cut-off and damaged ones are named")
    func gzip() async throws {
        // 5000 records in two members: Tests/Fixtures/data/make_gzip.py.
        let whole = try Data(contentsOf: Fixtures.url("data/two-members.jsonl.gz"))
        try await withFile(Array(whole)) { path in
            let file = try RecordFile(path: path, needing: .answer, .regularFiles)
            #expect(file.count == 5000)
            let (last, early) = try (file.record(at: 4999), file.record(at: 17))
            #expect(last.text == "p4999" && early.answers == ["17"])
            let first = try RecordFile.first(path: path, needing: .answer, .regularFiles)
            #expect(first.text == "p0")
        }
        try await withFile(Array(whole) + [0, 0, 0]) { path in
            let file = try RecordFile(path: path, needing: .answer, .regularFiles)
            #expect(file.count == 5000)
        }
        try await withFile(Array(whole.dropLast(5))) { path in
            #expect(message(path).contains("ends within its gzip data"))
        }
        var damaged = Array(whole)
        for place in 40..<60 { damaged[place] ^= 0xFF }
        try await withFile(damaged) { path in
            #expect(message(path).contains("damaged gzip data"))
        }
    }

    @Test("A member that ends with its piece of the file, and fills its piece of memory, is followed by the next")
    func gzipBoundary() throws {
        // A member of 1 MiB of zeros, itself packed, and one of `hello`.
        let packed = "H4sIAAAAAAACA5Pv5mAAASbmtwcNGYGMQwu++udyxC9gGAWjYBSMOGDHLPPKYjkDgwADACPwtJAbBAAA"
        let zeros = try GzipMember(Array(try #require(Data(base64Encoded: packed))), atMost: 2000).unpacked()
        let hello = Array(try #require(Data(base64Encoded: "H4sIAAAAAAACA8tIzcnJBwCGphA2BQAAAA==")))
        let gunzip = Gunzip(file: "x")
        #expect(try gunzip.unpack(zeros).count == 1 << 20)
        #expect(try gunzip.unpack(hello) == Array("hello".utf8))
        #expect(try gunzip.unpack(zeros + hello).count == 1 << 20 + 5)
    }

    @Test(
        "Other formats are named, with the way to JSON lines",
        arguments: [
            (Array("PAR1\u{15}".utf8), "is Parquet. Make JSON lines of it: python3"),
            (Array("ARROW1\0\0".utf8), "is Arrow"),
            (Array("PK\u{3}\u{4}".utf8), "is a zip archive"),
            (Array("SQLite format 3\0".utf8), "is an SQLite database"),
            ([0x28, 0xB5, 0x2F, 0xFD], "zstd -d"), ([0xFF, 0xFE, 0x7B, 0], "is written in UTF-16"),
            ([0x7B, 0, 0x22, 0], "is written in UTF-16"), ([0, 0x7B, 0, 0x22], "is written in UTF-16"),
            (Array("prompt,answer\n1+1?,2\n".utf8), "looks like a table (CSV)"),
            (Array("prompt\tanswer\n".utf8), "looks like a table (CSV)"),
            (Array("[{\"prompt\": \"a\", \"answer\": \"b\"}]".utf8), "holds one JSON array"),
            (Array("hello".utf8), "line 1, column 1: this is not JSON"),
        ] as [([UInt8], String)])
    func formats(content: [UInt8], text: String) async throws {
        try await withFile(content) { path in
            // Whether or not more follows.
            let message = message(path)
            #expect(message.contains(text), "\(message)")
        }
    }

    @Test("A line beyond the limit is named by its number, a character that is no JSON by its column")
    func places() async throws {
        let long = Self.lines + String(repeating: "x", count: RecordFile.lineLimit + 1) + "\n" + Self.lines
        try await withFile(Array(long.utf8)) { path in
            let error = #expect(throws: DataProblem.self) {
                try RecordFile(path: path, needing: .answer, .regularFiles)
            }
            #expect(error?.line == 4 && error?.message.hasPrefix("has more than 16 MiB") == true)
        }
        try await withFile(Array((Self.lines + #"{"prompt": "ä", answer: 3}"#).utf8)) { path in
            let file = try RecordFile(path: path, needing: .answer, .regularFiles)
            let error = #expect(throws: DataProblem.self) { try file.record(at: 3) }
            #expect(error?.description.contains(#": line 4, column 17: this is not JSON: "#) == true)
            #expect(error?.description.contains(#", at "a". Each line"#) == true)
        }
    }

    @Test("The first record is read without reading what follows it")
    func first() async throws {
        let long = Self.lines + String(repeating: "x", count: RecordFile.lineLimit + 1)
        try await withFile(Array(long.utf8)) { path in
            let first = try RecordFile.first(path: path, needing: .answer, .regularFiles)
            #expect(first.text == "p0")
        }
        try await withFile(Array(repeating: UInt8(ascii: "\n"), count: 5_000_000)) { path in
            #expect(message(path).contains("holds no record"))
            #expect(message(path).contains("line 1: is blank"))
        }
    }

    @Test("A cancelled task stops finding lines")
    func cancelled() async throws {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            _ = try RecordFile(path: Fixtures.url("data/two-members.jsonl.gz").path, needing: .answer, .regularFiles)
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

@Suite("LineIndex")
struct LineIndexTests {
    @Test("Lines are found in bounded memory, however many there are", arguments: [1, 7, 8, 9, 64, 1000])
    func bounded(count: Int) {
        let lengths = (0..<count).map { $0 * 7919 % 13 }
        var index = LineIndex(limit: 8), starts: [Int] = [], bytes: [UInt8] = []
        for length in lengths {
            starts.append(bytes.count)
            bytes += Array(repeating: UInt8(ascii: "x"), count: length) + [UInt8(ascii: "\n")]
        }
        for begin in stride(from: 0, to: bytes.count, by: 5) {
            index.add(Array(bytes[begin..<min(begin + 5, bytes.count)]))
        }
        #expect(index.starts.count <= 8)
        #expect(index.size == bytes.count)
        #expect(index.records == (lengths.lastIndex { $0 > 0 } ?? -1) + 1)
        for line in 0..<count {
            let place = index.place(of: line)
            #expect(place.offset == starts[line - place.passed])
        }
    }
}
