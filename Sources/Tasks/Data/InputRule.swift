/// Which kinds of file may be read as data.
public enum InputRule: Sendable {
    /// Regular files only, for what a server opens on request: a pipe would keep it waiting, and a device may never end.
    case regularFiles
    /// Pipes and devices too, which are read to their end once: for what the caller of a command names.
    case streams
}
