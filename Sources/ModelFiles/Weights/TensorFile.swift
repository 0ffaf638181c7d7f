/// A file of tensors under Hugging Face's names.
protocol TensorFile: Sendable {
    /// For messages.
    var path: String { get }

    /// A tensor to read weights from; nil if the file has none of that name.
    ///
    /// - Throws: `PolicyError` if weights cannot be read from its stored format.
    func tensor(named name: String) throws -> TensorView?
}

extension SafetensorsFile: TensorFile {}
