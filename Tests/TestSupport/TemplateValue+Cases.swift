public import Templates

/// Values of fixtures in JSON, by kind.
extension TemplateValue {
    public var asList: [TemplateValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    public var asObject: TemplateObject? {
        if case .object(let object) = self { object } else { nil }
    }

    public var asFlag: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    public var asText: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
