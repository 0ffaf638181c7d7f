// swift-format-ignore-file
// Made by protos/generate from attnrl/v1/access.proto. Changes belong there.

package import CProtos

extension V1 {
    /// What a key may be used for. A server with keys refuses a method to keys
    /// without the method's scope.
    public struct Scope: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        /// Any key will do.
        public static var unspecified: Self { Self(rawValue: 0) }
        /// Draw and score responses, tokenize, see which policies there are.
        public static var infer: Self { Self(rawValue: 1) }
        /// See attention: traces, branch points, trees, ablations.
        public static var trace: Self { Self(rawValue: 2) }
        /// Make, watch and change training jobs, and take their checkpoints.
        public static var train: Self { Self(rawValue: 3) }
        /// Load, remove and switch policies, pause the engine, read the metrics.
        public static var admin: Self { Self(rawValue: 4) }

        public static var allCases: [Self] { [.unspecified, .infer, .trace, .train, .admin] }
        public static var namePrefix: String { "SCOPE_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "SCOPE_UNSPECIFIED"
            case 1: "SCOPE_INFER"
            case 2: "SCOPE_TRACE"
            case 3: "SCOPE_TRAIN"
            case 4: "SCOPE_ADMIN"
            default: nil
            }
        }
    }
}
