// Which file is at which path: the page itself at the root, what it loads below /page.

extension PageFile {
    static let all: [PageFile] =
        [
            PageFile(
                path: "/", type: "text/html; charset=utf-8", bytes: PackageResources.index_html),
            PageFile(
                path: "/page/icon.svg", type: "image/svg+xml", bytes: PackageResources.icon_svg),
            style("frame", PackageResources.frame_css),
            style("parts", PackageResources.parts_css),
        ]
        + [
            module("acts", PackageResources.acts_js),
            module("amounts", PackageResources.amounts_js),
            module("api", PackageResources.api_js),
            module("audit", PackageResources.audit_js),
            module("budgets", PackageResources.budgets_js),
            module("dialog", PackageResources.dialog_js),
            module("dom", PackageResources.dom_js),
            module("entries", PackageResources.entries_js),
            module("events", PackageResources.events_js),
            module("filter", PackageResources.filter_js),
            module("history", PackageResources.history_js),
            module("limits", PackageResources.limits_js),
            module("live", PackageResources.live_js),
            module("looks", PackageResources.looks_js),
            module("main", PackageResources.main_js),
            module("metrics", PackageResources.metrics_js),
            module("names", PackageResources.names_js),
            module("nearness", PackageResources.nearness_js),
            module("outage", PackageResources.outage_js),
            module("pages", PackageResources.pages_js),
            module("plots", PackageResources.plots_js),
            module("presence", PackageResources.presence_js),
            module("record", PackageResources.record_js),
            module("route", PackageResources.route_js),
            module("run", PackageResources.run_js),
            module("search", PackageResources.search_js),
            module("signin", PackageResources.signin_js),
            module("spend", PackageResources.spend_js),
            module("subject", PackageResources.subject_js),
            module("suspensions", PackageResources.suspensions_js),
            module("tree", PackageResources.tree_js),
        ]

    private static func style(_ name: String, _ bytes: [UInt8]) -> PageFile {
        PageFile(path: "/page/\(name).css", type: "text/css; charset=utf-8", bytes: bytes)
    }

    private static func module(_ name: String, _ bytes: [UInt8]) -> PageFile {
        PageFile(path: "/page/\(name).js", type: "text/javascript; charset=utf-8", bytes: bytes)
    }
}
