import Console
import Foundation

/// The small reasoning model that comes with the program, trained on the built-in tasks; see docs/shipped-model.md.
enum ShippedModel {
    static let name = "shipped"

    /// Its folder, next to the program.
    ///
    /// - Throws: An error with a message if the program was moved without it.
    static func directory() throws -> String {
        let folder = Bundle.module.url(forResource: "shipped-model", withExtension: nil)
        guard let folder, FileManager.default.fileExists(atPath: folder.path + "/config.json") else {
            throw Failure(
                "the model that comes with attnrl is not beside it. Keep attnrl_Hosting.resources in the program's folder."
            )
        }
        return folder.path
    }
}
