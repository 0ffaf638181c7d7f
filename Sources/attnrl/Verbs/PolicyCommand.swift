import ArgumentParser
import Client
import Tools

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "List, load and switch a server's models; make and convert model folders.",
        discussion: """
            A policy is a model under a name. Each set of its weights is a version of it.

            Examples:
              attnrl policy init ./tiny --size tiny --seed 1
              attnrl policy ls
              attnrl policy load /models/qwen --name qwen
              attnrl policy load /models/qwen-step-100 --name qwen --as-new-version
              attnrl policy switch qwen 1
              attnrl policy export /models/qwen ./qwen-bf16 --format bf16
              attnrl policy import SmolLM2-135M-Instruct.Q4_1.gguf ./smollm2
            """,
        subcommands: ClientCommands.policies + ToolCommands.policies)
}
