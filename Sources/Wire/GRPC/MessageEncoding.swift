/// How a call's messages may be compressed, by its `grpc-encoding`.
package enum MessageEncoding: String, Sendable, CaseIterable {
    case identity
    case gzip

    /// The value of `grpc-accept-encoding`.
    package static let accepted = allCases.map(\.rawValue).joined(separator: ",")
}
