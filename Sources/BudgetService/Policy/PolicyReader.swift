// From files to a policy. A YAML file becomes nodes that know their place (YAMLFile, YAMLNode);
// one reader per section turns nodes into values of the model; here the sections come together.
//
// What must always hold: every fault of every file is told at once, with its place and what was
// expected, and a policy is made only where there is none. So no reader stops at a fault: it
// adds it to the list, answers nil or leaves its part out, and goes on. Decoding with Codable
// was rejected, since it stops at the first fault and reads numbers through floating point.

public import BudgetModel
import Foundation

/// Reads a policy file and the price files that it names.
public enum PolicyReader {
    private static let keys = [
        "version", "timezone", "tenants", "require", "fields", "limits", "reservations",
        "default_estimate", "unknown_model", "on_unavailable", "prices", "keep",
    ]

    /// Reads the policy at a path; price files are looked for beside it.
    public static func read(path: String) -> Result<Policy, PolicyFaults> {
        readAll(path: path).map(\.policy)
    }

    /// Reads the policy at a path, and lists what of its price files can't be charged.
    public static func checkPrices(path: String) -> Result<PriceCheck, PolicyFaults> {
        readAll(path: path).map(\.prices)
    }

    private typealias Reading = (policy: Policy, prices: PriceCheck)

    private static func readAll(path: String) -> Result<Reading, PolicyFaults> {
        let load = { (path: String) throws in
            try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
        }
        do {
            return readAll(text: try load(path), file: path, loadFile: load)
        } catch {
            let list = FaultList(file: path)
            list.add(line: 1, column: 1, "can't be read: \(FilePath.reason(error))")
            return .failure(PolicyFaults([list]))
        }
    }

    /// Reads a policy.
    ///
    /// - Parameters:
    ///   - text: the content of the policy file, at most 1 MiB.
    ///   - file: its path, as faults name it and price files are found beside it.
    ///   - loadFile: answers the content of a price file.
    public static func read(
        text: String, file: String, loadFile: (_ path: String) throws -> String
    ) -> Result<Policy, PolicyFaults> {
        readAll(text: text, file: file, loadFile: loadFile).map(\.policy)
    }

    private static func readAll(
        text: String, file: String, loadFile: (_ path: String) throws -> String
    ) -> Result<Reading, PolicyFaults> {
        let list = FaultList(file: file)
        var yaml = YAMLFile(text: text, faults: list)
        var prices = PricesReader(policyFile: file)
        // Before it is read: LiteLLM's is larger than any policy may be.
        var isPriceFile = LiteLLMFile.isMeant(text, beside: keys)
        let root = isPriceFile ? nil : yaml.root(expected: "a policy")
        isPriceFile = isPriceFile || root.map(PricesReader.isPriceFile) == true
        if isPriceFile {
            list.add(
                line: 1, column: 1,
                "this is a price file; expected a policy, which names it: prices: [\(file)]")
        }
        let policy = (isPriceFile ? nil : root?.fields(keys)).map {
            self.policy($0, &prices, loadFile)
        }
        let faults = PolicyFaults([list] + prices.faultLists)
        guard let policy, faults.faults.isEmpty else { return .failure(faults) }
        return .success((policy, prices.check))
    }

    /// The policy as far as it can be read.
    private static func policy(
        _ fields: YAMLFields, _ prices: inout PricesReader,
        _ loadFile: (_ path: String) throws -> String
    ) -> Policy {
        let version = fields.required("version", "version: \(Policy.formatVersion)")
        let expected = Int64(Policy.formatVersion)
        _ = version?.whole(expected...expected, "\(expected)")
        let limits = fields.required("limits", "a list of limits")
        let keep = SettingsReader.retention(fields["keep"])
        let reservations = SettingsReader.reservations(fields["reservations"])
        // A hold may begin in the last half of its counters' life.
        if keep.runsMs / 2 < reservations.maxTTLMs + reservations.graceMs {
            let place = fields["keep"] ?? fields["reservations"] ?? fields.owner
            place.fault(
                "runs are kept for \(DurationText.text(keep.runsMs)), shorter than twice as long "
                    + "as a reservation may live; expected keep.runs of at least twice max_ttl "
                    + "and grace together")
        }
        if reservations.maxTTLMs + reservations.graceMs > 7 * Retention.day {
            (fields["reservations"] ?? fields.owner).fault(
                "max_ttl and grace are longer than 7d together, for which counters outlive their "
                    + "window; expected at most 7d (EXTEND keeps a call's hold for longer)")
        }
        if keep.journalMs < keep.runsMs {
            (fields["keep"] ?? fields.owner).fault(
                "the journal is kept for \(DurationText.text(keep.journalMs)), shorter than runs, "
                    + "whose entries are read from it; expected keep.journal of at least keep.runs")
        }
        if keep.keysMs < reservations.maxTTLMs + reservations.graceMs {
            let place = fields["keep"] ?? fields["reservations"] ?? fields.owner
            place.fault(
                "keys are kept for \(DurationText.text(keep.keysMs)), shorter than a reservation "
                    + "may live; expected keep.keys of at least max_ttl and grace together")
        }
        return Policy(
            timeZone: fields["timezone"]?.timeZone() ?? .gmt,
            tenants: SettingsReader.tenants(fields["tenants"]),
            require: fields["require"]?.subjectFields() ?? [],
            fields: SettingsReader.outsideNames(fields["fields"]),
            limits: limits.map(LimitsReader.read) ?? [],
            reservations: reservations,
            defaultEstimate: SettingsReader.estimates(fields["default_estimate"]),
            unknownModel: SettingsReader.unknownModel(fields["unknown_model"]),
            onUnavailable: SettingsReader.outage(fields["on_unavailable"]),
            priceBook: prices.read(fields["prices"], loadFile),
            keep: keep)
    }
}
