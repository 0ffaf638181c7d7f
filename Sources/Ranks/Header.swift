import Basics

/// What goes before a message.
struct Header: Equatable {
    /// Of the sender's operation.
    let operation: UInt64
    /// The number of the message on its channel.
    let serial: UInt64
    /// Bytes of the message.
    let count: UInt64

    static let byteCount = 24

    init(_ operation: String, _ serial: UInt64, count: some BinaryInteger) {
        self.operation = fingerprint(operation.utf8)
        self.serial = serial
        self.count = UInt64(count)
    }

    init(_ bytes: RankBytes) {
        func word(_ index: Int) -> UInt64 { bytes.buffer.load(fromByteOffset: 8 * index, as: UInt64.self) }
        (operation, serial, count) = (word(0), word(1), word(2))
    }

    var bytes: RankBytes {
        let bytes = RankBytes(count: Self.byteCount)
        for (index, word) in [operation, serial, count].enumerated() {
            bytes.buffer.storeBytes(of: word, toByteOffset: 8 * index, as: UInt64.self)
        }
        return bytes
    }
}
