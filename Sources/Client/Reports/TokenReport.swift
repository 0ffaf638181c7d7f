import Console
import JSONCoding
import Wire

/// Tokens of a text.
struct TokenReport {
    let answer: V1.TokenizeResponse

    func lines(_ terminal: Terminal) -> [String] {
        var table = Table([
            .init(title: "#", isNumeric: true), .init(title: "id", isNumeric: true), .init(title: "text"),
        ])
        for (index, id) in answer.ids.enumerated() {
            table.add(["\(index)", "\(id)", "\"\(text(index))\""])
        }
        return table.lines(terminal)
    }

    /// One object per token.
    var tokens: [JSONValue] {
        answer.ids.enumerated().map { index, id in
            .fields(["id": .whole(id), "bytes": .integers(bytes(index)), "text": .string(decoded(index))])
        }
    }

    var json: JSONValue {
        .fields([
            "ids": .integers(answer.ids), "rendered": .string(answer.rendered), "tokens": .array(tokens),
        ])
    }

    private func bytes(_ index: Int) -> [UInt8] {
        answer.texts.indices.contains(index) ? Array(answer.texts[index]) : []
    }

    private func decoded(_ index: Int) -> String { String(decoding: bytes(index), as: UTF8.self) }

    /// A token that is only part of a character is shown as bytes.
    private func text(_ index: Int) -> String {
        let bytes = bytes(index)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return bytes.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        return SafeText.singleLine(text)
    }
}
