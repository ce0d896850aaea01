// Calendar windows: every moment lies in exactly one, and they adjoin, also where local time
// jumps.

import BudgetModel
import Foundation
import Testing

@Suite struct CalendarWindowsTests {
    private func zone(_ name: String) throws -> TimeZone {
        try #require(TimeZone(identifier: name))
    }

    /// `2026-11-22T10:15`, with or without seconds, in UTC.
    private func moment(_ text: some StringProtocol) throws -> Int64 {
        let seconds = text.utf8.count == 16 ? ":00Z" : "Z"
        let date = try Date(text + seconds, strategy: .iso8601)
        return Int64(date.timeIntervalSince1970) * 1000
    }

    /// Per row: unit, a moment, the window's id, its first moment, the first after it.
    static let tables = [
        "UTC": """
        day    2026-11-22T23:59:59 d2026-11-22        2026-11-22T00:00 2026-11-23T00:00
        day    2026-11-23T00:00    d2026-11-23        2026-11-23T00:00 2026-11-24T00:00
        minute 2026-11-22T10:15:59 m2026-11-22T10:15Z 2026-11-22T10:15 2026-11-22T10:16
        month  2028-02-29T12:00    M2028-02           2028-02-01T00:00 2028-03-01T00:00
        month  2026-12-31T23:59:59 M2026-12           2026-12-01T00:00 2027-01-01T00:00
        week   2027-01-01T12:00    w2026-12-28        2026-12-28T00:00 2027-01-04T00:00
        week   2026-11-22T23:00    w2026-11-16        2026-11-16T00:00 2026-11-23T00:00
        """,
        "Asia/Kolkata": """
        day    2026-11-22T18:29:59 d2026-11-22        2026-11-21T18:30 2026-11-22T18:30
        hour   2026-11-22T18:29:59 h2026-11-22T17:30Z 2026-11-22T17:30 2026-11-22T18:30
        """,
        // Daylight saving begins: a day of 23 hours; ends: 25 hours, and 2 o'clock twice.
        "Europe/Berlin": """
        day    2026-11-22T23:00    d2026-11-23        2026-11-22T23:00 2026-11-23T23:00
        day    2027-03-28T12:00    d2027-03-28        2027-03-27T23:00 2027-03-28T22:00
        hour   2027-03-28T00:59:59 h2027-03-28T00:00Z 2027-03-28T00:00 2027-03-28T01:00
        day    2027-10-31T12:00    d2027-10-31        2027-10-30T22:00 2027-10-31T23:00
        hour   2027-10-31T00:30    h2027-10-31T00:00Z 2027-10-31T00:00 2027-10-31T01:00
        hour   2027-10-31T01:30    h2027-10-31T01:00Z 2027-10-31T01:00 2027-10-31T02:00
        week   2027-10-31T12:00    w2027-10-25        2027-10-24T22:00 2027-10-31T23:00
        month  2027-03-15T00:00    M2027-03           2027-02-28T23:00 2027-03-31T22:00
        """,
        // Half an hour back: the local hour is cut where its clock changes.
        "Australia/Lord_Howe": """
        hour   2027-04-03T14:59:59 h2027-04-03T14:00Z 2027-04-03T14:00 2027-04-03T15:00
        hour   2027-04-03T15:00    h2027-04-03T15:00Z 2027-04-03T15:00 2027-04-03T15:30
        """,
        "Asia/Pyongyang": """
        hour   2018-05-04T14:59:59 h2018-05-04T14:30Z 2018-05-04T14:30 2018-05-04T15:00
        hour   2018-05-04T15:00    h2018-05-04T15:00Z 2018-05-04T15:00 2018-05-04T16:00
        """,
        // A whole hour back in the middle of one: hours still begin at the same minute.
        "Pacific/Chatham": """
        hour   2027-04-03T13:59:59 h2027-04-03T13:15Z 2027-04-03T13:15 2027-04-03T14:15
        hour   2027-04-03T14:00    h2027-04-03T13:15Z 2027-04-03T13:15 2027-04-03T14:15
        """,
    ]

    @Test(arguments: tables)
    func windows(zone: String, table: String) throws {
        var windows = CalendarWindows(timeZone: try self.zone(zone))
        for row in table.split(separator: "\n") {
            let cells = row.split(separator: " ")
            let unit = try #require(CalendarUnit(rawValue: String(cells[0])))
            let expected = WindowInstance(
                id: String(cells[2]), from: try moment(cells[3]), until: try moment(cells[4]))
            #expect(windows.window(unit, at: try moment(cells[1])) == expected, "\(row)")
        }
    }

    @Test(arguments: [
        "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu",
        "Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "Pacific/Chatham",
        "America/St_Johns", "Asia/Beirut", "Pacific/Apia",
    ])
    func everyMomentLiesInOneWindow(zone: String) throws {
        var random = SeededGenerator(for: "windows of \(zone)")
        let timeZone = try self.zone(zone)
        let start = try moment("2024-01-01T00:00:00Z")
        let end = try moment("2032-01-01T00:00:00Z")
        for unit in CalendarUnit.allCases {
            // One that has nothing in store, and one that walks with its last answer kept.
            var walking = CalendarWindows(timeZone: timeZone)
            for _ in 0..<150 {
                let now = try nearChange(of: timeZone, start, end, using: &random)
                var fresh = CalendarWindows(timeZone: timeZone)
                let window = fresh.window(unit, at: now)
                try #require(window.contains(now), "\(unit) at \(now)")
                #expect(walking.window(unit, at: now) == window)
                #expect(fresh.window(unit, at: window.from) == window)
                #expect(fresh.window(unit, at: window.until - 1) == window)
                let next = fresh.window(unit, at: window.until)
                #expect(next.from == window.until && next.id != window.id, "\(unit) at \(now)")
                let before = fresh.window(unit, at: window.from - 1)
                #expect(before.until == window.from && before.id != window.id)
            }
        }
    }

    /// Half of the moments within two days of a change of the zone's offset.
    private func nearChange(
        of zone: TimeZone, _ start: Int64, _ end: Int64, using random: inout SeededGenerator
    ) throws -> Int64 {
        let anywhere = Int64.random(in: start..<end, using: &random)
        let date = Date(timeIntervalSince1970: Double(anywhere) / 1000)
        guard Bool.random(using: &random),
            let change = zone.nextDaylightSavingTimeTransition(after: date)
        else { return anywhere }
        let instant = Int64(change.timeIntervalSince1970) * 1000
        return instant + Int64.random(in: -172_800_000...172_800_000, using: &random)
    }

    @Test func aLifetimeHasOneWindow() {
        #expect(WindowInstance.lifetime(idleMilliseconds: nil).contains(.min))
        #expect(WindowInstance.lifetime(idleMilliseconds: 5).id == "L5")
    }
}
