import Foundation
import TestSupport
import Testing

@testable import Console

/// Fixtures/addresses.json, to which the Python client's addresses are held as well.
private struct AddressTable: Decodable {
    struct Row: Decodable, CustomTestStringConvertible {
        let text: String
        let host: String?
        let port: Int?
        let problem: String?
        let tls: Bool?
        var testDescription: String { "'\(text)'" }
    }

    let servers: [Row]
    let listening: [Row]

    static let table: AddressTable = {
        let file = Fixtures.url("addresses.json")
        guard let data = try? Data(contentsOf: file), let table = try? JSONDecoder().decode(Self.self, from: data)
        else { fatalError("\(file.path) cannot be read") }
        return table
    }()
}

@Suite("Addresses")
struct AddressTests {
    @Test("A server's address is understood, or told why not", arguments: AddressTable.table.servers)
    fileprivate func servers(_ row: AddressTable.Row) throws {
        guard let problem = row.problem else {
            let endpoint = try Endpoint(parsing: row.text)
            #expect(
                endpoint
                    == Endpoint(host: try #require(row.host), port: try #require(row.port), usesTLS: row.tls ?? false))
            #expect(try Endpoint(parsing: endpoint.description) == endpoint)
            return
        }
        let error = #expect(throws: AddressProblem.self) { try Endpoint(parsing: row.text) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test("So is a host to listen on", arguments: AddressTable.table.listening)
    fileprivate func listening(_ row: AddressTable.Row) throws {
        guard let problem = row.problem else { return #expect(try ListenHost.parse(row.text) == row.host) }
        let error = #expect(throws: AddressProblem.self) { try ListenHost.parse(row.text) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }
}
