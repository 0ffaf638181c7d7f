import ArgumentParser
import Console

struct JobCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job",
        abstract: "Create, follow and steer training jobs of a server.",
        discussion: """
            A job trains one of the server's policies as a specification in YAML or JSON says.
            The server needs a folder for jobs: `attnrl serve --jobs DIR`.

            Examples:
              attnrl job spec grpo > grpo.yaml
              attnrl job create -f grpo.yaml --set steps=200 --validate
              attnrl job create -f grpo.yaml --set steps=200
              attnrl job watch job-1
              attnrl job wait job-1 --timeout 2h && attnrl job export job-1 ./trained
            """,
        subcommands: [
            JobCreate.self, JobList.self, JobGet.self, JobWatch.self, JobLogs.self, JobWait.self, JobCancel.self,
            JobPause.self, JobResume.self, JobCheckpoints.self, JobExport.self, JobTrees.self, JobReportCommand.self,
            JobSpec.self,
        ])
}

/// The job that a command is about.
struct JobArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("The job's id, as in job-12.", valueName: "job"))
    var job: String
}

/// Which server to connect to, for commands that wait for something that may take days.
struct PatientConnectionArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("The server to ask.", valueName: "host:port"), transform: Endpoint.init(parsing:))
    var server = Endpoint.usual

    @Option(help: ArgumentHelp("Give up after this long: 30s, 5m, 1h. 0 waits for ever.", valueName: "time"))
    var timeout = TimeSpan(seconds: 0, text: "0")

    @OptionGroup var credentials: CredentialArguments
}
