// The version, named here and nowhere else: the Debian package takes it from this line, and a test
// holds the Python package's against it.

/// Which budgetd this is.
public enum Version {
    /// As semver.org has it.
    public static let text = "0.1.0"
}
