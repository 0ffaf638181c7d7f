// A libFuzzer target for the safetensors header parser. It belongs to no package target; build and run it by hand:
//
//     swiftc -O -parse-as-library -sanitize=fuzzer,address Tests/Fuzz/SafetensorsHeaderFuzzer.swift \
//         Sources/Policy/{PolicyError,StoredFormat,TensorView,SafetensorsHeader,SafetensorsHeaderParser}.swift \
//         -o /tmp/fuzz-header
//     mkdir -p /tmp/corpus && /tmp/fuzz-header -max_total_time=120 -max_len=1024 /tmp/corpus Tests/Fixtures/fuzz/safetensors
//
// Inputs that once broke the parser go to Tests/Fixtures/fuzz/safetensors, where SafetensorsFuzzTests replays them.

import Foundation

/// The first byte says how many bytes of tensors follow the header, which is the rest.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHeader(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
    guard let header = try? SafetensorsHeader(bytes, dataCount: Int(start[0]), file: "fuzz") else { return 0 }
    var end = 0
    for entry in header.entries {
        precondition(entry.range.lowerBound == end)
        precondition(entry.shape.reduce(entry.format.byteCount, *) == entry.range.count)
        end = entry.range.upperBound
    }
    precondition(end == Int(start[0]))
    let json = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    precondition(
        json.map { json in header.entries.allSatisfy { json[$0.name] != nil } } == true, "accepted other than JSON")
    return 0
}
