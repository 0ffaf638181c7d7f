"""Swift files: value types for messages, and typed names for methods."""

import textwrap
from contextlib import contextmanager

from . import descriptors, names
from .descriptors import fail
from .model import OneOf

HEADER = """// swift-format-ignore-file
// Made by protos/generate from {source}. Changes belong there.

"""

# What CRead and MessageArena call several values of a kind.
MANY = {"scalar": "scalars", "bool": "bools", "enum": "enums", "message": "messages", "string": "strings",
        "bytes": "byteStrings"}


class Writer:
    """Lines, indented by nesting."""

    def __init__(self, source):
        self.text = HEADER.format(source=source)
        self.depth = 0

    def line(self, text=""):
        self.text += ("    " * self.depth + text).rstrip() + "\n"

    def doc(self, comment):
        for text in comment.strip("\n").split("\n") if comment.strip() else []:
            self.line("///" + text)

    @contextmanager
    def block(self, opening, indent=1):
        self.line(opening + " {")
        self.depth += indent
        yield
        self.depth -= indent
        self.line("}")

    def switch(self, value):
        """Its labels stand under it."""
        return self.block(f"switch {value}", indent=0)


def namespaces_file(namespaces):
    out = Writer("the packages of the .proto files")
    for index, (package, name) in enumerate(sorted(namespaces.items(), key=lambda item: item[1])):
        if index:
            out.line()
        out.doc(f" Messages and services of package `{package}`.")
        out.line(f"public enum {name} {{}}")
    return out.text


def source_file(model, file, namespaces, renamed, imports):
    out = Writer(file.name)
    for line in imports:
        out.line(line)
    for index, service in enumerate(file.service):
        out.line()
        with out.block(f"extension {namespaces[file.package]}"):
            _service(out, model, file, service, index, renamed)
    for enum in model.file_enums(file):
        out.line()
        with out.block(f"extension {namespaces[file.package]}"):
            _enum(out, enum)
    for message in model.file_messages(file):
        out.line()
        with out.block(f"extension {namespaces[file.package]}"):
            _message(out, message)
        _conformances(out, message)
    return out.text


# Services.


def _service(out, model, file, service, index, renamed):
    comments = descriptors.comments(file)
    full_name = f"{file.package}.{service.name}"
    out.doc(comments.get((6, index), ""))
    with out.block(f"public enum {renamed.get(full_name, service.name)}"):
        out.line(f'public static let name = "{full_name}"')
        for number, method in enumerate(service.method):
            request, response = (model.swift_types[name[1:]] for name in (method.input_type, method.output_type))
            out.line()
            out.doc(comments.get((6, index, 2, number), ""))
            name = names.quoted(method.name[:1].lower() + method.name[1:])
            out.line(f"public static let {name} = {_shape(full_name, method)}<{request}, {response}>(")
            out.line(f'    MethodName(service: name, method: "{method.name}"))')


def _shape(service, method):
    if not method.client_streaming:
        return "ServerStreamingMethod" if method.server_streaming else "UnaryMethod"
    if not method.server_streaming:
        fail(f"{service}.{method.name}: a stream of requests with one response is not supported")
    return "BidirectionalMethod"


# Declarations.


def _enum(out, enum):
    out.doc(enum.comment)
    with out.block(f"public struct {enum.swift_name}: ProtobufEnum, FieldValue"):
        out.line("public var rawValue: Int32")
        out.line("public init(rawValue: Int32) { self.rawValue = rawValue }")
        out.line()
        for name, _, number, comment in enum.values:
            out.doc(comment)
            out.line(f"public static var {name}: Self {{ Self(rawValue: {number}) }}")
        out.line()
        listed = ", ".join(f".{name}" for name, *_ in enum.values)
        out.line(f"public static var allCases: [Self] {{ [{listed}] }}")
        out.line(f'public static var namePrefix: String {{ "{enum.prefix}" }}')
        out.line()
        with out.block("public var knownName: String?"):
            with out.switch("rawValue"):
                for _, proto_name, number, _ in enum.values:
                    out.line(f'case {number}: "{proto_name}"')
                out.line("default: nil")


def _message(out, message):
    out.doc(message.comment)
    with out.block(f"public struct {message.swift_name}: ProtobufMessage"):
        for member in message.members:
            out.doc(member.comment)
            if isinstance(member, OneOf):
                out.line(f"public var {member.name}: {member.type_name}?")
            else:
                out.line(f"public var {member.name}: {member.stored_type}{member.default}")
        if message.members:
            out.line()
        out.line("public init() {}")
        for oneof in (m for m in message.members if isinstance(m, OneOf)):
            out.line()
            _oneof(out, oneof)
        for enum in message.enums:
            out.line()
            _enum(out, enum)
        for nested in message.messages:
            out.line()
            _message(out, nested)


