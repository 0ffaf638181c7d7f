import ArgumentParser
import Console
import JSONCoding
import Wire

struct PolicyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ls", abstract: "List the server's policies.")

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        let policies = try await Connection.open(connection) { connection in
            var policies: [V1.Policy] = []
            var request = V1.ListPoliciesRequest()
            repeat {
                let page = try await connection.unary(V1.PolicyService.listPolicies, request)
                policies += page.policies
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            return policies
        }
        PolicyReport.show(policies, output.output)
    }
}

extension PolicyReport {
    /// A list of policies in any format.
    static func show(_ policies: [V1.Policy], _ format: OutputFormat) {
        format.show(each: policies.map(\.json)) { lines(policies, Output.data.terminal) }
    }

    /// One policy, after an action on it.
    static func show(_ policy: V1.Policy, _ format: OutputFormat) {
        format.show(policy.json) { lines([policy], Output.data.terminal) }
    }
}
