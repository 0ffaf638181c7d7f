"""Reads .proto files through protoc into what the rest of the generator works on."""

import subprocess
import sys

from google.protobuf import descriptor_pb2

FieldProto = descriptor_pb2.FieldDescriptorProto

# Extension 1019 of FileOptions and FieldOptions belongs to protobuf-c. These are its fields in wire form.
NO_PACK_HELPERS = b"\xda\x3f\x02\x10\x00"  # ProtobufCFileOptions.gen_pack_helpers = false
STRING_AS_BYTES = b"\xda\x3f\x02\x08\x01"  # ProtobufCFieldOptions.string_as_bytes = true


# Extension 50917 of MethodOptions, `scope` in attnrl/v1/access.proto: its tag as a varint.
SCOPE_TAG = b"\xa8\xee\x18"
OPTIONS_PROTO = "google/protobuf/descriptor.proto"


def fail(message):
    sys.exit(f"protos/generate: {message}")


def compile_protos(root, names):
    """Files in the order of their imports, with comments."""
    command = ["protoc", f"-I{root}", "--include_imports", "--include_source_info", "--descriptor_set_out=/dev/stdout"]
    try:
        done = subprocess.run(command + names, stdout=subprocess.PIPE)
    except FileNotFoundError:
        fail("protoc is not installed (Debian: protobuf-compiler)")
    if done.returncode != 0:
        fail("protoc refused the files, see above")
    files = list(descriptor_pb2.FileDescriptorSet.FromString(done.stdout).file)
    for file in files:
        # What protoc brings along differs between its versions in comments only, and those are not ours to repeat.
        if file.name not in names:
            file.ClearField("source_code_info")
    return files


def take_scopes(files):
    """{"package.Service.Method": number of the scope}; removes the options that say so, and what defines them.

    What remains needs no descriptor.proto: there is no C for it, and reflection would have to serve whichever one protoc
    brings along.
    """
    scopes = {}
    files[:] = [file for file in files if file.name != OPTIONS_PROTO]
    for file in files:
        if OPTIONS_PROTO in file.dependency:
            file.dependency.remove(OPTIONS_PROTO)
            file.ClearField("extension")
        for service in file.service:
            for method in service.method:
                options = method.options.SerializeToString()
                if options:
                    if not options.startswith(SCOPE_TAG) or len(options) != len(SCOPE_TAG) + 1:
                        fail(f"{service.name}.{method.name} has an option other than its scope")
                    scopes[f"{file.package}.{service.name}.{method.name}"] = options[-1]
                    method.ClearField("options")
    return scopes


def without_comments(file):
    """The descriptor reflection serves: as written, without source positions."""
    plain = descriptor_pb2.FileDescriptorProto()
    plain.CopyFrom(file)
    plain.ClearField("source_code_info")
    return plain


def for_protobuf_c(file):
    """The descriptor protoc-gen-c can take and makes good C from. The wire format is unchanged."""
    changed = descriptor_pb2.FileDescriptorProto()
    changed.CopyFrom(file)
    changed.options.MergeFromString(NO_PACK_HELPERS)
    for message, _ in messages(changed):
        for field in message.field:
            # It refuses proto3's `optional`; the synthetic oneof that is there already does the same.
            field.ClearField("proto3_optional")
            # As `char *` a string would end at its first NUL.
            if field.type == FieldProto.TYPE_STRING:
                field.options.MergeFromString(STRING_AS_BYTES)
    return changed


def messages(file):
    """Every message with its full name, a message before those inside it."""

    def walk(items, scope):
        for item in items:
            name = f"{scope}.{item.name}"
            yield item, name
            yield from walk(item.nested_type, name)

    yield from walk(file.message_type, file.package)


def enums(file):
    """Every enum with its full name."""
    for enum in file.enum_type:
        yield enum, f"{file.package}.{enum.name}"
    for message, name in messages(file):
        for enum in message.enum_type:
            yield enum, f"{name}.{enum.name}"


def symbols(file):
    """Full names of everything the file declares, as reflection looks them up."""
    for message, name in messages(file):
        yield name
        yield from (f"{name}.{field.name}" for field in message.field)
        yield from (f"{name}.{oneof.name}" for oneof in message.oneof_decl if not oneof.name.startswith("_"))
    for enum, name in enums(file):
        yield name
        # Values of an enum are named in the scope around it.
        yield from (f"{name.rpartition('.')[0]}.{value.name}" for value in enum.value)
    for service in file.service:
        yield f"{file.package}.{service.name}"
        yield from (f"{file.package}.{service.name}.{method.name}" for method in service.method)


def comments(file):
    """Leading comments by the path of what they stand before."""
    return {tuple(place.path): place.leading_comments for place in file.source_code_info.location
            if place.leading_comments}
