// swift-format-ignore-file
// Made by protos/generate from the packages of the .proto files. Changes belong there.

/// Messages and services of package `google.rpc`.
public enum GoogleRPC {}

/// Messages and services of package `grpc.health.v1`.
public enum Health {}

/// Messages and services of package `grpc.reflection.v1`.
public enum Reflection {}

/// Messages and services of package `grpc.reflection.v1alpha`.
public enum ReflectionAlpha {}

/// Messages and services of package `attnrl.v1`.
public enum V1 {}

/// Messages and services of package `google.protobuf`.
public enum WellKnown {}
