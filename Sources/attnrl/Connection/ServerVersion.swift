import Foundation

/// What a server says of itself at /version.
struct ServerVersion: Decodable {
    let name: String
    let version: String
    let instructionSet: String

    init(of server: Endpoint) throws {
        guard let page = PlainHTTP.page("/version", at: server) else {
            throw Failure("no answer from \(server)", notes: ["is `attnrl serve` running at \(server)?"])
        }
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(page.utf8))
        } catch {
            throw Failure("\(server) does not answer like `attnrl serve`", notes: ["check --server"])
        }
    }

    var line: String { SafeText.singleLine("\(name) \(version), \(instructionSet)") }

    var json: JSON {
        .fields(["name": .string(name), "version": .string(version), "instruction_set": .string(instructionSet)])
    }
}
