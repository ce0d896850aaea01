/// A short, stable, non-cryptographic digest for names that a policy's author chooses.
///
/// FNV-1a (64 bits), folded to 48. Collisions between a policy's limits are found by the
/// policy check; nothing here stands against an attacker, and nothing needs to.
public enum Digest {
    /// 48 bits of the text's UTF-8 bytes, never negative.
    public static func bits48(of text: String) -> Int64 {
        let hash = bits64(of: text)
        return Int64((hash ^ (hash >> 48)) & 0xffff_ffff_ffff)
    }

    /// All 64 bits, where nothing has to be exact in Lua.
    public static func bits64(of text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return hash
    }

    /// `name` with a backslash before each character that separates names in a digest's text.
    static func escaped(_ name: String) -> String {
        var text = ""
        for character in name.unicodeScalars {
            if "\\,;&=|".unicodeScalars.contains(character) { text += "\\" }
            text.unicodeScalars.append(character)
        }
        return text
    }
}
