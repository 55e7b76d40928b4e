"""Folds by outlet, without leaking.

The articles report the same events. A random split puts one telling of a number in training and the next in the test,
and a model that remembers looks like one that reads. Here each fold holds out an outlet, and whatever the training side
shares with it goes.
"""

# %%
import polars as pl

articles = pl.read_parquet("corpus/data/articles.parquet")
sentences = pl.read_parquet("corpus/data/tokens.parquet")
quantities = pl.read_parquet("corpus/data/quantities.parquet")
attributions = pl.read_parquet("corpus/data/attributions.parquet")
entities = pl.read_parquet("corpus/data/entities.parquet")
claims = pl.read_parquet("corpus/data/claims.parquet")

# %% [markdown]
# ## Groups
#
# Articles of one outlet belong together. Where the outlet is unknown, an article is a group of its own; should two of
# them come from one outlet after all, nobody can tell.

# %%
groups: dict[str, list[str]] = {}
for article, outlet in articles.select("article_id", "outlet").iter_rows():
    groups.setdefault(outlet or f"unknown ({article})", []).append(article)
for outlet, members in groups.items():
    print(f"{outlet:24} {', '.join(members)}")

# %% [markdown]
# ## What leaks
#
# Three things pass from one article to another:
#
# - the same number: quantities with the same `figure_id`;
# - the same statement: attributions that are members of one claim;
# - the same words: sentences that share eight words in a row, as copied agency text does.
#
# A sentence of the training side that holds any of them is left out.

# %%
NGRAM = 8


def ngrams(tokens: list[str]) -> set[tuple[str, ...]]:
    """All runs of eight words, in lower case."""
    words = [token.lower() for token in tokens if token.isalnum()]
    return {tuple(words[i : i + NGRAM]) for i in range(len(words) - NGRAM + 1)}


claim_of = {member: row["id"] for row in claims.rows(named=True) for member in row["members"]}

told: dict[tuple[str, int], set[object]] = {}  # what a sentence tells: figures, claims, runs of words
for row in sentences.rows(named=True):
    told[row["article_id"], row["start"]] = set(ngrams(row["tokens"]))


def sentence_of(article: str, offset: int) -> tuple[str, int]:
    """The sentence in which an offset of an article lies."""
    return article, max(start for name, start in told if name == article and start <= offset)


for row in quantities.filter(pl.col("figure_id").is_not_null()).rows(named=True):
    told[sentence_of(row["article_id"], row["span"]["start"])].add(("figure", row["figure_id"]))
for row in attributions.filter(pl.col("id").is_in(list(claim_of))).rows(named=True):
    for span in [*row["cue"], *row["content"]]:
        told[sentence_of(row["article_id"], span["start"])].add(("claim", claim_of[row["id"]]))


# %% [markdown]
# ## The folds


# %%
def fold(held_out: list[str]) -> tuple[list[tuple[str, int]], list[tuple[str, int]], list[tuple[str, int]]]:
    """Sentences to learn from, sentences to be asked about, and those left out because they tell the same."""
    test = [key for key in told if key[0] in held_out]
    known = set().union(*(told[key] for key in test))
    train = [key for key in told if key[0] not in held_out and not told[key] & known]
    dropped = [key for key in told if key[0] not in held_out and told[key] & known]
    return train, test, dropped


print(f"{'held out':24} train  test  left out")
for outlet, members in groups.items():
    train, test, dropped = fold(members)
    assert not set().union(*(told[key] for key in train)) & set().union(*(told[key] for key in test))
    print(f"{outlet:24} {len(train):5} {len(test):5} {len(dropped):9}")

# %% [markdown]
# ## What no split can take away
#
# The persons and places are the same everywhere. Of the entities named in the article that is held out, this share is
# named on the training side too. A score on such a fold is mostly about names already seen; report it for seen and
# unseen ones apart.

# %%
keys: dict[tuple[str, int], set[str]] = {}
for row in entities.filter(pl.col("key").is_not_null()).rows(named=True):
    keys.setdefault(sentence_of(row["article_id"], row["span"]["start"]), set()).add(row["key"])

for outlet, members in groups.items():
    train, test, _ = fold(members)
    seen = set().union(*(keys.get(key, set()) for key in train))
    asked = set().union(*(keys.get(key, set()) for key in test))
    print(f"{outlet:24} {len(asked & seen)} of {len(asked)} entities are also in training")
