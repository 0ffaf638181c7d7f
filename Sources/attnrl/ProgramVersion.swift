/// The version of this program, here and nowhere else.
let attnrlVersion = "0.1.0"
