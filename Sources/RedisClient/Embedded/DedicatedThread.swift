// A thread that runs one closure and ends with it. No pool: see ChildProcess for why that matters.
import Glibc

enum DedicatedThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// - Returns: 0, or the errno for which there is no thread.
    static func start(_ run: @escaping @Sendable () -> Void) -> Int32 {
        let body = Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                // The argument is the body retained below; pthread_create passes it on untouched.
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        if failure == 0 {
            pthread_detach(thread)
        } else {
            body.release()
        }
        return failure
    }
}
