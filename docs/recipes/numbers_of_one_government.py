"""Numbers that rest on sources of one government.

A spokesman, his ministry, a capital that stands for a cabinet, officials without a name: in the end they speak for one
principal. `registry.acts_for` says on whose behalf somebody acts, and `attributions.speaks_for` follows it to the end,
from the reading of the mention on, so "Washington said" and "the Pentagon said" are both of the United States.
`attributions.capacity` tells those who speak officially from those who are only affiliated.
"""

# %%
import polars as pl

quantities = pl.read_parquet("corpus/data/quantities.parquet")
attributions = pl.read_parquet("corpus/data/attributions.parquet")
registry = pl.read_parquet("corpus/data/registry.parquet")

# %% [markdown]
# ## Who speaks for whom
#
# Everybody who speaks for a government in the corpus, and how often; outlets and institutes speak for themselves, and
# are left out. `affiliated` are officials without a name, or a firm that a state owns: near to it, not its voice.

# %%
names = registry.select("key", "name")
governments = registry.filter(pl.col("type") == "GPE")["key"].to_list()
speaking = (
    attributions.filter(pl.col("speaks_for").is_in(governments))
    .join(names, left_on="source_key", right_on="key")
    .join(names, left_on="speaks_for", right_on="key", suffix="_of_principal")
)
said = speaking.group_by("name_of_principal", "capacity", "name").len().sort("name_of_principal", "capacity", "name")
for (principal, capacity), rows in said.group_by("name_of_principal", "capacity", maintain_order=True):
    listed = [f"{name} {count}" for name, count in rows.select("name", "len").iter_rows()]
    print(f"{principal}, {capacity}: {', '.join(listed)}")

# %% [markdown]
# ## The numbers
#
# A number rests on a government if any link of its chain speaks for it, the innermost or one that reports it. Whoever
# doubts or denies a number is in no chain.

# %%
links = (
    quantities.filter(pl.col("vouched_by").is_not_null())  # null: the attributions of its article are not known yet
    .select(pl.col("id").alias("number"), "interval", "status", "figure_id", "vouched_by")
    .explode("vouched_by", empty_as_null=True)
    .join(speaking.select("id", "name", "speaks_for", "capacity"), left_on="vouched_by", right_on="id", how="left")
)


def rests_on(principal):
    """The numbers that sources of one principal vouch for."""
    return links.filter(pl.col("speaks_for") == principal).unique("number", maintain_order=True)


for principal in speaking["speaks_for"].unique().sort():
    rows = rests_on(principal)
    print(f"{principal}: {len(rows)} of {len(quantities)}")
    for row in rows.iter_rows(named=True):
        print(
            f"  {row['number']:7} {row['interval'] or 'vague':22} {row['status']:10} {row['name']}, {row['capacity']}"
        )

# %% [markdown]
# A government of which nothing is printed vouches for no number here, whatever else it says. What its side told the
# article, and the article tells in its own voice, does not show: those numbers rest on nobody but the article.
#
# ## Numbers that only one government vouches for
#
# All tellings of a figure may go back to one government, or to it and to articles that name nobody. Several articles
# then amount to a single source.

# %%
told = links.filter(pl.col("figure_id").is_not_null()).group_by("figure_id", maintain_order=True)
for (figure,), rows in sorted(told):
    behind = rows["speaks_for"].drop_nulls().unique().sort().to_list()
    others = rows.filter(pl.col("vouched_by").is_not_null() & pl.col("speaks_for").is_null())["number"].n_unique()
    alone = rows.filter(pl.col("vouched_by").is_null())["number"].n_unique()
    print(f"{figure}: {', '.join(behind) or 'no government'}; another source {others}, nobody but the article {alone}")
