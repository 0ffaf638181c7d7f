/// The projections of a layer that adapters change, by PEFT's names.
public enum AdapterTarget: String, Sendable, Hashable, CaseIterable {
    case query = "q_proj"
    case key = "k_proj"
    case value = "v_proj"
    case output = "o_proj"
    case gate = "gate_proj"
    case up = "up_proj"
    case down = "down_proj"
}
