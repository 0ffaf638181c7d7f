extension JobRunner {
    public struct Configuration: Sendable {
        /// The number of jobs that compute at the same time; others wait.
        public var runningJobs = 2
        /// The number of finished jobs whose events are kept.
        public var finishedJobs = 500

        public init() {}
    }
}
