"""Records what Jinja, set up as transformers sets it up, renders for the templates in Tests/Fixtures/templates.

    python Tests/Differential/record.py

reads families/*.jinja and case_sources.json there, and writes families.json and cases.json, which `TemplateReferenceTests`
compares with this program.
"""

import json
import pathlib

from templates import VARIABLES, render

FOLDER = pathlib.Path(__file__).parent.parent / "Fixtures" / "templates"
TOOLS = [
    {"type": "function", "function": {
        "name": "look_up", "description": "Finds \"things\" <here>.",
        "parameters": {"type": "object", "required": ["q"], "properties": {
            "q": {"type": "string"}, "limit": {"type": "integer"},
            "filter": {"type": "object", "properties": {"tags": {"type": "array", "items": {"type": "string"}}}}}}}},
    {"type": "function", "function": {"name": "now", "description": None, "parameters": {"type": "object"}}},
]
CALL = {"id": "call_1", "type": "function", "function": {"name": "look_up", "arguments": {"q": "é", "limit": 3}}}
CHATS = [
    [{"role": "user", "content": "Hi"}],
    [{"role": "system", "content": " Be brief.\n"}, {"role": "user", "content": "1 < 2 & 'x'?"}],
    [
        {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "<think>\nhm\n</think>\n\nHello."},
        {"role": "user", "content": "日本語 🎈"},
    ],
    [
        {"role": "system", "content": "Use tools."}, {"role": "user", "content": "Look."},
        {"role": "assistant", "content": "", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_1", "name": "look_up", "content": "{\"found\": 3}"},
        {"role": "tool", "tool_call_id": "call_1", "name": "look_up", "content": "more"},
        {"role": "assistant", "content": "Three.", "reasoning_content": "Count them."}, {"role": "user", "content": "Thanks"},
    ],
]
SETTINGS = [
    {"tools": None, "add_generation_prompt": True},
    {"tools": TOOLS, "add_generation_prompt": True, "enable_thinking": False, "thinking_budget": 0},
    {"tools": TOOLS, "add_generation_prompt": False, "thinking_budget": 1500, "enable_thinking": True},
]
CONVERSATIONS = [
    {"messages": chat, "bos_token": "<s>", "eos_token": "</s>", **settings} for chat in CHATS for settings in SETTINGS
]


def write(name, content):
    with open(FOLDER / name, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


def main():
    families = sorted((FOLDER / "families").glob("*.jinja"))
    cases = [
        {"family": path.stem, "conversation": number, "rendered": render(path.read_text("utf-8"), conversation)}
        for path in families for number, conversation in enumerate(CONVERSATIONS)
    ]
    write("families.json", {"conversations": CONVERSATIONS, "cases": cases})
    sources = json.loads((FOLDER / "case_sources.json").read_text("utf-8"))
    write("cases.json", {"variables": VARIABLES, "cases": [[source, render(source)] for source in sources]})
    refused = [case["family"] for case in cases if case["rendered"] is None]
    print(f"{len(cases)} conversations, {len(refused)} refused: {sorted(set(refused))}; {len(sources)} cases")


if __name__ == "__main__":
    main()
