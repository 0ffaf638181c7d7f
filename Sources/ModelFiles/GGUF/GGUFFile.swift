/// A GGUF file, mapped read-only.
///
/// The file must not be rewritten in place while it is open; replacing it by renaming another over it is safe.
final class GGUFFile: Sendable {
    let path: String
    let metadata: GGUFMetadata
    private let file: MappedFile
    private let entries: [String: GGUFHeader.Entry]

    /// Maps a file and checks its header against its length.
    ///
    /// - Throws: `PolicyError` naming the file, the key or tensor at fault and the remedy.
    init(path: String) throws {
        let file = try MappedFile(path)
        let header = try GGUFHeader(file.bytes, file: path)
        try file.checkIsWhole()
        self.path = path
        self.file = file
        metadata = header.metadata
        entries = Dictionary(uniqueKeysWithValues: header.entries.map { ($0.name, $0) })
    }

    var names: some Sequence<String> { entries.keys }

    func shape(of name: String) -> [Int]? { entries[name]?.shape }

    /// A tensor to read weights from; nil if the file has none of that name.
    func tensor(_ name: String, rowOrder: RowOrder = .asStored) -> TensorView? {
        entries[name].map { entry in
            TensorView(
                name: name, encoding: entry.encoding, rowOrder: rowOrder, shape: entry.shape, file: path,
                bytes: UnsafeRawBufferPointer(rebasing: file.bytes[entry.range]), owner: file)
        }
    }

    /// The tensor of a place, or the expert's matrix there; nil if the file has none.
    func tensor(_ place: GGUFPlace) -> TensorView? {
        guard let whole = tensor(place.name, rowOrder: place.order) else { return nil }
        let view = place.offset == 0 ? whole : whole.subtracting(place.offset)
        guard let slice = place.slice else { return view }
        return view.slice(slice)
    }
}
