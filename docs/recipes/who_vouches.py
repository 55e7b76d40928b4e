"""Quantities joined with who vouches for them.

"5,000 missiles" means one thing when a president says it, another when an article does, and a third when somebody
reports that a president says it. `quantities.vouched_by` lists the attributions whose content holds the number,
innermost first; `attributions` has their sources; `registry` says which entity a source is.
"""

# %%
import polars as pl

quantities = pl.read_parquet("corpus/data/quantities.parquet")
attributions = pl.read_parquet("corpus/data/attributions.parquet")
registry = pl.read_parquet("corpus/data/registry.parquet")


def words(spans: pl.Expr) -> pl.Expr:
    """The words of a list of spans."""
    return spans.list.eval(pl.element().struct.field("text")).list.join(" … ")


# %% [markdown]
# One row per number and attribution that vouches for it. By default polars makes no row of an empty list, and most
# numbers would be lost: `empty_as_null` and the left join keep the numbers for which only the article vouches.

# %%
sources = attributions.join(registry, left_on="source_key", right_on="key", how="left").select(
    "id",
    pl.col("name").alias("entity"),
    "named",
    words(pl.col("source")).alias("source"),
    words(pl.col("cue")).alias("cue"),
    "source_kind",
    "certainty",
)
vouched = (
    quantities.filter(pl.col("vouched_by").is_not_null())  # null: the attributions of its article are not known yet
    .select(
        pl.col("id").alias("number_id"),
        pl.col("span").struct.field("text").alias("number"),
        words(pl.col("measured")).alias("measured"),
        "interval",
        "status",
        "vouched_by",
    )
    .explode("vouched_by", empty_as_null=True)
    .join(sources, left_on="vouched_by", right_on="id", how="left")
)
for row in vouched.rows(named=True):
    who = row["entity"] or row["source"] or ("a source that is not expressed" if row["vouched_by"] else "the article")
    cue = f" ({row['cue']}, {row['certainty']})" if row["cue"] else ""
    print(f"{row['number_id']:8} {row['number']:26} {row['interval'] or 'vague':20} {who}{cue}")

# %% [markdown]
# ## Whom a reader has to believe
#
# How many numbers depend on each kind of source, by the innermost link of their chain. A source has a name if the
# registry has it (`named`), whatever words the article uses; `source_kind` is about those words.

# %%
kind = (
    pl.when(pl.col("vouched_by").is_null())
    .then(pl.lit("only the article"))
    .when(pl.col("source") == "")
    .then(pl.lit("a source that is not expressed"))
    .when(pl.col("named"))
    .then(pl.lit("a source with a name"))
    .otherwise(pl.lit("a source without a name"))
)
innermost = vouched.unique("number_id", keep="first", maintain_order=True)
kinds = innermost.group_by(kind.alias("kind")).len().sort("len", "kind", descending=[True, False])
for name, count in kinds.iter_rows():
    print(f"{count:3} {name}")

# %% [markdown]
# ## Who does not vouch
#
# Sources that deny or doubt a number do not vouch for it, so `vouched_by` leaves their attributions out. The offsets
# still show that the number is in their content. To ask only whether a number is contested, read `status`; `status_by`
# and `status_words` say by whom or by which words.

# %%
doubting = attributions.filter(pl.col("polarity").is_in(["deny", "doubt"])).explode("content", empty_as_null=True)
number, content = pl.col("span").struct, pl.col("content").struct
inside = quantities.join(doubting, on="article_id", suffix="_of_attribution").filter(
    content.field("start") <= number.field("start"), number.field("end") <= content.field("end")
)
for row in inside.rows(named=True):
    source, cue = (" … ".join(span["text"] for span in row[name]) for name in ("source", "cue"))
    print(f"{row['id']} {row['span']['text']}: {row['polarity']} of {source} ({cue}); vouched by {row['vouched_by']}")
