/// How long a test waits for what must happen before it takes it for something that never will.
///
/// A guard against hanging and nothing else: no test may fail because a machine was busy for less than this.
public let hangLimit = Duration.seconds(600)

/// Waits until something holds that takes a moment; false when it still does not after `hangLimit`.
public func eventually(_ holds: () async -> Bool) async -> Bool {
    let limit = ContinuousClock.now + hangLimit
    while ContinuousClock.now < limit {
        if await holds() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return await holds()
}

/// Deadlines to try one after another, for tests in which something has to happen before a deadline passes.
///
/// How long that something takes is the machine's affair, so the test goes on to a longer deadline until it got through
/// in time; on an idle machine the first will do.
public let growingDeadlines: [Duration] = [.milliseconds(200), .seconds(2), .seconds(20), hangLimit]
