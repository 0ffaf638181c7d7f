import JSONCoding
import Wire

/// `GET /openapi.json`: an OpenAPI 3.1 description of this door. Methods and messages come from the code generated from
/// the .proto files.
enum OpenAPIDocument {
    static func make(version: String, serves: (MethodName) -> Bool) -> JSONValue {
        var schemas = JSONSchemas()
        var paths = Route.described.map { path, route in
            JSONMember(key: path, value: operation(route))
        }
        for method in MethodTypes.all where serves(method.name) {
            let id = "\(method.name.service).\(method.name.method)"
            paths.append(JSONMember(key: method.name.path, value: operation(method, id: id, &schemas)))
            paths += Route.shortPaths(of: method.name).map {
                JSONMember(key: $0, value: operation(method, id: "\(id).short", &schemas))
            }
        }
        return .fields([
            "openapi": .string("3.1.0"),
            "info": .fields([
                "title": .string("AttnRL"), "version": .string(version),
                "description": .string(
                    "Hosts reasoning models, shows where their attention says that reasoning turns, and trains them."),
            ]),
            "paths": .object(paths),
            "components": .fields([
                "schemas": .object(schemas.schemas),
                "securitySchemes": .fields([
                    "key": .fields(["type": .string("http"), "scheme": .string("bearer")])
                ]),
            ]),
            // A server without keys asks for none.
            "security": .array([.fields(["key": .array([])]), .object([])]),
        ])
    }

    private static func operation(_ route: Route.Description) -> JSONValue {
        let answer = content("application/json", .fields(["type": .string("object")]))
        let operation = JSONValue.fields([
            "summary": .string(route.summary),
            "requestBody": route.method == "POST" ? .fields(["required": .bool(true), "content": answer]) : nil,
            "responses": responses(answer),
        ])
        return .object([JSONMember(key: route.method.lowercased(), value: operation)])
    }

    private static func operation(_ method: MethodType, id: String, _ schemas: inout JSONSchemas) -> JSONValue {
        let request = schemas.reference(to: method.request), response = schemas.reference(to: method.response)
        let answer = method.responsesStream ? "application/jsonl" : "application/json"
        return .fields([
            "post": .fields([
                "operationId": .string(id),
                "summary": .string(method.comment),
                "tags": .array([.string(method.name.service)]),
                "x-scope": method.scope == .unspecified ? nil : .string(method.scope.name),
                "requestBody": .fields([
                    "required": .bool(true),
                    "content": content(method.requestsStream ? "application/jsonl" : "application/json", request),
                ]),
                "responses": responses(content(answer, response)),
            ])
        ])
    }

    private static func content(_ type: String, _ schema: JSONValue) -> JSONValue {
        .object([JSONMember(key: type, value: .fields(["schema": schema]))])
    }

    private static func responses(_ answer: JSONValue) -> JSONValue {
        .fields([
            "200": .fields(["description": .string("The answer."), "content": answer]),
            "default": .fields(["description": .string("Why there is none.")]),
        ])
    }
}
