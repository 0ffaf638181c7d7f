/// Identifies files that hold something other than lines of JSON, and says how to convert them.
enum ForeignFormat {
    private static let reading = "python3 -c \"import pandas as p, sys; p."
    private static let writing =
        ".to_json(sys.argv[2], orient='records', lines=True, force_ascii=False)\" FILE OUT.jsonl"

    private static func converted(_ name: String, by function: String) -> String {
        "is \(name). Make JSON lines of it: \(reading)\(function)(sys.argv[1])\(writing)"
    }

    /// Formats by the bytes they begin with.
    private static let marks: [(mark: [UInt8], reason: String)] = [
        (Array("PAR1".utf8), converted("Parquet", by: "read_parquet")),
        (Array("ARROW1".utf8), converted("Arrow (Feather)", by: "read_feather")),
        (Array("FEA1".utf8), converted("Feather", by: "read_feather")),
        (Array("PK\u{3}\u{4}".utf8), "is a zip archive. Unpack it and give the file that is inside."),
        (
            Array("SQLite format 3\0".utf8),
            "is an SQLite database. Make JSON lines of a table: sqlite3 FILE \"SELECT json_object('prompt', prompt, "
                + "'answer', answer) FROM records\" > OUT.jsonl"
        ),
        ([0x28, 0xB5, 0x2F, 0xFD], "is packed by zstd. Unpack it first: zstd -d FILE"),
        (Array("BZh".utf8), "is packed by bzip2. Unpack it first: bunzip2 FILE"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "is packed by xz. Unpack it first: unxz FILE"),
        ([0x89, 0x48, 0x44, 0x46], converted("HDF5", by: "read_hdf")),
        ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], "holds a NumPy array. Give a file of JSON lines."),
        ([0x80, 0x04, 0x95], converted("a Python pickle", by: "read_pickle")),
        (Array("GGUF".utf8), "holds a model's weights. Give a file of JSON lines."),
        (Array("%PDF".utf8), "is a PDF. Give a file of JSON lines."),
        ([0xFF, 0xFE, 0, 0], inEncoding("UTF-32")), ([0, 0, 0xFE, 0xFF], inEncoding("UTF-32")),
        ([0xFF, 0xFE], inEncoding("UTF-16")), ([0xFE, 0xFF], inEncoding("UTF-16")),
    ]

    private static func inEncoding(_ name: String) -> String {
        "is written in \(name). Make UTF-8 of it: iconv -f \(name) -t UTF-8 FILE > OUT.jsonl"
    }

    /// Why a file that begins like this cannot be read; nil if it may be lines of JSON.
    static func reason(_ head: [UInt8]) -> String? {
        if let found = marks.first(where: { head.starts(with: $0.mark) }) { return found.reason }
        if head.count > 262, head[257..<262].elementsEqual("ustar".utf8) {
            return "is a tar archive. Unpack it and give the file that is inside."
        }
        // Every other byte of ASCII text in UTF-16 is 0.
        if head.count >= 2, (head[0] == 0) != (head[1] == 0) { return inEncoding("UTF-16") }
        return reason(ofText: head)
    }

    private static func reason(ofText head: [UInt8]) -> String? {
        let text = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head[...]
        guard let first = text.first(where: { !" \t\r\n".utf8.contains($0) }) else { return nil }
        if first == UInt8(ascii: "[") {
            return "holds one JSON array. Write each of its objects on a line of its own: jq -c '.[]' FILE > OUT.jsonl"
        }
        let line = text.prefix { $0 != UInt8(ascii: "\n") }
        let isTable = line.contains(where: ",;\t".utf8.contains) && !line.contains(UInt8(ascii: "{"))
        return isTable ? converted("no JSON; it looks like a table (CSV)", by: "read_csv") : nil
    }
}
