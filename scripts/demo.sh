#!/usr/bin/env bash
# Serves a model and shows what the server does: a streamed generation, a trace, branch points.
#   scripts/demo.sh             an untrained model, made on the spot
#   MODEL=DIR scripts/demo.sh   a model of yours, in Hugging Face layout
set -euo pipefail
cd "$(dirname "$0")/.."

attnrl=${ATTNRL_BIN:-.build/release/attnrl}
model=${MODEL:-.build/demo/untrained}
log=.build/demo/serve.log
mkdir -p .build/demo

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

if [ -z "${MODEL:-}" ] && [ ! -f "$model/config.json" ]; then
    say "Making an untrained model in $model"
    "$attnrl" policy init "$model" --size mini --seed 1
fi

say "Serving it: attnrl serve --model $model --port 0"
"$attnrl" serve --model "$model" --port 0 >"$log" 2>"$log.err" &
server=$!
for _ in $(seq 600); do
    grep -q 'serving on' "$log" && break
    kill -0 "$server" 2>/dev/null || { cat "$log.err" >&2; exit 1; }
    sleep 0.1
done
ATTNRL_SERVER=$(sed -n 's/.*serving on //p' "$log")
export ATTNRL_SERVER
[ -n "$ATTNRL_SERVER" ] || { echo "the server did not start within a minute" >&2; cat "$log.err" >&2; exit 1; }
echo "listening on $ATTNRL_SERVER (process $server)"

prompt=$(cat examples/prompt.txt)

say "A generation, streamed: attnrl generate PROMPT --max-tokens 96 --seed 1"
"$attnrl" generate "$prompt" --max-tokens 96 --seed 1

say "The trace of a response: attnrl trace PROMPT --response examples/response.txt"
"$attnrl" trace "$prompt" --response examples/response.txt

say "Where it would be worth branching: attnrl branches PROMPT --response examples/response.txt"
"$attnrl" branches "$prompt" --response examples/response.txt

if [ -z "${MODEL:-}" ]; then
    say "This model is untrained"
    cat <<END
Its weights are random: what it generates is noise, and its attention finds nothing. The numbers
are computed as for any other model. For a real one, give the folder of a Qwen2, Qwen3 or Llama
model in Hugging Face layout:
    MODEL=/path/to/model make demo
END
fi

say "The server goes on at $ATTNRL_SERVER"
cat <<END
    export ATTNRL_SERVER=$ATTNRL_SERVER
    $attnrl trace "..." --max-tokens 200
    kill $server          stops it
END
