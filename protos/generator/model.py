"""What Swift code is written from: messages and fields with their Swift and C names resolved."""

from dataclasses import dataclass, field

from . import descriptors, names
from .descriptors import FieldProto, fail

SCALARS = {
    FieldProto.TYPE_DOUBLE: "Double", FieldProto.TYPE_FLOAT: "Float",
    FieldProto.TYPE_INT32: "Int32", FieldProto.TYPE_SINT32: "Int32", FieldProto.TYPE_SFIXED32: "Int32",
    FieldProto.TYPE_INT64: "Int64", FieldProto.TYPE_SINT64: "Int64", FieldProto.TYPE_SFIXED64: "Int64",
    FieldProto.TYPE_UINT32: "UInt32", FieldProto.TYPE_FIXED32: "UInt32",
    FieldProto.TYPE_UINT64: "UInt64", FieldProto.TYPE_FIXED64: "UInt64",
}
DEFAULTS = {"Bool": "false", "String": '""', "[UInt8]": "[]"}


@dataclass
class Field:
    """One field. `kind` is scalar, bool, string, bytes, enum or message."""

    proto_name: str
    kind: str
    swift_type: str
    comment: str
    json_name: str
    repeated: bool = False
    optional: bool = False  # proto3's `optional`
    # Of a map: the entry's C type and its two fields.
    entry: str = ""
    key: "Field" = None
    value: "Field" = None

    @property
    def name(self):
        return names.member(self.proto_name)

    @property
    def c_name(self):
        return self.proto_name.lower()

    @property
    def stored_type(self):
        if self.key:
            return f"[{self.key.swift_type}: {self.value.swift_type}]"
        if self.repeated:
            return f"[{self.swift_type}]"
        return self.swift_type + ("?" if self.optional or self.kind == "message" else "")

    @property
    def default(self):
        if self.key:
            return " = [:]"
        if self.repeated:
            return " = []"
        if self.stored_type.endswith("?"):
            return ""
        if self.kind == "enum":
            return f" = {self.swift_type}(rawValue: 0)"
        return f" = {DEFAULTS.get(self.swift_type, '0')}"


@dataclass
class OneOf:
    proto_name: str
    comment: str
    fields: list = field(default_factory=list)

    @property
    def name(self):
        return names.member(self.proto_name)

    @property
    def type_name(self):
        return names.pascal(self.proto_name)


@dataclass
class Enum:
    full_name: str
    swift_name: str
    comment: str
    prefix: str  # what all its values begin with
    values: list  # (Swift name, .proto name, number, comment)


@dataclass
class Message:
    full_name: str
    swift_name: str  # the last part
    swift_type: str  # with everything around it
    comment: str
    members: list  # Field and OneOf, as declared
    messages: list
    enums: list


# What JSON writes otherwise than its fields say, but for Any and Duration, whose form Wire/JSON/WellKnown+JSON.swift has.
NO_JSON = {f"google.protobuf.{name}" for name in (
    "BoolValue", "BytesValue", "DoubleValue", "FieldMask", "FloatValue", "Int32Value", "Int64Value", "ListValue",
    "NullValue", "StringValue", "Struct", "Timestamp", "UInt32Value", "UInt64Value", "Value")}


