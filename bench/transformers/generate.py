"""Times Hugging Face transformers' generate on random weights of the benchmarks' shapes, for `Benchmarks torch --transformers`.

    pip install torch transformers
    python bench/transformers/generate.py --device cuda --out transformers.json
    dotnet run -c Release --project bench/Benchmarks -p:Torch=cuda-linux -- torch --device cuda --transformers transformers.json

decode/SHAPE/TYPE/BATCH: milliseconds for one more token of each of a batch of prompts of 128 tokens, greedy, with a KV cache:
the time of 65 tokens less that of one, over 64. deal/SHAPE/TYPE: milliseconds for 16 greedy tokens after each of 32 texts of 128
tokens, the prompts evaluated too: what looking ahead costs a step of beam 4 with 8 candidates where nothing is shared.
"""
import argparse
import json
import statistics
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM

SHAPES = {
    "SmolLM2-135M": dict(hidden_size=576, num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3, intermediate_size=1536, vocab_size=49152),
    "SmolLM2-1.7B": dict(hidden_size=2048, num_hidden_layers=24, num_attention_heads=32, num_key_value_heads=32, intermediate_size=8192, vocab_size=49152),
}
TYPES = {"F32": torch.float32, "BF16": torch.bfloat16, "F16": torch.float16}
PROMPT, TOKENS, LOOKAHEAD, CANDIDATES = 128, 64, 16, 32


def load(shape, kind, device):
    config = LlamaConfig(**SHAPES[shape], max_position_embeddings=8192, rope_theta=100_000.0, rms_norm_eps=1e-5, tie_word_embeddings=True,
                         initializer_range=SHAPES[shape]["hidden_size"] ** -0.5, bos_token_id=None, eos_token_id=None, pad_token_id=0)
    torch.manual_seed(1)
    with torch.device(device):
        model = LlamaForCausalLM(config)
    return model.to(TYPES[kind]).eval()


def seconds(model, batch, tokens, rounds):
    prompt = (torch.arange(PROMPT) * 37 % 1000).repeat(batch, 1)
    # texts of their own, as candidates are
    prompt[:, -1] = torch.arange(batch)
    prompt = prompt.to(model.device)
    mask = torch.ones_like(prompt)
    times = []
    for round in range(rounds + 1):
        start = time.perf_counter()
        model.generate(prompt, attention_mask=mask, do_sample=False, min_new_tokens=tokens, max_new_tokens=tokens)
        if model.device.type == "cuda":
            torch.cuda.synchronize()
        if round > 0:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--shapes", nargs="+", default=list(SHAPES), choices=list(SHAPES))
    parser.add_argument("--dtypes", nargs="+", default=["F32", "BF16"], choices=list(TYPES))
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 8, 32, 128])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    results = {}
    with torch.inference_mode():
        for shape in arguments.shapes:
            for kind in arguments.dtypes:
                model = load(shape, kind, arguments.device)
                for batch in arguments.batches:
                    one, more = (seconds(model, batch, tokens, arguments.rounds) for tokens in (1, TOKENS + 1))
                    results[f"decode/{shape}/{kind}/{batch}"] = 1000 * (more - one) / TOKENS
                results[f"deal/{shape}/{kind}"] = 1000 * seconds(model, CANDIDATES, LOOKAHEAD, arguments.rounds)
                print(json.dumps(results, indent=2), flush=True)
                del model
    with open(arguments.out, "w") as file:
        json.dump(results, file, indent=2)


if __name__ == "__main__":
    main()
