"""lm-eval's local-completions, with the server's own tokenizer."""

from __future__ import annotations

import random

from conftest import Server


def test_log_likelihoods_equal_score(server: Server) -> None:
    from lm_eval.api.instance import Instance
    from lm_eval.models.openai_completions import LocalCompletionsAPI

    model = LocalCompletionsAPI(
        model=server.model, base_url=f"{server.v1}/completions", tokenizer_backend="remote", num_concurrent=4,
        tokenized_requests=True, max_length=512, batch_size=4)
    draw = random.Random(5)
    letters = "abcdeLMAi0123456789;*+-%?= "
    items = [("".join(draw.choices(letters, k=draw.randint(3, 30))), "".join(draw.choices(letters, k=draw.randint(1, 8))))
             for _ in range(200)]
    answers = model.loglikelihood([
        Instance(request_type="loglikelihood", doc={}, arguments=item, idx=0) for item in items])
    for (context, continuation), (logprob, is_greedy) in zip(items, answers, strict=True):
        # As lm-eval cuts them: spaces belong to the continuation, whose tokens are those of both less the context's.
        context, continuation = context.rstrip(), context[len(context.rstrip()):] + continuation
        whole = server.post("/tokenize", {"prompt": context + continuation, "add_special_tokens": False}).json()["tokens"]
        given = server.post("/tokenize", {"prompt": context, "add_special_tokens": False}).json()["tokens"]
        rest = whole[len(given):]
        if not rest:
            continue
        runs = server.call("GenerationService/Score", {
            "prompt": {"tokenIds": {"ids": given}}, "responseIds": {"ids": rest},
            "detail": {"topLogprobs": 1}})
        logprobs = [x for run in runs for x in run["run"]["logprobs"]]
        best = [top["ids"][0] for run in runs for top in run["run"]["top"]]
        assert abs(sum(logprobs) - logprob) < 1e-6 * max(1, len(logprobs)), (context, continuation)
        assert is_greedy == (best == rest)
