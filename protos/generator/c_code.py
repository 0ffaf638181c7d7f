"""Message code of protobuf-c, its umbrella header, and the descriptors that reflection serves."""

import subprocess

from google.protobuf.compiler import plugin_pb2

from . import descriptors, names
from .descriptors import fail

WARNING = "/* Made by protos/generate from the .proto files. Changes belong there. */\n"


def message_code(files):
    """{path: text} as protoc-gen-c writes them."""
    changed = [descriptors.for_protobuf_c(file) for file in files]
    request = plugin_pb2.CodeGeneratorRequest(file_to_generate=[f.name for f in changed], proto_file=changed)
    try:
        done = subprocess.run(["protoc-gen-c"], input=request.SerializeToString(), stdout=subprocess.PIPE)
    except FileNotFoundError:
        fail("protoc-gen-c is not installed (Debian: protobuf-c-compiler)")
    response = plugin_pb2.CodeGeneratorResponse.FromString(done.stdout)
    if done.returncode != 0 or response.error:
        fail(f"protoc-gen-c: {response.error or done.returncode}")
    return {file.name: file.content for file in response.file}


def umbrella_header(files, own_headers):
    """Everything Swift imports, and a way for it to reach descriptors: it cannot take the address of a C constant."""
    text = WARNING + "#pragma once\n\n"
    for header in own_headers + [file.name.replace(".proto", ".pb-c.h") for file in files]:
        text += f'#include "{header}"\n'
    for file in files:
        text += "\n"
        for _, full_name in descriptors.messages(file):
            symbol = names.c_symbol(full_name)
            text += (f"static inline const ProtobufCMessageDescriptor *{symbol}__type(void) "
                     f"{{ return &{symbol}__descriptor; }}\n")
    return text


def module_map(module, umbrella):
    return f'module {module} {{\n    header "{umbrella}"\n    export *\n}}\n'


def file_table(files):
    """C constants with each file's FileDescriptorProto and the names it declares."""
    text = WARNING + '#include "proto_files.h"\n'
    rows = ""
    for index, file in enumerate(files):
        data = descriptors.without_comments(file).SerializeToString(deterministic=True)
        symbols = sorted(descriptors.symbols(file))
        text += f"\n/* {file.name} */\nstatic const uint8_t descriptor_{index}[] = {{\n{_byte_rows(data)}}};\n"
        text += f"static const char *const symbols_{index}[] = {{\n"
        text += "".join(f'    "{symbol}",\n' for symbol in symbols) + "    NULL,\n};\n"
        text += f"static const char *const imports_{index}[] = {{"
        text += "".join(f'"{name}", ' for name in file.dependency) + "NULL};\n"
        rows += f'    {{"{file.name}", descriptor_{index}, sizeof descriptor_{index}, symbols_{index}, imports_{index}}},\n'
    text += f"\nconst attn_proto_file attn_proto_files[] = {{\n{rows}}};\n"
    text += f"const size_t attn_proto_file_count = {len(files)};\n"
    return text


def _byte_rows(data):
    rows = [data[i:i + 24] for i in range(0, len(data), 24)]
    return "".join("    " + "".join(f"{byte}," for byte in row) + "\n" for row in rows)
