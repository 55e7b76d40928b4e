"""Spans to tokens, for any tokenizer with offsets.

A span is a half-open range of code points in the article's text. A tokenizer cuts the same text in its own way. If it
says where each token begins and ends, you can turn a span into a run of tokens, and find out where the run is wider
than the span because an edge of the span is inside a token.
"""

# %%
import re
from collections import Counter
from collections.abc import Callable

import polars as pl

Offsets = list[tuple[int, int]]


def tokens_of(start: int, end: int, offsets: Offsets) -> tuple[range, bool]:
    """The tokens that a span touches, and whether they cover exactly the span."""
    touched = [i for i, (left, right) in enumerate(offsets) if left < end and start < right]
    if not touched:
        return range(0), False
    run = range(touched[0], touched[-1] + 1)
    return run, (offsets[run[0]][0], offsets[run[-1]][1]) == (start, end)


print(tokens_of(10, 14, [(0, 5), (6, 9), (10, 14), (14, 15)]))
print(tokens_of(10, 14, [(0, 5), (6, 15)]))

# %% [markdown]
# ## Four tokenizers, the same spans
#
# A byte-level BPE as in GPT and Llama, a WordPiece as in BERT, spaCy, and white space. The first two are trained here
# on the articles, so that nothing is downloaded; a tokenizer from the Hub gives offsets in the same way
# (`return_offsets_mapping=True`).

# %%
import spacy
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

texts = dict(pl.read_parquet("corpus/data/articles.parquet").select("article_id", "text").iter_rows())

bpe = Tokenizer(models.BPE())
bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
alphabet = pre_tokenizers.ByteLevel.alphabet()
trainer = trainers.BpeTrainer(vocab_size=900, initial_alphabet=alphabet, show_progress=False)
bpe.train_from_iterator(texts.values(), trainer)

wordpiece = Tokenizer(models.WordPiece(unk_token="[UNK]"))
wordpiece.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
wordpiece.train_from_iterator(texts.values(), trainers.WordPieceTrainer(special_tokens=["[UNK]"], show_progress=False))

blank = spacy.blank("en")


def trimmed(text: str, offsets: Offsets) -> Offsets:
    """Offsets without the space that a byte-level BPE includes in the token after it."""
    return [(start + (text[start:end][:1] == " "), end) for start, end in offsets]


tokenizers: dict[str, Callable[[str], Offsets]] = {
    "byte-level BPE": lambda text: trimmed(text, bpe.encode(text).offsets),
    "WordPiece": lambda text: wordpiece.encode(text).offsets,
    "spaCy": lambda text: [(token.idx, token.idx + len(token)) for token in blank(text)],
    "white space": lambda text: [match.span() for match in re.finditer(r"\S+", text)],
}

# %% [markdown]
# All spans of three layers, one span per row:

# %%
layers = {"entities": "span", "quantities": "number", "attributions": "cue"}
spans = []
for table, column in layers.items():
    for row in pl.read_parquet(f"corpus/data/{table}.parquet").rows(named=True):
        of_row = row[column] if isinstance(row[column], list) else [row[column]]
        spans += [(row["article_id"], span["start"], span["end"]) for span in of_row]

widened = Counter()
for name, tokenize in tokenizers.items():
    offsets = {article: tokenize(text) for article, text in texts.items()}
    for article, start, end in spans:
        run, exact = tokens_of(start, end, offsets[article])
        if not exact:
            left, right = offsets[article][run[0]][0], offsets[article][run[-1]][1]
            widened[name, texts[article][start:end], texts[article][left:right]] += 1

for name in tokenizers:
    times = sum(count for (tokenizer, _, _), count in widened.items() if tokenizer == name)
    print(f"{name:15} {len(spans) - times} of {len(spans)} spans are whole tokens, {times} are widened")

# %% [markdown]
# The widened spans, most frequent first. A model that learns from whole tokens learns these wrong, so report how many
# there are.

# %%
for (name, span, words), count in sorted(widened.items(), key=lambda item: (-item[1], item[0]))[:8]:
    print(f"{name:12} {count:2} times  {span}  →  {words}")

# %% [markdown]
# ## Offsets in other units
#
# Some tools count bytes of UTF-8 (often in Rust or Go), others UTF-16 units (JavaScript, Java). Article texts contain
# “curly” quotes and é, so the three differ. Convert by counting what comes before:


# %%
def code_points(text: str, encoding: str, unit: int) -> list[int]:
    """For each offset in units of an encoding, the offset in code points."""
    places = [0]
    for number, character in enumerate(text, 1):
        places += [number] * (len(character.encode(encoding)) // unit)
    return places


text = "“Maduro” said: 5,000 🚀 then"
from_bytes, from_utf16 = code_points(text, "utf-8", 1), code_points(text, "utf-16-le", 2)
start = text.index("then")
assert from_bytes[text.encode().index(b"then")] == from_utf16[len(text[:start].encode("utf-16-le")) // 2] == start
print("code point", start, "is byte", text.encode().index(b"then"), "and UTF-16 unit", start + 1)
