package import JSONCoding
package import Tasks

extension StepFault {
    package var json: JSONValue { .fields(["step": .whole(step), "kind": .string(kind.rawValue)]) }
}
