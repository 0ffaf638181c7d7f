#!/usr/bin/env bash
# Serves a model and shows what the server does: a streamed generation, a trace, branch points, a short training job.
#   scripts/demo.sh             the small model that comes with the program
#   MODEL=DIR scripts/demo.sh   a model of yours, in Hugging Face layout; no training
set -euo pipefail
cd "$(dirname "$0")/.."

attnrl=${ATTNRL_BIN:-.build/release/attnrl}
folder=.build/demo
log=$folder/serve.log
mkdir -p "$folder"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

if [ -n "${MODEL:-}" ]; then
    serve=(--model "$MODEL")
    prompt=examples/prompt.txt
    response=(--response examples/response.txt)
else
    # A demonstration begins anew; jobs of an earlier one would go on.
    rm -rf "$folder/jobs"
    serve=(--shipped --jobs "$folder/jobs")
    prompt=examples/problem.txt
    response=(--temperature 0)
fi

say "Serving: attnrl serve ${serve[*]} --port 0"
"$attnrl" serve "${serve[@]}" --port 0 >"$log" 2>"$log.err" &
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

say "A prompt: $prompt"
cat "$prompt"

say "A generation, streamed: attnrl generate --file $prompt --max-tokens 700 --temperature 0"
"$attnrl" generate --file "$prompt" --max-tokens 700 --temperature 0

say "Its trace: attnrl trace --file $prompt ${response[*]}"
"$attnrl" trace --file "$prompt" "${response[@]}"

say "Where it would be worth branching: attnrl branches --file $prompt ${response[*]}"
"$attnrl" branches --file "$prompt" "${response[@]}"

if [ -z "${MODEL:-}" ]; then
    say "A tree of responses, with values: attnrl explore --file $prompt --reward task --width 2 --seed 3"
    "$attnrl" explore --file "$prompt" --reward task --width 2 --seed 3
    say "Training it while it is served: attnrl job create -f examples/demo.yaml"
    "$attnrl" job create -f examples/demo.yaml
    say "Watching: attnrl job watch job-1"
    "$attnrl" job watch job-1
    say "A tree it learnt from: attnrl job trees job-1 --step 10 | attnrl tree show -"
    "$attnrl" job trees job-1 --step 10 >"$folder/trees.jsonl"
    # The first of several.
    head -n 1 "$folder/trees.jsonl" | "$attnrl" tree show -
    say "The versions it published: attnrl policy ls"
    "$attnrl" policy ls
fi

say "The server goes on at $ATTNRL_SERVER"
cat <<END
    export ATTNRL_SERVER=$ATTNRL_SERVER
    $attnrl trace --file $prompt --max-tokens 700
    kill $server          stops it
END
if [ -z "${MODEL:-}" ]; then
    echo "For a model of yours, a folder in Hugging Face layout or a GGUF file: MODEL=/path/to/model make demo"
fi
say "Watch it think, branch where it turns, mark what is right, and see it learn: http://$ATTNRL_SERVER/"
