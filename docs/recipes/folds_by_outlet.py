"""Folds by outlet, without leaking.

The articles report the same events. A random split puts one telling of a number into training and another into the
test, and a model that remembers looks like one that reads. Here each fold holds out one outlet and removes from
training whatever repeats it.
"""

# %%
import polars as pl

articles, sentences, quantities, attributions, assertions, entities, claims = (
    pl.read_parquet(f"corpus/data/{name}.parquet")
    for name in ("articles", "tokens", "quantities", "attributions", "assertions", "entities", "claims")
)

# %% [markdown]
# ## Groups
#
# Articles of one outlet belong together. An article whose outlet is unknown is a group of its own, although two of
# them may come from the same outlet.

# %%
groups: dict[str, set[str]] = {}
for article, outlet in articles.select("article_id", "outlet").iter_rows():
    groups.setdefault(outlet or f"unknown ({article})", set()).add(article)
for outlet, members in groups.items():
    print(f"{outlet:24} {', '.join(sorted(members))}")

# %% [markdown]
# ## What leaks
#
# Three things leak from one article to another:
#
# - the same number: quantities with the same `figure_id`;
# - the same statement: attributions and assertions that are members of one claim;
# - the same words: sentences that share eight words in a row, as copied agency text does.
#
# So for every sentence (a row of `tokens`) we collect what it tells.

# %%
NGRAM = 8
article_of = sentences["article_id"].to_list()
told: list[set[object]] = []
for tokens in sentences["tokens"]:
    words = [token.lower() for token in tokens if token.isalnum()]
    told.append({tuple(words[i : i + NGRAM]) for i in range(len(words) - NGRAM + 1)})


def rows_of(article: str, spans: list[dict]) -> list[int]:
    """The sentences that spans of an article touch, as row numbers."""
    bounds = enumerate(zip(article_of, sentences["start"], sentences["end"], strict=True))
    return [
        number
        for number, (name, start, end) in bounds
        if name == article and any(span["start"] < end and start < span["end"] for span in spans)
    ]


for row in quantities.filter(pl.col("figure_id").is_not_null()).rows(named=True):
    for number in rows_of(row["article_id"], [row["span"]]):
        told[number].add(row["figure_id"])

claim_of = {member: row["id"] for row in claims.rows(named=True) for member in row["members"]}
for row in [*attributions.rows(named=True), *assertions.rows(named=True)]:
    if row["id"] in claim_of:
        for number in rows_of(row["article_id"], [row["span"]] if "span" in row else [*row["cue"], *row["content"]]):
            told[number].add(claim_of[row["id"]])

# %% [markdown]
# ## The folds
#
# They are row numbers: `load_dataset(..., "tokens").select(train)` is the training side. Sentences that tell what the
# test side tells are left out of it.


# %%
def fold(held_out: set[str]) -> tuple[list[int], list[int], list[int]]:
    """Rows to train on, rows to test on, and rows left out because they repeat the test side."""
    test = [number for number, article in enumerate(article_of) if article in held_out]
    known = set().union(*(told[number] for number in test))
    others = [number for number, article in enumerate(article_of) if article not in held_out]
    return [n for n in others if not told[n] & known], test, [n for n in others if told[n] & known]


print(f"{'held out':24} train  test  left out")
for outlet, members in groups.items():
    train, test, dropped = fold(members)
    assert not set().union(*(told[n] for n in train)) & set().union(*(told[n] for n in test))
    print(f"{outlet:24} {len(train):5} {len(test):5} {len(dropped):9}")

# %% [markdown]
# ## What no split can remove
#
# The persons and places are the same everywhere. This shows how many entities of the held-out articles are also named
# on the training side. A score on such a fold is mostly about known names, so report it for seen and unseen names
# separately.

# %%
keys: list[set[str]] = [set() for _ in told]
for row in entities.filter(pl.col("key").is_not_null()).rows(named=True):
    for number in rows_of(row["article_id"], [row["span"]]):
        keys[number].add(row["key"])

for outlet, members in groups.items():
    train, test, _ = fold(members)
    seen, asked = (set().union(*(keys[n] for n in side)) for side in (train, test))
    print(f"{outlet:24} {len(asked & seen)} of {len(asked)} entities are also in training")