class Model:
    """Resolves types across all files."""

    def __init__(self, files, namespaces, renamed):
        self.renamed = renamed
        self.swift_types = {}
        self.entries = {}
        for file in files:
            if file.package not in namespaces:
                fail(f"{file.name}: package {file.package} has no Swift namespace; name one in protos/generate")
            for item, full_name in [*descriptors.messages(file), *descriptors.enums(file)]:
                if full_name in NO_JSON:
                    fail(f"{full_name} has a JSON form of its own; write it in Sources/Wire/JSON, beside Duration's")
                scope, _, last = full_name.rpartition(".")
                around = namespaces.get(scope) or self.swift_types[scope]
                self.swift_types[full_name] = f"{around}.{renamed.get(full_name, last)}"
                if getattr(item, "options", None) and getattr(item.options, "map_entry", False):
                    self.entries[full_name] = item
        self._refuse_recursion(files)

    def _refuse_recursion(self, files):
        """A Swift struct cannot hold itself, unless in an array."""
        holds = {name: [f.type_name[1:] for f in item.field if f.type == FieldProto.TYPE_MESSAGE
                        and f.label != FieldProto.LABEL_REPEATED]
                 for file in files for item, name in descriptors.messages(file)}

        def walk(name, above):
            if name in above:
                fail(f"{name} contains itself; put it in a repeated field")
            for inner in holds[name]:
                walk(inner, above | {name})

        for name in holds:
            walk(name, frozenset())

    def file_messages(self, file):
        comments = descriptors.comments(file)
        return [self._message(item, f"{file.package}.{item.name}", (4, index), comments)
                for index, item in enumerate(file.message_type)]

    def file_enums(self, file):
        comments = descriptors.comments(file)
        return [self._enum(item, f"{file.package}.{item.name}", (5, index), comments)
                for index, item in enumerate(file.enum_type)]

    def _message(self, item, full_name, path, comments):
        nested = [(i, m) for i, m in enumerate(item.nested_type) if not m.options.map_entry]
        return Message(
            full_name=full_name,
            swift_name=self.swift_types[full_name].rpartition(".")[2],
            swift_type=self.swift_types[full_name],
            comment=comments.get(path, ""),
            members=self._members(item, full_name, path, comments),
            messages=[self._message(m, f"{full_name}.{m.name}", (*path, 3, i), comments) for i, m in nested],
            enums=[self._enum(e, f"{full_name}.{e.name}", (*path, 4, i), comments)
                   for i, e in enumerate(item.enum_type)])

    def _members(self, item, full_name, path, comments):
        c_names = {f.name.lower() for f in item.field}
        members, oneofs = [], {}
        for index, proto in enumerate(item.field):
            clashes = proto.name == "base" or (proto.label == FieldProto.LABEL_REPEATED and f"n_{proto.name}" in c_names)
            if clashes:
                fail(f"{full_name}.{proto.name}: protobuf-c makes C of this name that does not compile; rename it")
            made = self._field(proto, comments.get((*path, 2, index), ""))
            if proto.HasField("oneof_index") and not proto.proto3_optional:
                if proto.oneof_index not in oneofs:
                    name = item.oneof_decl[proto.oneof_index].name
                    oneofs[proto.oneof_index] = OneOf(name, comments.get((*path, 8, proto.oneof_index), ""))
                    members.append(oneofs[proto.oneof_index])
                oneofs[proto.oneof_index].fields.append(made)
            else:
                members.append(made)
        return members

    def _field(self, proto, comment=""):
        made = Field(proto.name, *self._type(proto), comment, proto.json_name,
                     repeated=proto.label == FieldProto.LABEL_REPEATED, optional=proto.proto3_optional)
        entry = self.entries.get(proto.type_name[1:])
        if entry:
            made.key, made.value = (self._field(f) for f in entry.field)
            made.entry = proto.type_name[1:]
            if made.key.kind not in ("scalar", "string"):
                fail(f"map {proto.name}: keys are strings or integers here")
        return made

    def _type(self, proto):
        if proto.type in SCALARS:
            return "scalar", SCALARS[proto.type]
        if proto.type == FieldProto.TYPE_BOOL:
            return "bool", "Bool"
        if proto.type == FieldProto.TYPE_STRING:
            return "string", "String"
        if proto.type == FieldProto.TYPE_BYTES:
            return "bytes", "[UInt8]"
        if proto.type == FieldProto.TYPE_ENUM:
            return "enum", self.swift_types[proto.type_name[1:]]
        if proto.type == FieldProto.TYPE_MESSAGE:
            return "message", self.swift_types[proto.type_name[1:]]
        return fail(f"field {proto.name}: groups are not supported")

    def _enum(self, item, full_name, path, comments):
        value_names = [value.name for value in item.value]
        values = []
        for index, value in enumerate(item.value):
            name = self.renamed.get(f"{full_name}.{value.name}") or names.enum_case(item.name, value_names, value.name)
            if name in ("none", "some"):
                fail(f"{full_name}.{value.name}: .{name} would be Optional's own; name it in protos/generate")
            values.append((name, value.name, value.number, comments.get((*path, 2, index), "")))
        return Enum(full_name, self.swift_types[full_name].rpartition(".")[2], comments.get(path, ""),
                    names.common_prefix(item.name, value_names), values)
