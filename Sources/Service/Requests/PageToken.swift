import Foundation

/// Where a page of a sorted list begins: after the item with this key.
///
/// Callers see it as opaque text.
struct PageToken {
    static let largestPage = 100
    private static let prefix = "after:"

    /// Nil for the first page.
    let key: String?

    /// Reads a token; returns nil if it is not one of ours.
    init?(_ text: String) {
        if text.isEmpty {
            key = nil
            return
        }
        guard let data = Data(base64Encoded: text), let plain = String(data: data, encoding: .utf8),
            plain.hasPrefix(Self.prefix)
        else { return nil }
        key = String(plain.dropFirst(Self.prefix.count))
    }

    /// The token for the page after the item with this key.
    static func text(after key: String) -> String { Data((prefix + key).utf8).base64EncodedString() }

    /// The items after a token and the token of the next page, which is empty if there is none.
    ///
    /// - Parameters:
    ///   - items: Sorted by `key`.
    ///   - size: The requested size; 0 and sizes beyond the maximum mean the maximum.
    static func page<Item>(
        _ items: [Item], after token: PageToken?, size: Int, key: (Item) -> String
    ) -> (items: [Item], next: String) {
        let size = size == 0 ? largestPage : min(size, largestPage)
        let rest = items.drop { item in token?.key.map { key(item) <= $0 } ?? false }
        let page = Array(rest.prefix(size))
        guard rest.count > size, let last = page.last else { return (page, "") }
        return (page, text(after: key(last)))
    }
}
