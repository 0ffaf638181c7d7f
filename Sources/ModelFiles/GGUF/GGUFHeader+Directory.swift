extension GGUFHeader {
    /// A tensor as the directory describes it: its place is relative to the data.
    struct Description {
        let name: String
        let type: GGUFTensorType
        let encoding: WeightEncoding
        let shape: [Int]
        let byteCount: Int
        let offset: UInt64
    }

    static func directory(_ cursor: inout GGUFCursor, count: Int) throws -> [Description] {
        var names = Set<String>()
        return try (0..<count).map { index in
            let name = try cursor.text("the name of tensor \(index)")
            guard !name.isEmpty, name.utf8.count <= Limit.nameLength else {
                throw GGUFFailure.malformed(
                    cursor.file,
                    "the name of tensor \(index) has \(name.utf8.count) bytes, and 1 to \(Limit.nameLength) are read.")
            }
            guard names.insert(name).inserted else {
                throw GGUFFailure.malformed(cursor.file, "tensor '\(name)' is listed twice.")
            }
            return try description(&cursor, name)
        }
    }

    private static func description(_ cursor: inout GGUFCursor, _ name: String) throws -> Description {
        let part = "the description of tensor '\(name)'"
        let shape = try shape(&cursor, name, part)
        let type = GGUFTensorType(code: try cursor.integer(UInt32.self, part))
        guard let encoding = type.encoding else {
            throw GGUFFailure.unsupported(
                cursor.file,
                "tensor '\(name)' is stored as \(type.name), which is not read. Use a file of the model in "
                    + "\(GGUFTensorType.readable), such as Q8_0 or Q4_K_M.")
        }
        guard shape[shape.count - 1].isMultiple(of: encoding.blockLength) else {
            throw GGUFFailure.malformed(
                cursor.file,
                "tensor '\(name)' has rows of \(shape[shape.count - 1]) elements, which are no whole blocks of "
                    + "\(encoding.blockLength), as \(type.name) has them.")
        }
        guard let byteCount = byteCount(shape, encoding) else {
            throw GGUFFailure.malformed(cursor.file, "tensor '\(name)' has the impossible shape \(shape).")
        }
        return Description(
            name: name, type: type, encoding: encoding, shape: shape, byteCount: byteCount,
            offset: try cursor.integer(UInt64.self, part))
    }

    /// Outermost dimension first.
    private static func shape(_ cursor: inout GGUFCursor, _ name: String, _ part: String) throws -> [Int] {
        let count = try cursor.integer(UInt32.self, part)
        guard (1...4).contains(count) else {
            throw GGUFFailure.malformed(cursor.file, "tensor '\(name)' has \(count) dimensions; there are 1 to 4.")
        }
        let sizes = try (0..<count).map { _ in
            let size = try cursor.integer(UInt64.self, part)
            guard size > 0, let size = Int(exactly: size) else {
                throw GGUFFailure.malformed(cursor.file, "tensor '\(name)' has a dimension of size \(size).")
            }
            return size
        }
        return sizes.reversed()
    }

    /// Returns nil on overflow.
    private static func byteCount(_ shape: [Int], _ encoding: WeightEncoding) -> Int? {
        var elements = 1
        for size in shape {
            let (product, overflow) = elements.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            elements = product
        }
        let (bytes, overflow) = (elements / encoding.blockLength).multipliedReportingOverflow(
            by: encoding.blockByteCount)
        return overflow ? nil : bytes
    }

    // MARK: Places

    /// Checks that tensors are aligned, lie within the file and do not overlap.
    static func place(
        _ tensors: [Description], after start: Int, alignment: Int, fileSize: Int, file: String
    ) throws -> [Entry] {
        let entries = try tensors.map { tensor in
            guard tensor.offset.isMultiple(of: UInt64(alignment)) else {
                throw GGUFFailure.malformed(
                    file,
                    "tensor '\(tensor.name)' begins at byte \(tensor.offset) of the data, which is no multiple of \(alignment)."
                )
            }
            guard let offset = Int(exactly: tensor.offset),
                case let (first, over) = start.addingReportingOverflow(offset),
                !over, case let (end, overflow) = first.addingReportingOverflow(tensor.byteCount), !overflow,
                end <= fileSize
            else {
                throw PolicyError(
                    .truncated,
                    "\(file) is truncated, or damaged: tensor '\(tensor.name)' has \(tensor.byteCount) bytes from byte "
                        + "\(tensor.offset) of the data, and the file ends before, after \(fileSize) bytes. Download it again."
                )
            }
            return Entry(
                name: tensor.name, type: tensor.type, encoding: tensor.encoding, shape: tensor.shape, range: first..<end
            )
        }
        try checkOverlaps(entries, file: file)
        return entries
    }

    private static func checkOverlaps(_ entries: [Entry], file: String) throws {
        let sorted = entries.sorted { $0.range.lowerBound < $1.range.lowerBound }
        for (tensor, next) in zip(sorted, sorted.dropFirst()) where next.range.lowerBound < tensor.range.upperBound {
            throw GGUFFailure.malformed(file, "tensors '\(tensor.name)' and '\(next.name)' overlap.")
        }
    }
}
