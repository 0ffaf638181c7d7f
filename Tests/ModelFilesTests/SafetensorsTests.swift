import Foundation
import ModelFiles
import TestSupport
import Testing

@Suite("SafetensorsFile")
struct SafetensorsTests {
    @Test("reads tensors of every format of a real file")
    func realFile() throws {
        let file = try SafetensorsFile(path: Fixtures.url("qwen2/expected.safetensors").path)
        let formats = Set(file.names.compactMap { file.stored($0)?.format })
        #expect(formats.contains(.int32) && formats.contains(.float32))
        for name in file.names {
            let tensor = try #require(file.stored(name))
            #expect(tensor.bytes.count == tensor.shape.reduce(1, *) * tensor.format.byteCount)
        }
        #expect(file.stored("no such tensor") == nil)
    }

    @Test("reads names, shapes, values and metadata as they were written")
    func smallFile() async throws {
        let header = """
            {"__metadata__": {"format": "pt", "a\\u00e9": "\\ud83d\\ude00"},
             "w\\n": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]},
             "scalar": {"shape": [], "dtype": "I64", "data_offsets": [8, 16]},
             "empty": {"dtype": "BF16", "shape": [0, 7], "data_offsets": [16, 16]} }
            """
        let values: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 5, 0, 0, 0, 0, 0, 0, 0]
        try await withFile(header, data: values) { path in
            let file = try SafetensorsFile(path: path)
            #expect(file.metadata == ["format": "pt", "aé": "😀"])
            #expect(Set(file.names) == ["w\n", "scalar", "empty"])
            let weight = try #require(try file.tensor(named: "w\n"))
            #expect((weight.shape, weight.floats()) == ([2, 1], [1, -2]))
            #expect(file.stored("scalar")?.elements(as: Int64.self) == [5])
            #expect(try file.tensor(named: "empty")?.floats() == [])
            let error = #expect(throws: PolicyError.self) { try file.tensor(named: "scalar") }
            #expect(error?.message.contains("tensor 'scalar' is stored as I64") == true)
        }
    }

    @Test(
        "refuses a header that breaks the format, naming what is wrong",
        arguments: [
            ("", "does not start with '{'"),
            ("[]", "does not start with '{'"),
            (" {}", "does not start with '{'"),
            ("{", "at byte 1: expected a key in quotes"),
            (#"{"a"#, "ends inside a string"),
            ("{}x", "something follows the end"),
            (#"{"a"}"#, "expected ':'"),
            (#"{"a": 1}"#, "tensor 'a' must be an object, it is a number"),
            (#"{"a": {"dtype": "F32", "shape": [2]}}"#, "tensor 'a' lacks"),
            (#"{"a": {"dtype": "F99", "shape": [2], "data_offsets": [0, 7]}}"#, "1 bytes follow the last tensor"),
            (#"{"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}"#, "shape [3] of F32, and 8 bytes"),
            (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}}"#, "has data_offsets [8, 0]"),
            (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0]}}"#, "has data_offsets [0]"),
            (
                #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}"#,
                "tensor 'a'.data_offsets[0] must be at least 0, not -8"
            ),
            (#"{"a": {"dtype": "F32", "shape": [2.0], "data_offsets": [0, 8]}}"#, "shape[0] must be a whole number"),
            (#"{"a": {"dtype": "F32", "shape": [02], "data_offsets": [0, 8]}}"#, "'02' is not a number"),
            (
                #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 99999999999999999999]}}"#,
                "[1] must be a whole number"
            ),
            (#"{"a": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 8]}}"#, "not agree"),
            (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], "x": 1}}"#, "field 'x'"),
            (#"{"a": {"dtype": "F32", "dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}"#, "field 'dtype'"),
            (#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [1, 9]}}"#, "starts at byte 1"),
            (#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}"#, "4 bytes follow the last tensor"),
            (#"{"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]}}"#, "is truncated"),
            (
                #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "b": {"dtype": "F32", "shape": [1], "#
                    + #""data_offsets": [4, 8]}}"#, "tensor 'b' starts at byte 4"
            ),
            (
                #"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "a": {"dtype": "F32", "shape": [1], "#
                    + #""data_offsets": [4, 8]}}"#, "tensor 'a' is listed twice"
            ),
            (#"{"__metadata__": {"a": 1}}"#, "__metadata__.a must be a string, it is a number"),
            (#"{"__metadata__": {"a": "1", "a": "2"}}"#, "has 'a' twice"),
            (#"{"__metadata__": {}, "__metadata__": {}}"#, "two __metadata__"),
            (#"{"\ud800": {}}"#, "half a surrogate pair"),
            (#"{"\ud800\u0041": {}}"#, "half a surrogate pair"),
            (#"{"\u12": {}}"#, "four hexadecimal digits"),
            (#"{"\x": {}}"#, "unknown escape"),
            ("{\"\u{1}\": {}}", "control character"),
            (
                #"{"a": {"dtype": "F32", "data_offsets": [0, 8], "shape": ["# + String(repeating: "1,", count: 40)
                    + "1]}}", "tensor 'a'.shape has more than 32 numbers"
            ),
            (
                #"{"a": {"shape": [["# + String(repeating: "1,", count: 10_000_000) + "1]]}}",
                "more values than are read"
            ),
            (String(repeating: #"{"a":"#, count: 100_000), "nested deeper than 64 levels"),
        ])
    func brokenHeader(_ header: String, _ message: String) async throws {
        try await withFile(header, data: [UInt8](repeating: 0, count: 8)) { path in
            let error = #expect(throws: PolicyError.self) { try SafetensorsFile(path: path) }
            #expect(error?.message.contains(message) == true, "\(error?.message.prefix(400) ?? "")")
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test("passes over a tensor of an unknown format, and refuses to read it by its name")
    func unknownFormat() async throws {
        let header = """
            {"scale": {"dtype": "F8_E8M0", "shape": [3], "data_offsets": [0, 3]},
             "packed": {"dtype": "F4", "shape": [2, 5], "data_offsets": [3, 8]},
             "w": {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]} }
            """
        try await withFile(header, data: [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x80, 0x3F]) { path in
            let file = try SafetensorsFile(path: path)
            #expect(file.names == ["scale", "packed", "w"])
            #expect(try file.tensor(named: "w")?.floats() == [1])
            #expect(file.contains("packed") && file.stored("packed") == nil)
            let error = #expect(throws: PolicyError.self) { try file.tensor(named: "packed") }
            #expect(error?.code == .unsupported)
            #expect(error?.message.contains("tensor 'packed' is stored as F4. Weights are read from F32") == true)
        }
    }

    @Test("says of every shortened file that it is truncated")
    func truncation() async throws {
        let whole = try Data(contentsOf: Fixtures.url("qwen3/model.safetensors"))
        let header = whole.withUnsafeBytes { Int($0.loadUnaligned(as: UInt64.self)) }
        try await Fixtures.withTemporaryFolder { folder in
            for count in [0, 1, 7, 8, 9, 8 + header / 2, 7 + header, 8 + header, 9 + header, whole.count - 1] {
                let file = folder.appendingPathComponent("\(count).safetensors")
                try whole.prefix(count).write(to: file)
                let error = #expect(throws: PolicyError.self) { try SafetensorsFile(path: file.path) }
                #expect(error?.code == .truncated, "\(count) bytes: \(error?.message ?? "")")
                #expect(error?.message.contains("Download it again") == true)
            }
        }
    }

    @Test("says of a file that is shortened while it is read what happened, and reads what is gone as zeros")
    func shortened() async throws {
        let count = 20_000
        let header = #"{"w": {"dtype": "F32", "shape": [\#(count)], "data_offsets": [0, \#(4 * count)]}}"#
        let values = (0..<count).flatMap { _ in [0, 0, 0x80, 0x3F] as [UInt8] }
        try await withFile(header, data: values) { path in
            let file = try SafetensorsFile(path: path), other = try SafetensorsFile(path: path)
            let tensor = try #require(try file.tensor(named: "w"))
            #expect(tensor.floats().allSatisfy { $0 == 1 })
            try tensor.finishReading()
            #expect(truncate(path, 4096) == 0)
            let floats = tensor.floats()
            #expect(floats[0] == 1 && floats[count - 1] == 0)
            let error = #expect(throws: PolicyError.self) { try tensor.finishReading() }
            #expect(error?.code == .truncated)
            #expect(error?.message.hasPrefix("\(path) was shortened while it was read.") == true)
            // Another mapping of it has a guard of its own, and nothing of it was read.
            try #require(try other.tensor(named: "w")).finishReading()
        }
    }

    @Test("refuses a header length no file has", arguments: [100_000_001, UInt64(Int.max), UInt64.max])
    func absurdLength(_ length: UInt64) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("x.safetensors")
            try (withUnsafeBytes(of: length.littleEndian) { Data($0) } + Data("{}".utf8)).write(to: file)
            let error = #expect(throws: PolicyError.self) { try SafetensorsFile(path: file.path) }
            #expect(error?.code == .malformed)
        }
    }

    @Test("refuses what is not a regular file, without waiting for it")
    func specialFiles() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let pipe = folder.appendingPathComponent("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            #expect(throws: PolicyError.self) { try SafetensorsFile(path: pipe) }
            #expect(throws: PolicyError.self) { try SafetensorsFile(path: folder.path) }
            let error = #expect(throws: PolicyError.self) { try SafetensorsFile(path: folder.path + "/none") }
            #expect(error?.code == .notFound)
        }
    }

    @Test("keeps a tensor's bytes mapped after the file object is gone")
    func lifetime() throws {
        let path = Fixtures.url("qwen2/model.safetensors").path
        let norm = try #require(try SafetensorsFile(path: path).tensor(named: "model.norm.weight"))
        #expect(norm.floats().count == 64)
    }
}

/// Writes a safetensors file of a header and data that need not belong together.
private func withFile(_ header: String, data: [UInt8], _ body: (String) async throws -> Void) async throws {
    try await Fixtures.withTemporaryFolder { folder in
        let file = folder.appendingPathComponent("x.safetensors")
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        try (length + Data(header.utf8) + Data(data)).write(to: file)
        try await body(file.path)
    }
}
