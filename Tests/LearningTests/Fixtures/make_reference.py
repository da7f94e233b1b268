#!/usr/bin/env python3
"""Writes reference.json beside this file: what transformers and PEFT make of the tests' tiny model.

    pip install torch transformers peft gguf accelerate
    STET_TINY_MODEL=/tmp/tiny.gguf swift test -c release --filter TinyReferenceTests     # writes the model
    python make_reference.py /tmp/tiny.gguf

Everything is computed in float64. Factors of the adapter: value j of tensor n is 0.1·sin(1 + n + 0.7·j), with n counting
A and B of the seven projections through the layers, rounded to float32.
"""
import hashlib, json, math, pathlib, sys
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

RANK, ALPHA, STEPS, PEAK, CLIP = 4, 8, 8, 1e-2, 1.0
TOP, LAMBDA, BETA = 20, 1e-3, 0.75
PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

path = pathlib.Path(sys.argv[1])
model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32).double().eval()
vocabulary = model.config.vocab_size

state = 12345
def draw():
    global state
    state = (state * 1103515245 + 12345) % 2**31
    return 3 + (state >> 8) % (vocabulary - 3)
rows = [[draw() for _ in range(n)] for n in (40, 23, 31)]

def summed(logits, ids):
    return torch.nn.functional.cross_entropy(logits[0, :-1], torch.tensor(ids[1:]), reduction="sum")
def logits(m, ids):
    return m(input_ids=torch.tensor([ids])).logits

with torch.no_grad():
    base = [logits(model, ids) for ids in rows]
out = {
    "model_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    "rank": RANK, "alpha": ALPHA, "steps": STEPS, "peak": PEAK, "clip": CLIP, "rows": rows,
    "last_logits": base[0][0, -1].tolist(),
    "base_nll": sum(summed(l, ids).item() for l, ids in zip(base, rows)),
}

tuned = get_peft_model(model, LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, task_type="CAUSAL_LM", target_modules=PROJECTIONS)).double().eval()
factors = {}
named = dict(tuned.named_parameters())
n = 0
for layer in range(model.config.num_hidden_layers):
    for projection in PROJECTIONS:
        part = "self_attn" if projection[0] in "qkvo" else "mlp"
        for factor in ("lora_A", "lora_B"):
            name = f"base_model.model.model.layers.{layer}.{part}.{projection}.{factor}"
            parameter = named[name + ".default.weight"]
            values = torch.tensor([0.1 * math.sin(1 + n + 0.7 * j) for j in range(parameter.numel())], dtype=torch.float32)
            parameter.data = values.double().reshape(parameter.shape)
            factors[name + ".weight"] = parameter
            n += 1

def gradients(loss):
    tuned.zero_grad()
    loss.backward()
    return {k: p.grad.clone() for k, p in factors.items()}
def norms(grads):
    return {k: g.norm().item() for k, g in grads.items()}

nll = sum(summed(logits(tuned, ids), ids) for ids in rows)
out["nll"] = nll.item()
out["gradient_norms"] = norms(gradients(nll))

kl = sum(
    torch.nn.functional.kl_div(
        torch.log_softmax(logits(tuned, ids)[0, :-1], -1), torch.log_softmax(b[0, :-1], -1), reduction="sum", log_target=True)
    for ids, b in zip(rows, base))
out["divergence"] = kl.item()
out["divergence_gradient_norms"] = norms(gradients(kl))

fisher = {k: 0.0 for k in factors}
for ids in rows:
    for k, g in gradients(summed(logits(tuned, ids), ids)).items():
        fisher[k] += (g * g).sum().item() / len(rows)
out["fisher_sums"] = fisher

# What is kept of a distribution: its 20 most probable tokens, and the others as one bucket.
def bucketed(l, kept):
    logs = torch.log_softmax(l, -1)
    top = logs.gather(-1, kept)
    return torch.cat([top, torch.log1p(-top.exp().sum(-1, keepdim=True).clamp(max=1 - 1e-12))], -1)
recall = 0.0
for ids, b in zip(rows, base):
    kept = b[0, :-1].topk(TOP, -1).indices
    p, q = bucketed(b[0, :-1], kept), bucketed(logits(tuned, ids)[0, :-1], kept)
    recall = recall + (p.exp() * (p - q)).sum()
out["recall"] = recall.item()
out["recall_gradient_norms"] = norms(gradients(recall))

# Squares of the weights' own gradients, a sample at a time: their row and column sums.
modules = {}
for layer in range(model.config.num_hidden_layers):
    for projection in PROJECTIONS:
        part = "self_attn" if projection[0] in "qkvo" else "mlp"
        name = f"base_model.model.model.layers.{layer}.{part}.{projection}"
        modules[name] = named[name + ".base_layer.weight"]
        modules[name].requires_grad_(True)
squares = {k: torch.zeros_like(w) for k, w in modules.items()}
for ids in rows:
    for w in modules.values():
        w.grad = None
    summed(logits(tuned, ids), ids).backward()
    for k, w in modules.items():
        squares[k] += w.grad**2 / len(rows)
for w in modules.values():
    w.requires_grad_(False)
out["row_sum_norms"] = {k: s.sum(1).norm().item() for k, s in squares.items()}
out["column_sum_norms"] = {k: s.sum(0).norm().item() for k, s in squares.items()}

# lambda/2 * sum F (dW - dW*)^2 with F = r c' / sum r; the anchor's factors are these ones times 0.8.
penalty = 0.0
for k, s in squares.items():
    a, b = factors[k + ".lora_A.weight"], factors[k + ".lora_B.weight"]
    change = ALPHA / RANK * (b @ a - (0.8 * b.detach()) @ (0.8 * a.detach()))
    penalty = penalty + LAMBDA / 2 * (torch.outer(s.sum(1), s.sum(0)) / s.sum() * change**2).sum()
out["product_penalty"] = penalty.item()
out["product_penalty_gradient_norms"] = norms(gradients(penalty))

optimiser = torch.optim.AdamW(factors.values(), lr=PEAK, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
losses, clipped, slow = [], [], {k: torch.zeros_like(p) for k, p in factors.items()}
for step in range(STEPS):
    rate = PEAK * (step + 1) / 3 if step < 3 else PEAK * (0.1 + 0.9 * (1 + math.cos(math.pi * (step - 2) / (STEPS - 3))) / 2)
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.zero_grad()
    loss = sum(summed(logits(tuned, ids), ids) for ids in rows) / sum(len(ids) - 1 for ids in rows)
    loss.backward()
    clipped.append(torch.nn.utils.clip_grad_norm_(factors.values(), CLIP).item())
    losses.append(loss.item())
    optimiser.step()
    for k, p in factors.items():
        slow[k] = BETA * slow[k] + (1 - BETA) * p.detach()
out["slow_norms"] = norms({k: v / (1 - BETA**STEPS) for k, v in slow.items()})
out["losses"], out["global_norms"] = losses, clipped
(pathlib.Path(__file__).parent / "reference.json").write_text(json.dumps(out, indent=1) + "\n")
