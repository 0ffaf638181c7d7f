import Foundation

/// What can be fuzzed; each case's inputs lie in Tests/Fixtures/fuzz, in the folder of its name.
enum FuzzTarget: String, CaseIterable {
    case http1, http2, protobuf, deframer, tokenizer, text, template, safetensors, gguf, config, index, answer
    case specification, record, json, door

    /// Gives one input to the code under test, and stops the program when what comes out cannot be right.
    func run(_ input: [UInt8]) {
        switch self {
        case .http1: fuzzHTTP1(input)
        case .http2: fuzzHTTP2(input)
        case .protobuf: fuzzProtobuf(input)
        case .deframer: fuzzDeframer(input)
        case .tokenizer: fuzzTokenizer(input)
        case .text: fuzzText(input)
        case .template: fuzzTemplate(input)
        case .safetensors: fuzzSafetensors(input)
        case .gguf: fuzzGGUF(input)
        case .config: fuzzConfiguration(input)
        case .index: fuzzIndex(input)
        case .answer: fuzzAnswer(input)
        case .specification: fuzzSpecification(input)
        case .record: fuzzRecord(input)
        case .json: fuzzJSON(input)
        case .door: fuzzDoor(input)
        }
    }

    /// The one this process fuzzes.
    ///
    /// An environment variable rather than an argument, since libFuzzer starts itself again with its own arguments.
    static let chosen: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
        guard let target = FuzzTarget(rawValue: name) else {
            fatalError("set FUZZ_TARGET to one of \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return target
    }()
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argc: UnsafeMutablePointer<CInt>,
    _ argv: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Where the program begins: the package manager makes `main` an alias of this name.
@_cdecl("fuzz_main")
public func fuzzMain(_ argc: CInt, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var (argc, argv) = (argc, argv)
    _ = FuzzTarget.chosen
    return runDriver(&argc, &argv) { start, count in
        FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
    }
}
