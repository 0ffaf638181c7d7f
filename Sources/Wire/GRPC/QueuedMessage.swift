internal import Gzip

/// A message as it waits to be read: what arrived compressed stays so until then.
///
/// Decompressing takes time, so it is left to the reader, who is not the loop.
package struct QueuedMessage: Sendable, Equatable {
    package let bytes: [UInt8]
    /// The most bytes it may have when decompressed; nil if it is not compressed.
    package let inflatedLimit: Int?

    package init(_ bytes: [UInt8], inflatedLimit: Int? = nil) {
        self.bytes = bytes
        self.inflatedLimit = inflatedLimit
    }

    package var isCompressed: Bool { inflatedLimit != nil }

    /// The message itself.
    ///
    /// - Parameter share: Holds what a compressed one takes.
    package func inflated(within share: InflationBudget.Share? = nil) throws(RPCError) -> [UInt8] {
        guard let inflatedLimit else { return bytes }
        do {
            let member = try GzipMember(bytes, atMost: inflatedLimit)
            try share?.hold(member.length)
            return try member.unpacked()
        } catch GzipMember.Problem.tooLong(let size) {
            throw .messageTooLarge(size, limit: inflatedLimit)
        } catch let error as RPCError {
            throw error
        } catch {
            throw .compressionDamaged
        }
    }
}

extension RPCError {
    fileprivate static var compressionDamaged: RPCError {
        RPCError(
            .internal, reason: "COMPRESSION_DAMAGED",
            "A compressed message is not one whole member of gzip, whose end says its length.")
    }
}