def _oneof(out, oneof):
    with out.block(f"public enum {oneof.type_name}: Sendable, Equatable"):
        for field in oneof.fields:
            out.doc(field.comment)
            out.line(f"case {field.name}({field.swift_type})")


# To and from the C structs.


def _conformances(out, message):
    c_type = names.c_type(message.full_name)
    out.line()
    with out.block(f"extension {message.swift_type}: CMessage"):
        out.line(f'public static var fullName: String {{ "{message.full_name}" }}')
        out.line("public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }")
        out.line("public func serializedBytes() -> [UInt8] { encodeMessage(self) }")
        out.line()
        out.line("package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {")
        out.line(f"    {names.c_symbol(message.full_name)}__type()")
        out.line("}")
        out.line()
        with out.block(f"package init(_ c: UnsafePointer<{c_type}>) throws(ProtobufError)"):
            for member in message.members:
                _read(out, message, member)
        out.line()
        with out.block(f"package func fill(_ c: UnsafeMutablePointer<{c_type}>, _ arena: MessageArena)"):
            for member in message.members:
                _write(out, message, member)
        out.line()
        with out.block("package mutating func visitFields(_ visitor: inout some FieldVisitor)"):
            for member in message.members:
                _visit(out, member)
    for nested in message.messages:
        _conformances(out, nested)


def _read(out, message, member):
    if isinstance(member, OneOf):
        with out.switch(f"c.pointee.{member.proto_name}_case"):
            for field in member.fields:
                case = names.c_case(message.full_name, member.proto_name, field.proto_name)
                out.line(f"case {case}: {member.name} = .{field.name}({_value(field)})")
            out.line("default: break")
    elif member.key:
        with out.block(f"for entry in CRead.entries(c.pointee.{member.c_name}, c.pointee.n_{member.c_name})"):
            key, value = (_value(f, "entry.pointee", member.proto_name) for f in (member.key, member.value))
            out.line(f"{member.name}[{key}] = {value}")
    elif member.repeated:
        call = f"CRead.{MANY[member.kind]}(c.pointee.{member.c_name}, c.pointee.n_{member.c_name}"
        if member.kind in ("string", "message"):
            out.line(f'{member.name} = try {call}, "{member.proto_name}")')
        else:
            out.line(f"{member.name} = {call})")
    elif member.optional:
        out.line(f"if c.pointee._{member.proto_name}_case.rawValue != 0 {{ {member.name} = {_value(member)} }}")
    elif member.kind == "message":
        out.line(f'{member.name} = try CRead.optionalMessage(c.pointee.{member.c_name}, "{member.proto_name}")')
    else:
        out.line(f"{member.name} = {_value(member)}")


def _value(field, struct="c.pointee", called=None):
    """One value read from the C struct."""
    place = f"{struct}.{field.c_name}"
    called = called or field.proto_name
    return {
        "scalar": place,
        "bool": f"{place} != 0",
        "string": f'try CRead.string({place}, "{called}")',
        "bytes": f"CRead.bytes({place})",
        "enum": f"{field.swift_type}(rawValue: Int32(truncatingIfNeeded: {place}.rawValue))",
        "message": f'try CRead.message({place}, "{called}")',
    }[field.kind]


def _write(out, message, member):
    if isinstance(member, OneOf):
        with out.switch(f"{member.name}"):
            for field in member.fields:
                out.line(f"case .{field.name}(let value)?:")
                out.line(f"    c.pointee.{member.proto_name}_case = "
                         + names.c_case(message.full_name, member.proto_name, field.proto_name))
                out.line(f"    c.pointee.{field.c_name} = {_stored(field, 'value')}")
            out.line("case nil: break")
    elif member.key:
        target = f"(c.pointee.n_{member.c_name}, c.pointee.{member.c_name})"
        symbol = names.c_symbol(member.entry)
        with out.block(f"{target} = arena.entries({member.name}, {symbol}__type())"):
            out.line(f"(entry: UnsafeMutablePointer<{names.c_type(member.entry)}>, key, value) in")
            out.line(f"entry.pointee.key = {_stored(member.key, 'key')}")
            out.line(f"entry.pointee.value = {_stored(member.value, 'value')}")
    elif member.repeated:
        out.line(f"(c.pointee.n_{member.c_name}, c.pointee.{member.c_name}) = arena.{MANY[member.kind]}({member.name})")
    elif member.optional:
        with out.block(f"if let value = {member.name}"):
            out.line(f"c.pointee._{member.proto_name}_case = "
                     + names.c_case(message.full_name, "_" + member.proto_name, member.proto_name))
            out.line(f"c.pointee.{member.c_name} = {_stored(member, 'value')}")
    elif member.kind == "message":
        out.line(f"if let value = {member.name} {{ c.pointee.{member.c_name} = arena.message(value) }}")
    else:
        out.line(f"c.pointee.{member.c_name} = {_stored(member, member.name)}")


