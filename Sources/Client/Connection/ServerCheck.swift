package import Console
import Wire

/// Checks whether a server answers.
package enum ServerCheck {
    /// How long the doctor waits for an answer.
    private static let patience = TimeSpan(seconds: 3, text: "3s")

    package static func check(_ server: Endpoint, _ credentials: CredentialArguments) async -> Check {
        var arguments = ConnectionArguments()
        arguments.server = server
        arguments.timeout = patience
        arguments.credentials = credentials
        do {
            let (status, policies) = try await Connection.open(arguments) { connection in
                let health = try await connection.unary(Health.Service.check, Health.HealthCheckRequest())
                let list = try await connection.unary(V1.PolicyService.listPolicies, V1.ListPoliciesRequest())
                return (health.status, list.policies.map(\.name))
            }
            return answered(server, status, policies)
        } catch let failure as Failure {
            return .warn(
                "server", "no answer at \(server): \(failure.message)",
                "Start one with `attnrl serve --model DIR`, or name another with --server.")
        } catch {
            return .warn("server", "no answer at \(server): \(error)", "Start one with `attnrl serve --model DIR`.")
        }
    }

    private static func answered(
        _ server: Endpoint, _ status: Health.HealthCheckResponse.ServingStatus, _ policies: [String]
    ) -> Check {
        guard status == .serving else {
            return .warn(
                "server", "the one at \(server) is not serving", "It may be starting or stopping; wait a little.")
        }
        guard !policies.isEmpty else {
            return .warn(
                "server", "serving at \(server), no policy loaded", "Load one with `attnrl policy load DIR`.")
        }
        return .ok("server", "serving \(policies.map(SafeText.singleLine).joined(separator: ", ")) at \(server)")
    }
}
