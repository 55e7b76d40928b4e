"""Who contradicts whom, and about what.

The corpus records contradiction in three places: a pair of a figure or a claim whose relation is `conflict`,
`doubts`, `denies` or `superseded`; an attribution that denies or doubts what another says (`about`); and a number
whose status is `disputed` or `unverified`, with the evidence in `status_by`, or that contradicts another number
(`disputes`). Sources have their names from the registry; where no source is expressed, the article speaks.
"""

# %%
import polars as pl

tables = {
    name: pl.read_parquet(f"corpus/data/{name}.parquet")
    for name in ("quantities", "attributions", "assertions", "figures", "claims", "registry")
}
names = dict(tables["registry"].select("key", "name").iter_rows())
records = {row["id"]: row for name in ("quantities", "attributions", "assertions") for row in tables[name].to_dicts()}


def who(name):
    """Who says a record; for a number, its innermost voucher."""
    row = records[name]
    if "vouched_by" in row:
        return who(row["vouched_by"][0]) if row["vouched_by"] else f"article {row['article_id']}"
    if "cue" not in row:
        return f"article {row['article_id']}"
    return names.get(row["source_key"], f"somebody in {row['article_id']}")


# %% [markdown]
# ## In figures and claims
#
# The label of the row says what it is about. Each name on either side is listed once; a question mark says that no
# pair of the two is sure.

# %%
AGAINST = ("denies", "doubts", "conflict", "superseded")


def sides(row, relation):
    """Who contradicts whom in a figure or claim: pairs of names, and whether a pair of them is sure."""
    found = {}
    for pair in row["pairs"]:
        if pair["relation"] == relation:
            both = who(pair["a"]), who(pair["b"])
            found[both] = found.get(both, False) or pair["sure"]
    return found


for row in [*tables["figures"].to_dicts(), *tables["claims"].to_dicts()]:
    for relation in AGAINST:
        against = sides(row, relation)
        for one in sorted({a for a, _ in against}):
            others = [f"{b}{'' if sure else ' (?)'}" for (a, b), sure in sorted(against.items()) if a == one]
            print(f"{row['label']}:\n  {one} -- {relation} -> {', '.join(others)}")

# %% [markdown]
# `superseded` is not a contradiction: the second member describes a newer state. It is listed because only one of the
# two can still be true.
#
# ## In the attributions
#
# Who denies or doubts something, and who said it. If `about` is empty, the article does not quote the statement.

# %%
for row in tables["attributions"].filter(pl.col("polarity").is_in(["deny", "doubt"])).to_dicts():
    answered = ", ".join(who(name) for name in row["about"]) or "what is not quoted"
    print(f"{row['id']}: {who(row['id'])} -- {row['polarity']} -> {answered}")

# %% [markdown]
# ## In the numbers
#
# A number is `disputed` or `unverified` because of somebody in its article (`status_by`), or because of words that no
# annotation covers (`status_words`).

# %%
for row in tables["quantities"].filter(pl.col("status").is_in(["disputed", "unverified"])).to_dicts():
    reasons = [who(name) for name in row["status_by"] or ()] + [repr(span["text"]) for span in row["status_words"]]
    print(f"{row['id']} {row['span']['text']}, says {who(row['id'])}: {row['status']} because of {', '.join(reasons)}")
for row in tables["quantities"].filter(pl.col("disputes").list.len() > 0).to_dicts():
    print(f"{row['id']} {row['span']['text']} says otherwise than {', '.join(row['disputes'])}")

# %% [markdown]
# ## How much is contradicted
#
# In these articles, nobody contradicts most of what is told more than once.

# %%
for name in ("figures", "claims"):
    rows = tables[name].to_dicts()
    quarrels = [row for row in rows if any(sides(row, relation) for relation in AGAINST[:3])]
    print(f"{len(quarrels)} of {len(rows)} {name} hold a denial, a doubt or a conflict")
