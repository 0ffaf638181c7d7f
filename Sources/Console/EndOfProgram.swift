/// Ends the program with a code, without a message: what there was to say was said.
package struct EndOfProgram: Error {
    package let code: Int32

    package init(code: Int32) { self.code = code }
}
