import Foundation
import TestSupport
import Testing

@testable import ModelFiles

@Suite("GGUF headers")
struct GGUFHeaderTests {
    private func header(_ bytes: [UInt8]) throws -> GGUFHeader {
        try bytes.withUnsafeBytes { try GGUFHeader($0, file: "m.gguf") }
    }

    private func header(_ change: (inout GGUFBytes) -> Void) throws -> GGUFHeader {
        var file = GGUFBytes()
        change(&file)
        return try header(file.bytes)
    }

    private func refusal(_ words: String..., change: (inout GGUFBytes) -> Void) {
        let error = #expect(throws: PolicyError.self) { try header(change) }
        for word in ["m.gguf"] + words { #expect(error?.message.contains(word) == true, "\(error?.message ?? "")") }
    }

    @Test("values of every type are read, and tensors are where they are said to be", arguments: [2, 3] as [UInt32])
    func whole(version: UInt32) throws {
        let header = try header { file in
            file.version = version
            file.keys = [
                ("a", .uint32(7)), ("b", .uint64(.max)), ("c", .float32(1e-5)), ("d", .bool(1)), ("e", .text("ä")),
                ("f", .texts(["x", ""])), ("g", .raw(1, [0xFF])),
                ("h", .raw(9, littleEndian(UInt32(5), UInt64(2), Int32(-1), Int32(2)))),
                ("i", .raw(12, littleEndian((0.1).bitPattern))),
                ("j", .raw(9, littleEndian(UInt32(7), UInt64(2)) + [0, 1])),
                ("k", .raw(9, littleEndian(UInt32(6), UInt64(1), Float(0.5).bitPattern))),
            ]
            file.tensors = [
                .init(name: "t", sizes: [3, 2], offset: 32), .init(name: "q", sizes: [32], type: 8, offset: 64),
                .init(name: "s", sizes: [1]),
            ]
            file.dataCount = 98
        }
        #expect(header.version == version)
        let values: [GGUFValue] = "abcdefghijk".map { header.metadata[String($0)]! }
        #expect(
            values == [
                .integer(7), .unsigned(.max), .single(1e-5), .bool(true), .text("ä"), .texts(["x", ""]), .integer(-1),
                .integers([-1, 2]), .double(0.1), .bools([false, true]), .numbers([0.5]),
            ])
        let start = header.entries[2].range.lowerBound
        #expect(start % 32 == 0 && header.entries[2].range.count == 4)
        #expect(header.entries[0].shape == [2, 3] && header.entries[0].range == start + 32..<start + 56)
        #expect(header.entries[1].encoding == .blocks(.q8_0) && header.entries[1].range == start + 64..<start + 98)
    }

    @Test("a file without anything is a header too")
    func empty() throws {
        #expect(try header { _ in }.entries.isEmpty)
    }

    @Test("other files, versions and byte orders are refused by what they are")
    func kinds() {
        refusal("not a GGUF file") { $0.magic = Array("GGML".utf8) }
        refusal("version 1") { $0.version = 1 }
        refusal("version 4") { $0.version = 4 }
        refusal("big-endian", "gguf-convert-endian") { $0.version = UInt32(3).byteSwapped }
    }

    @Test("every prefix of a file is refused as truncated")
    func prefixes() {
        var file = GGUFBytes()
        file.keys = [("general.name", .text("x")), ("list", .texts(["a", "b"]))]
        file.tensors = [.init(name: "t", sizes: [8])]
        file.dataCount = 32
        let bytes = file.bytes
        for count in 0..<bytes.count {
            let error = #expect(throws: PolicyError.self) { try header(Array(bytes[..<count])) }
            #expect(error?.code == .truncated, "\(count): \(error?.message ?? "")")
        }
    }

    @Test("counts that the file cannot hold are refused before anything is allocated")
    func counts() {
        refusal("the list of tensors", "9223372036854775807") { $0.tensorCount = UInt64(Int.max) }
        refusal("truncated") { $0.tensorCount = 1000 }
        refusal("the metadata") { $0.keyCount = .max }
        refusal("truncated") { $0.keyCount = 60_000 }
        refusal("'k'", "\(UInt64.max)") { $0.keys = [("k", .raw(8, littleEndian(UInt64.max)))] }
        refusal("'k'", "at most") { $0.keys = [("k", .raw(9, littleEndian(UInt32(0), UInt64(1) << 40)))] }
        refusal("truncated", "'k'") { $0.keys = [("k", .raw(9, littleEndian(UInt32(8), UInt64(1) << 20)))] }
    }

    @Test("keys are plain, once each, and of types that exist")
    func keys() {
        refusal("'k'", "twice") { $0.keys = [("k", .uint32(1)), ("k", .uint32(1))] }
        refusal("key 0", "ASCII") { $0.keys = [("kä", .uint32(1))] }
        refusal("key 0", "ASCII") { $0.keys = [("", .uint32(1))] }
        refusal("'k'", "type 13") { $0.keys = [("k", .raw(13, []))] }
        refusal("'k'", "list of lists") { $0.keys = [("k", .raw(9, littleEndian(UInt32(9), UInt64(1))))] }
        refusal("'k'", "0 or 1") { $0.keys = [("k", .bool(2))] }
        refusal("'k'", "UTF-8") { $0.keys = [("k", .raw(8, littleEndian(UInt64(1)) + [0xFF]))] }
    }

    @Test("tensors have names, shapes, types and places that can be")
    func tensors() {
        func tensor(_ words: String..., change: (inout GGUFBytes.Tensor) -> Void) {
            var tensor = GGUFBytes.Tensor(name: "t", sizes: [32, 2])
            change(&tensor)
            let error = #expect(throws: PolicyError.self) {
                try header {
                    $0.tensors = [tensor, .init(name: "u", sizes: [8], offset: 256)]
                    $0.dataCount = 288
                }
            }
            for word in words { #expect(error?.message.contains(word) == true, "\(error?.message ?? "")") }
        }
        tensor("'u' is listed twice") { $0.name = "u" }
        tensor("name of tensor 0") { $0.name = "" }
        tensor("'t' has 0 dimensions") { $0.sizes = [] }
        tensor("'t' has 5 dimensions") { $0.sizes = [1, 1, 1, 1, 1] }
        tensor("'t' has a dimension of size 0") { $0.sizes = [32, 0] }
        tensor("'t' has a dimension of size \(UInt64.max)") { $0.sizes = [.max] }
        tensor("impossible shape") { $0.sizes = [1 << 40, 1 << 40] }
        tensor("truncated", "'t'") { $0.sizes = [1 << 40] }
        tensor("'t' is stored as IQ4_XS", "Q4_K_M") { $0.type = 23 }
        tensor("type 99") { $0.type = 99 }
        tensor("blocks of 256") { $0.type = 12 }
        tensor("no multiple of 32") { $0.offset = 8 }
        tensor("truncated") { $0.offset = UInt64.max - 31 }
        tensor("truncated") { $0.offset = 288 }
        tensor("'t' and 'u' overlap") { $0.offset = 32 }
        refusal("general.alignment", "24") { $0.keys = [("general.alignment", .uint32(24))] }
        refusal("general.alignment", "0") { $0.keys = [("general.alignment", .uint32(0))] }
    }

    @Test("another alignment counts")
    func alignment() throws {
        let header = try header { file in
            file.keys = [("general.alignment", .uint32(256))]
            file.alignment = 256
            file.tensors = [.init(name: "t", sizes: [8], offset: 256)]
            file.dataCount = 288
        }
        #expect(header.entries[0].range.lowerBound % 256 == 0)
    }
}
