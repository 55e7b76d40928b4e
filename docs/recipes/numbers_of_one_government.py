"""Numbers that rest on sources of one government.

A spokesperson, a ministry, a capital that stands for a cabinet, unnamed officials: they all speak for one principal.
`registry.acts_for` says on whose behalf somebody acts, and `attributions.speaks_for` follows it to the end, starting
from the reading of the mention: "Washington said" and "the Pentagon said" both speak for the United States.
`attributions.capacity` distinguishes official speakers from those who are only affiliated.
"""

# %%
import polars as pl

quantities = pl.read_parquet("corpus/data/quantities.parquet")
attributions = pl.read_parquet("corpus/data/attributions.parquet")
registry = pl.read_parquet("corpus/data/registry.parquet")

# %% [markdown]
# ## Who speaks for whom
#
# Everybody who speaks for a government in the corpus, and how often. Outlets and institutes speak for themselves and
# are left out. Unnamed officials and state-owned firms are `affiliated`: close to the government, but not its voice.

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
# A number rests on a government if any link of its chain speaks for that government, the innermost or one that
# reports it. Sources that doubt or deny a number are not in its chain.

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
# A government with 0 numbers vouches for none, whatever else it says. If the article repeats in its own voice what a
# government told it, that does not show: such a number rests on nobody but the article.
#
# ## Numbers that only one government vouches for
#
# All tellings of a figure may go back to one government, or to that government and to articles that name nobody. Then
# several articles amount to a single source.

# %%
told = links.filter(pl.col("figure_id").is_not_null()).group_by("figure_id", maintain_order=True)
for (figure,), rows in sorted(told):
    behind = rows["speaks_for"].drop_nulls().unique().sort().to_list()
    others = rows.filter(pl.col("vouched_by").is_not_null() & pl.col("speaks_for").is_null())["number"].n_unique()
    alone = rows.filter(pl.col("vouched_by").is_null())["number"].n_unique()
    print(f"{figure}: {', '.join(behind) or 'no government'}; another source {others}, nobody but the article {alone}")
