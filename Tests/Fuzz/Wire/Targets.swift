import FuzzDriver

/// What comes over connections.
enum WireTarget: String, FuzzTarget {
    case http1, http2, protobuf, deframer, json, door

    func run(_ input: [UInt8]) {
        switch self {
        case .http1: fuzzHTTP1(input)
        case .http2: fuzzHTTP2(input)
        case .protobuf: fuzzProtobuf(input)
        case .deframer: fuzzDeframer(input)
        case .json: fuzzJSON(input)
        case .door: fuzzDoor(input)
        }
    }
}

/// Where the program begins: the package manager makes `main` an alias of this name.
@_cdecl("fuzz_wire_main")
public func fuzzMain(_ argc: CInt, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    fuzz(WireTarget.self, argc, argv)
}
