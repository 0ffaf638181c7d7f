// swift-format-ignore-file
// Made by protos/generate from the packages of the .proto files. Changes belong there.

/// Messages and services of package `grpc.testing`.
public enum Interop {}
