/// The training data.
public struct DataSpecification: Sendable, Equatable {
    /// How to handle a prompt with too many tokens.
    public enum LongPrompts: String, SpecificationChoice {
        /// Skip it, and count it.
        case skip
        /// Reject the data.
        case refuse
    }

    /// How to treat special tokens written out in a prompt.
    public enum ControlTokens: String, SpecificationChoice {
        /// As special tokens.
        case recognized
        /// As the characters they consist of.
        case asText = "as_text"
    }

    /// What becomes of the solutions of built-in tasks before they are learnt.
    public enum Augmentation: String, SpecificationChoice {
        /// Nothing.
        case none
        /// They explore and show more of what they do.
        case behaviorInjection = "behavior_injection"
    }

    public var train = ""
    public var heldOut: String?
    public var promptTemplate = "{prompt}"
    public var chat = false
    public var system: String?
    public var shuffle = true
    public var maxPromptTokens = 1024
    public var longPrompts = LongPrompts.skip
    public var trainOnPrompt = false
    public var addSpecialTokens = true
    public var controlTokens = ControlTokens.recognized
    public var enableThinking: Bool?
    /// A JSON array.
    public var tools: String?
    /// A JSON object.
    public var templateArguments: String?
    public var continueFinalMessage = false
    public var augment = Augmentation.none
    public var explore = 0.1
    public var restate = 0.1

    public init() {}
}

extension DataSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        let injection = FieldUse.choice("data.augment", \.data.augment, [.behaviorInjection])
        return [
            .value(
                "train", \.train, .text(), .required, kinds: .fedByFiles,
                "Training data: a JSONL file on the server's machine, or a built-in task with its settings, "
                    + "`graph:need=3-5`; of `reward_model`, a file or `preferences:NAME`, a set of comparisons."),
            .value(
                "held_out", \.heldOut, .optional(.text()), .program, kinds: .evaluating,
                "Data of the evaluations, written like `train`; required for them."),
            .value(
                "prompt_template", \.promptTemplate, .text(limit: 65536), .program,
                "What the policy is given; `{prompt}` stands for the record's prompt."),
            .value(
                "chat", \.chat, .flag, .program,
                "Put the prompt into the policy's chat template, as a user's message."),
            .value(
                "system", \.system, .optional(.text(limit: 65536)), .program, onlyWith: .flag("data.chat", \.data.chat),
                "System message of the chat."),
            .value(
                "shuffle", \.shuffle, .flag, .convention, kinds: .trained,
                "Go through the data in another random order in each epoch."),
            .value(
                "max_prompt_tokens", \.maxPromptTokens, .whole(1...1_048_576), .releasedCode,
                "Longest prompt in tokens, after template."),
            .value(
                "long_prompts", \.longPrompts, .choice, .program, kinds: .trained,
                "What happens to longer prompts: `skip` leaves them out and counts them, `refuse` fails the job."),
            .value(
                "train_on_prompt", \.trainOnPrompt, .flag, .convention, kinds: .supervised,
                "Learn the prompt's tokens as well as the response's."),
            .value(
                "add_special_tokens", \.addSpecialTokens, .flag, .convention,
                "Put the tokenizer's special tokens, such as a beginning of text, around prompts that are not chats."),
            .value(
                "control_tokens", \.controlTokens, .choice, .convention,
                "What special tokens are that are written out in a prompt or its messages: `recognized` makes them "
                    + "these tokens, `as_text` the characters they consist of."),
            .value(
                "enable_thinking", \.enableThinking, .optional(.flag), .program,
                "Passed to the chat template as `enable_thinking` where set."),
            .value(
                "tools", \.tools, .optional(.json(array: true)), .program,
                "The functions that the model may call, in OpenAI's form; a record's own `tools` replace them."),
            .value(
                "template_arguments", \.templateArguments, .optional(.json(array: false)), .program,
                "What the chat template is given beside: `chat_template_kwargs` elsewhere."),
            .value(
                "continue_final_message", \.continueFinalMessage, .flag, .convention, kinds: .judged,
                "Responses continue a conversation's last message where that is the assistant's."),
            .value(
                "augment", \.augment, .choice, .program, kinds: .supervised,
                "What becomes of solutions of built-in tasks before they are learnt: `behavior_injection` has them attempt what "
                    + "has to wait, and compute in smaller steps."),
            .value(
                "explore", \.explore, .number(0...1), .paper, kinds: .supervised, onlyWith: injection,
                "How often a step is preceded by an attempt at one that has to wait."),
            .value(
                "restate", \.restate, .number(0...1), .paper, kinds: .supervised, onlyWith: injection,
                "How often a step repeats the values that it depends on."),
        ]
    }
}
