/// A day of the Gregorian calendar in UTC, without Foundation: prices are dated by days.
///
/// The arithmetic counts days in eras of 400 years from 1 March of the year 0, so that leap
/// days fall at the end of a year.
public struct CivilDate: Hashable, Sendable {
    public let year: Int
    /// 1 … 12
    public let month: Int
    /// 1 … 31
    public let day: Int

    private static let dayMilliseconds: Int64 = 86_400_000

    /// The day of a moment (Unix time in milliseconds).
    public init(unixMilliseconds: Int64) {
        let days = Int(unixMilliseconds.flooredQuotient(by: Self.dayMilliseconds)) + 719_468
        let era = days.flooredQuotient(by: 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        month = shifted < 10 ? shifted + 3 : shifted - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Reads `2026-05-01`: years 1970 … 9999; nil for any other form or a day that is not in
    /// the calendar.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { $0.asDigit != nil } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            year >= 1970, 1...12 ~= month, 1...31 ~= day
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        // 31 February would come back as a day in March.
        guard CivilDate(unixMilliseconds: midnight) == self else { return nil }
    }

    /// Unix time in milliseconds of its UTC midnight.
    public var midnight: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.flooredQuotient(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468) * Self.dayMilliseconds
    }

    /// `2026-05-01`
    public var text: String {
        "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    private func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension BinaryInteger {
    fileprivate func flooredQuotient(by divisor: Self) -> Self {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
