// Calendar windows: every moment lies in exactly one, and they adjoin, also where local time
// jumps.

import BudgetModel
import Foundation
import Testing

@Suite struct CalendarWindowsTests {
    private func zone(_ name: String) throws -> TimeZone {
        try #require(TimeZone(identifier: name))
    }

    private func moment(_ text: String) throws -> Int64 {
        let date = try Date(text, strategy: .iso8601)
        return Int64(date.timeIntervalSince1970) * 1000
    }

    /// zone, unit, moment, id, first moment, first moment after
    @Test(arguments: [
        ("UTC", "day", "2026-11-22T23:59:59Z", "d2026-11-22", "2026-11-22T00:00:00Z",
            "2026-11-23T00:00:00Z"),
        ("UTC", "day", "2026-11-23T00:00:00Z", "d2026-11-23", "2026-11-23T00:00:00Z",
            "2026-11-24T00:00:00Z"),
        ("UTC", "minute", "2026-11-22T10:15:59Z", "m2026-11-22T10:15Z", "2026-11-22T10:15:00Z",
            "2026-11-22T10:16:00Z"),
        ("UTC", "month", "2028-02-29T12:00:00Z", "M2028-02", "2028-02-01T00:00:00Z",
            "2028-03-01T00:00:00Z"),
        ("UTC", "month", "2026-12-31T23:59:59Z", "M2026-12", "2026-12-01T00:00:00Z",
            "2027-01-01T00:00:00Z"),
        // An ISO week begins on Monday and may span two years.
        ("UTC", "week", "2027-01-01T12:00:00Z", "w2026-12-28", "2026-12-28T00:00:00Z",
            "2027-01-04T00:00:00Z"),
        ("UTC", "week", "2026-11-22T23:00:00Z", "w2026-11-16", "2026-11-16T00:00:00Z",
            "2026-11-23T00:00:00Z"),
        // The offset decides where a day begins.
        ("Europe/Berlin", "day", "2026-11-22T23:00:00Z", "d2026-11-23", "2026-11-22T23:00:00Z",
            "2026-11-23T23:00:00Z"),
        ("Asia/Kolkata", "day", "2026-11-22T18:29:59Z", "d2026-11-22", "2026-11-21T18:30:00Z",
            "2026-11-22T18:30:00Z"),
        ("Asia/Kolkata", "hour", "2026-11-22T18:29:59Z", "h2026-11-22T17:30Z",
            "2026-11-22T17:30:00Z", "2026-11-22T18:30:00Z"),
        // Daylight saving begins: a day of 23 hours; ends: 25 hours, and 2 o'clock twice.
        ("Europe/Berlin", "day", "2027-03-28T12:00:00Z", "d2027-03-28", "2027-03-27T23:00:00Z",
            "2027-03-28T22:00:00Z"),
        ("Europe/Berlin", "day", "2027-10-31T12:00:00Z", "d2027-10-31", "2027-10-30T22:00:00Z",
            "2027-10-31T23:00:00Z"),
        ("Europe/Berlin", "hour", "2027-10-31T00:30:00Z", "h2027-10-31T00:00Z",
            "2027-10-31T00:00:00Z", "2027-10-31T01:00:00Z"),
        ("Europe/Berlin", "hour", "2027-10-31T01:30:00Z", "h2027-10-31T01:00Z",
            "2027-10-31T01:00:00Z", "2027-10-31T02:00:00Z"),
        ("Europe/Berlin", "hour", "2027-03-28T00:59:59Z", "h2027-03-28T00:00Z",
            "2027-03-28T00:00:00Z", "2027-03-28T01:00:00Z"),
        ("Europe/Berlin", "month", "2027-03-15T00:00:00Z", "M2027-03", "2027-02-28T23:00:00Z",
            "2027-03-31T22:00:00Z"),
        ("Europe/Berlin", "week", "2027-10-31T12:00:00Z", "w2027-10-25", "2027-10-24T22:00:00Z",
            "2027-10-31T23:00:00Z"),
        // Half an hour back: the local hour from 1:00 to 2:00 is cut where its clock changes.
        ("Australia/Lord_Howe", "hour", "2027-04-03T14:59:59Z", "h2027-04-03T14:00Z",
            "2027-04-03T14:00:00Z", "2027-04-03T15:00:00Z"),
        ("Australia/Lord_Howe", "hour", "2027-04-03T15:00:00Z", "h2027-04-03T15:00Z",
            "2027-04-03T15:00:00Z", "2027-04-03T15:30:00Z"),
    ])
    func window(
        zone: String, unit: String, at: String, id: String, from: String, until: String
    ) throws {
        var windows = CalendarWindows(timeZone: try self.zone(zone))
        let unit = try #require(CalendarUnit(rawValue: unit))
        let found = windows.window(unit, at: try moment(at))
        #expect(
            found
                == WindowInstance(id: id, from: try moment(from), until: try moment(until)))
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
