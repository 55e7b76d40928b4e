"""Token classification with `tokens`.

A tagger reads words and gives each a tag. `tokens` has one row per sentence: its words, and a tag for each word in
each of three layers. Most models cut words into smaller pieces, which the tags do not fit. This recipe aligns the
tags with the pieces, and the predictions with the text.
"""

# %%
from datasets import load_dataset

sentences = load_dataset("./corpus", "tokens", split="test")
names = {column: sentences.features[column].feature.names for column in sentences.column_names if "_tags" in column}
print(names["quantity_tags"])

row = min((row for row in sentences if any(row["quantity_tags"])), key=lambda row: len(row["tokens"]))
for word, number in zip(row["tokens"], row["quantity_tags"], strict=True):
    print(f"{word:12} {names['quantity_tags'][number]}")

# %% [markdown]
# If a layer of an article is not finished, every tag of its sentences is -1: *unknown*, which a model must not learn
# as `O`. Give a model only the sentences that have tags:

# %%
known = sentences.filter(lambda row: -1 not in row["entity_tags"])
print(f"{len(known)} of {len(sentences)} sentences have entity tags")

# %% [markdown]
# ## From tags to the pieces of a tokenizer
#
# Any tokenizer that says which word a piece belongs to will do. `AutoTokenizer.from_pretrained(...)` does with
# `word_ids()` when called with `is_split_into_words=True`. To avoid a download, this page trains a small one on the
# sentences.

# %%
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
trainer = trainers.WordPieceTrainer(vocab_size=1500, special_tokens=["[UNK]"], show_progress=False)
tokenizer.train_from_iterator(sentences["text"], trainer)

NO_LABEL = -100  # the class number that PyTorch's losses and transformers ignore


def on_pieces(row):
    """The pieces of a sentence; the first piece of a word has its tag, the others have no label."""
    pieces = tokenizer.encode(row["tokens"], is_pretokenized=True)
    labels, last = [], None
    for word in pieces.word_ids:
        labels.append(NO_LABEL if word is None or word == last else row["entity_tags"][word])
        last = word
    return {"input_ids": pieces.ids, "pieces": pieces.tokens, "labels": labels}


ready = known.map(on_pieces)
first = ready[0]
for piece, label in list(zip(first["pieces"], first["labels"], strict=True))[:12]:
    print(f"{piece:12} {'(no label)' if label == NO_LABEL else names['entity_tags'][label]}")

# %% [markdown]
# ## From the pieces back to the text
#
# A model labels every piece. The label of the first piece counts for the word, and every word has its offsets in the
# article, so a run of tags gives a span of the text without searching. Models break the rules of BIO: here an `I-`
# that continues nothing begins a span.


# %%
def tags_of_words(labels, word_ids):
    """The tag of each word: the label of its first piece."""
    befores = [None, *word_ids[:-1]]
    triples = zip(labels, word_ids, befores, strict=True)
    return [label for label, word, before in triples if word is not None and word != before]


def spans_of(tags, offsets):
    """The tagged spans of a sentence: start and end in the text of the article, and the label."""
    spans, open_label = [], None
    for tag, offset in zip(tags, offsets, strict=True):
        kind, _, label = names["entity_tags"][tag].partition("-")
        if kind == "B" or (kind == "I" and label != open_label):
            spans.append((offset["start"], offset["end"], label))
        elif kind == "I":
            spans[-1] = (spans[-1][0], offset["end"], label)
        open_label = label or None
    return spans


articles = {row["article_id"]: row["text"] for row in load_dataset("./corpus", split="test")}
row = known[0]
pieces = tokenizer.encode(row["tokens"], is_pretokenized=True)
predicted = ready[0]["labels"]  # instead of the predictions of a model
for start, end, label in spans_of(tags_of_words(predicted, pieces.word_ids), row["offsets"]):
    print(f"{label:8} {articles[row['article_id']][start:end]}")

inside = names["entity_tags"].index("I-LOC")
print(spans_of([0, inside, inside], row["offsets"][:3]))

# %% [markdown]
# Flat tags cannot express a mention inside another one. `entities` has them all:

# %%
tagged = {(row["article_id"], *span) for row in known for span in spans_of(row["entity_tags"], row["offsets"])}
finished = set(known["article_id"])
entities = [e for e in load_dataset("./corpus", "entities", split="test") if e["article_id"] in finished]
outside = [e for e in entities if (e["article_id"], e["span"]["start"], e["span"]["end"], e["type"]) not in tagged]
print(f"{len(entities) - len(outside)} of {len(entities)} mentions are a tagged span; {len(outside)} lie inside one:")
for entity in outside[:5]:
    print(f"  {entity['id']} {entity['type']:8} {entity['span']['text']}")
