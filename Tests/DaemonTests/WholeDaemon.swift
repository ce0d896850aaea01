// Tests of the daemon as it is shipped: a process, its socket, its Redis, seen from outside only.
// They go one after the other, since each has processes, threads and deadlines of its own and the
// machine may be small.

import Testing

/// What all suites of this target belong to.
@Suite(.serialized) enum WholeDaemon {}
