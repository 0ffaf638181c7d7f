internal import CProtos

/// The .proto files that define this server's messages, for reflection.
struct ProtoFiles: Sendable {
    private struct File {
        /// A serialized `google.protobuf.FileDescriptorProto`.
        let descriptor: [UInt8]
        let imports: [String]
    }

    static let compiledIn = ProtoFiles()

    private var files: [String: File] = [:]
    private var fileOfSymbol: [String: String] = [:]

    private init() {
        let table = UnsafeBufferPointer(start: attn_proto_file_table(), count: attn_proto_file_count)
        for file in table {
            let name = String(cString: file.name)
            for symbol in Self.strings(file.symbols) { fileOfSymbol[symbol] = name }
            files[name] = File(
                descriptor: Array(UnsafeBufferPointer(start: file.descriptor, count: file.descriptor_count)),
                imports: Self.strings(file.imports))
        }
    }

    /// The descriptors of a file, first, and of all its direct and indirect imports; nil if the name is unknown.
    func descriptors(ofFile name: String) -> [[UInt8]]? {
        guard files[name] != nil else { return nil }
        var found: [String] = [name]
        var next = 0
        while next < found.count {
            let imports = files[found[next]]?.imports ?? []
            found += imports.filter { !found.contains($0) }
            next += 1
        }
        return found.compactMap { files[$0]?.descriptor }
    }

    /// The name of the file that declares the message, field, enum, value, service or method with this full name.
    func file(declaring symbol: String) -> String? { fileOfSymbol[symbol] }

    /// The strings of a NULL-terminated C list.
    private static func strings(_ list: UnsafePointer<UnsafePointer<CChar>?>) -> [String] {
        sequence(first: list) { $0 + 1 }.lazy.map(\.pointee).prefix { $0 != nil }.compactMap { $0 }
            .map { String(cString: $0) }
    }
}
