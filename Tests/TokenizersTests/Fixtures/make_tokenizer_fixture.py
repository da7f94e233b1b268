#!/usr/bin/env python3
"""Writes tokenizer.json beside this file: a small vocabulary trained on the text below, and what Hugging Face tokenizers makes of some texts.

    pip install tokenizers jinja2
    python make_tokenizer_fixture.py

One byte, 0x04, is taken out of the vocabulary, as real ones lack some too.
"""
import json, pathlib
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

CORPUS = """
The proofreader put a row of dots under the word and wrote stet in the margin: let it stand.
A lighthouse keeper keeps two notebooks, one for the weather and one for the lamp. The lamp's notebook is shorter.
When the ferry doesn't come, they'll wait on the pier; it's cold, and we've waited there before.
Every third page was numbered by hand: 3, 6, 9, 12, 15, and so on until 300. Nobody knows why.
The gardener said that the beans had been planted in rows of 24, and that the rows were 1.5 metres apart.
for row in rows:
    if row.count > 24:
        print(row.name, row.count)
    else:
        pass
Der Leuchtturm steht auf der Insel, und die Fähre kommt nur am Dienstag. Über dem Meer liegt Nebel.
Les élèves ont déjà mangé; la forêt est à côté de l'école.
Wait... what? "Yes," she said, "the letter (the second one!) was returned -- unopened."
The keeper's daughter learned the names of the winds, and then the names of the clouds, and then the names of the stars.
They counted the boats in the harbour again and again, and again the numbers did not agree with the notebook.
"""

TEMPLATE = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
    "You keep the lighthouse.<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + "
    "'<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

TEXTS = [
    "", " ", "   ", "\n", "\n\n  \n", "\t\tx", "The keeper's lamp.", "  two  spaces  between ", "it's THEY'LL we've I'D don't 'tis",
    "1234567 rows, 12.5 metres; x2y 3 4", "a 1  2   3 ", "for row in rows:\n    print(row)\r\n\r\n\tpass\n", "Über die Fähre: déjà côté",
    "e\u0301 n\u0303 a\u0308", "日本語の本、漢字。", "Καλημέρα κόσμε", "مرحبا بالعالم ١٢٣", "שלום", "🙂👩‍👩‍👧‍👦 🇳🇴👍🏽", "½ ² Ⅷ ٣ 十",
    "a\u00a0b\u3000c\u2028d\u0085e", "\u0000\u0001\u0004\u001b[0m\u007f", "w\u0004ord", "<|im_start|>user\nHi<|im_end|>\n<|endoftext|>",
    "<|im_start <|im_end|><|im_end|> |>", "wait...what?!  --\"(no)\"", "x\n\n\n y \n z", "'ſ 'S's", "\ufeffstart", "again" * 12, " " * 50 + "x",
]

CHATS = [
    [{"role": "user", "content": "Is the ferry late?"}],
    [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Fog."}],
    [{"role": "user", "content": "  Count\n to 3"}, {"role": "assistant", "content": "1, 2, 3"}, {"role": "user", "content": "again"},
     {"role": "assistant", "content": "1 2 3"}],
]

LLAMA = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
bytes_only = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
PRE = {
    "gpt-2": byte_level,
    "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level]),
    "llama-bpe": pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(LLAMA), "isolated"), bytes_only]),
    "qwen2": pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(LLAMA.replace("{1,3}", "")), "isolated"), bytes_only]),
}
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]

trained = Tokenizer(models.BPE())
trained.pre_tokenizer = PRE["smollm"]
trained.train_from_iterator([CORPUS], trainers.BpeTrainer(
    vocab_size=440, special_tokens=SPECIALS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
state = json.loads(trained.to_str())["model"]
missing = chr(0x100 + 4)
tokens = [t for t, _ in sorted(state["vocab"].items(), key=lambda item: item[1]) if t != missing]
merges = [tuple(m) for m in state["merges"]]


def tokenizer(name):
    t = Tokenizer(models.BPE(vocab={s: i for i, s in enumerate(tokens)}, merges=merges, ignore_merges=name == "llama-bpe"))
    t.pre_tokenizer, t.decoder = PRE[name], decoders.ByteLevel()
    t.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in SPECIALS])
    return t


all_of_them = {name: tokenizer(name) for name in PRE}
render = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(TEMPLATE).render


def chat(messages):
    ids, prompted = (all_of_them["smollm"].encode(render(messages=messages, add_generation_prompt=p)).ids for p in (False, True))
    assert prompted[: len(ids)] == ids
    return {"messages": messages, "ids": ids, "prompt": prompted[len(ids):]}


fixture = {
    "tokens": tokens, "merges": [" ".join(m) for m in merges], "template": TEMPLATE,
    "texts": [{"text": t, "ids": {name: x.encode(t).ids for name, x in all_of_them.items()}} for t in TEXTS],
    "chats": [chat(m) for m in CHATS],
}
out = pathlib.Path(__file__).with_name("tokenizer.json")
lines = ["%s: %s" % (json.dumps(k), json.dumps(v, separators=(",", ":"), ensure_ascii=False)) for k, v in fixture.items() if k not in ("texts", "chats")]
for key in ("texts", "chats"):
    lines.append("%s: [\n%s\n]" % (json.dumps(key), ",\n".join(json.dumps(v, separators=(",", ":")) for v in fixture[key])))
out.write_text("{\n" + ",\n".join(lines) + "\n}\n")
