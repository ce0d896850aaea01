// Which test proves what of each fault: the list is at the end. A run of `deploy/test --faults` is
// `FaultRunTests` for as long as one likes; the same faults, each once, are in every test run.
//
// How it is proven: workers write down every request and every answer (`FaultLoad`). The journal
// gives the order of history. `FaultHistory` replays that order through books of a few lines
// (`PlainBooks`), and holds every answer, as of the entry that it names, against them: nothing that
// was acknowledged is missing, nothing is there twice, no cap is passed, no hold stays, what was
// told to have had no effect has had none, and nobody was shown an older moment than before. What
// Redis holds is held against the journal by `budgetctl verify`.
//
// A worker dies holding: FaultRunTests (six in a hundred calls), HoldTests.
// kill -9 of the daemon: FaultRunTests killDaemon, CrashTests.
// kill -9 of Redis, fsync always: FaultRunTests killRedis, CrashTests.
// kill -9 of Redis, fsync everysec: DamagedFileTests everysecLosesLittleAndTheLossIsNoticed.
// kill -9 of both: FaultRunTests killBoth, CrashTests.
// SIGTERM under load: FaultRunTests stopDaemon, StoppingTests.
// A daemon dies while it starts its Redis: EmbeddedTests whatWasNotRecordedNeverBegins.
// A proxy before Redis and one before the daemon, which delay, split, freeze, cut before and after
// sending, half-close: FaultRunTests redis… and client….
// Every call to Redis of every operation fails once: NthCallTests.
// SCRIPT FLUSH, BUSY, OOM, MISCONF, READONLY, NOREPLICAS: FaultRunTests, RedisClientTests.
// LOADING: FaultRunTests killLoadingRedis, RedisClientTests loadingIsNotReady.
// A policy that evicts while Redis runs: FaultRunTests evicting, StoreCheckTests.
// A disk without room: FullDiskTests, where a tmpfs may be mounted; they are skipped elsewhere.
// SIGSTOP of Redis: FaultRunTests pauseRedis, OutageTests.
// Two daemons on one directory: CrashTests aSecondDaemonOn…, DataDirectoryTests.
// A truncated file, a changed byte: DamagedFileTests; a broken one: EmbeddedRedisTests.
// An emptied directory, a restored old copy: WitnessTests.
// Clock jumps, midnight, daylight saving: ClockTests, ClockLoadTests, the random histories of
// BudgetStoreTests.
// A slow reader, a flood of connections, an oversize frame: FaultRunTests, FlowTests, ServerTests.
// 100,000 users, a key of a wrong type: CrowdTests, BudgetStoreTests Broken….
