extension JobRunner {
    public struct Configuration: Sendable {
        /// The number of jobs that compute at the same time; others wait.
        public var runningJobs = 2
        /// The number of finished jobs whose events are kept.
        public var finishedJobs = 500
        /// How often in a row the server may end while a job computes and gets no further, until the job is paused: it may be
        /// what ends the server.
        public var vainStarts = 10

        public init() {}
    }
}
