import FuzzDriver

/// What policies' folders hold, and texts that models write.
enum FilesTarget: String, FuzzTarget {
    case tokenizer, text, template, safetensors, gguf, config, index, answer

    func run(_ input: [UInt8]) {
        switch self {
        case .tokenizer: fuzzTokenizer(input)
        case .text: fuzzText(input)
        case .template: fuzzTemplate(input)
        case .safetensors: fuzzSafetensors(input)
        case .gguf: fuzzGGUF(input)
        case .config: fuzzConfiguration(input)
        case .index: fuzzIndex(input)
        case .answer: fuzzAnswer(input)
        }
    }
}

/// Where the program begins: the package manager makes `main` an alias of this name.
@_cdecl("fuzz_files_main")
public func fuzzMain(_ argc: CInt, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    fuzz(FilesTarget.self, argc, argv)
}
