import Foundation

/// Reads text from where the user keeps it.
enum TextSource {
    /// `-` is standard input; anything else a file.
    static func contents(of place: String) throws -> String {
        let data: Data
        if place == "-" {
            data = FileHandle.standardInput.readDataToEndOfFile()
        } else {
            guard let contents = FileManager.default.contents(atPath: place) else {
                throw Failure("cannot read \(place). Give the path of a text file, or - for standard input.")
            }
            data = contents
        }
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw Failure("\(place == "-" ? "standard input" : place) is not valid UTF-8 text. Convert it first.")
        }
        return text
    }
}