def _stored(field, value):
    """One value as the C struct holds it."""
    return {
        "scalar": value,
        "bool": f"{value} ? 1 : 0",
        "string": f"arena.string({value})",
        "bytes": f"arena.bytes({value})",
        "enum": f".init(rawValue: .init(truncatingIfNeeded: {value}.rawValue))",
        "message": f"arena.message({value})",
    }[field.kind]


# To and from JSON.


def _visit(out, member):
    if isinstance(member, OneOf):
        for field in member.fields:
            case = f"{member.type_name}.{field.name}"
            value = f"if case .{field.name}(let value) = $0 {{ value }} else {{ nil }}"
            out.line(f"visitor.member({_field_name(field)}, of: &{member.name}, {case}) {{ {value} }}")
        return
    if member.key:
        call = "map"
    elif member.repeated:
        call = "repeated"
    else:
        call = "optional" if member.stored_type.endswith("?") else "field"
    out.line(f"visitor.{call}({_field_name(member)}, &{member.name})")


def _field_name(field):
    if field.json_name == field.proto_name:
        return f'"{field.proto_name}"'
    return f'.init("{field.json_name}", "{field.proto_name}")'


def types_file(model, files):
    """Every message type, to find one by its name."""
    out = Writer("all the .proto files")
    types = [model.swift_types[name] for file in files for item, name in descriptors.messages(file)
             if not item.options.map_entry]
    out.doc(" The message types that there are.")
    with out.block("package enum MessageTypes"):
        out.line("package static let all: [any CMessage.Type] = [")
        for line in textwrap.wrap(" ".join(f"{type}.self," for type in types), 108):
            out.line("    " + line)
        out.line("]")
        out.line()
        out.doc(" By their full names.")
        out.line("package static let named = Dictionary(uniqueKeysWithValues: all.map { ($0.fullName, $0) })")
    return out.text


def swift_text(text):
    """A text as a literal of Swift's."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def methods_file(model, files, scopes):
    """Every method with the types of its messages, to serve calls that come in other forms."""
    out = Writer("all the .proto files")
    names_of = {number: name for file in files for enum in model.file_enums(file) if enum.full_name == "attnrl.v1.Scope"
                for name, _, number, _ in enum.values}
    out.doc(" A method with the types of its messages.")
    with out.block("package struct MethodType: Sendable"):
        out.line("package let name: MethodName")
        out.doc(" What it does, as the .proto file says it.")
        out.line("package let comment: String")
        out.line("package let request: any CMessage.Type")
        out.line("package let response: any CMessage.Type")
        out.doc(" Whether there may be any number of requests, and of responses.")
        out.line("package let requestsStream: Bool")
        out.line("package let responsesStream: Bool")
        out.doc(" What a caller's key must be for.")
        out.line("package let scope: V1.Scope")
    out.line()
    with out.block("package enum MethodTypes"):
        out.line("package static let all: [MethodType] = [")
        for file in files:
            comments = descriptors.comments(file)
            for index, service in enumerate(file.service):
                for number, method in enumerate(service.method):
                    comment = " ".join(comments.get((6, index, 2, number), "").split())
                    name = f'MethodName(service: "{file.package}.{service.name}", method: "{method.name}")'
                    request, response = (model.swift_types[t.lstrip(".")] for t in (method.input_type, method.output_type))
                    streams = [str(flag).lower() for flag in (method.client_streaming, method.server_streaming)]
                    out.line(f"    MethodType(")
                    out.line(f"        name: {name},")
                    out.line(f"        comment: {swift_text(comment)},")
                    out.line(f"        request: {request}.self, response: {response}.self,")
                    scope = scopes.get(f"{file.package}.{service.name}.{method.name}", 0)
                    out.line(f"        requestsStream: {streams[0]}, responsesStream: {streams[1]},")
                    out.line(f"        scope: .{names_of[scope]}),")
        out.line("]")
        out.line()
        out.doc(" By their names.")
        out.line("package static let named = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })")
    return out.text
