package import Console
import Foundation
package import JSONCoding
import Wire
import WireUV

/// What a server reports about itself at /version.
package struct ServerVersion: Decodable {
    let name: String
    let version: String
    let instructionSet: String

    package static func of(
        _ server: Endpoint, _ credentials: CredentialArguments
    ) async throws -> ServerVersion {
        do {
            let page = try await HTTPPage.get("/version", try credentials.options(for: server))
            return try JSONDecoder().decode(Self.self, from: Data(page))
        } catch let error as RPCError {
            throw Failure(error, server: server.description)
        } catch is DecodingError {
            throw Failure("\(server) does not answer like `attnrl serve`; check --server")
        }
    }

    package var line: String { SafeText.singleLine("\(name) \(version), \(instructionSet)") }

    package var json: JSONValue {
        .fields(["name": .string(name), "version": .string(version), "instruction_set": .string(instructionSet)])
    }
}
