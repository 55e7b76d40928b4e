"""Plot a figure: the same number as each article tells it.

A figure is a number that is told more than once. Each telling is an interval: a point, an open end, an approximation.
Drawn one under the other they show at a glance who claims how much.
"""

# %%
import matplotlib.pyplot as plt
import polars as pl

figures = pl.read_parquet("corpus/data/figures.parquet")
quantities = {row["id"]: row for row in pl.read_parquet("corpus/data/quantities.parquet").rows(named=True)}
attributions = {row["id"]: row for row in pl.read_parquet("corpus/data/attributions.parquet").rows(named=True)}

for figure in figures.rows(named=True):
    print(f"{figure['id']:24} {figure['label']}")

# %% [markdown]
# A telling has its words, its interval and who vouches for it. Without `vouched_by` that is the article.


# %%
def who(quantity):
    """The source that vouches first, in the words of the article."""
    for name in quantity["vouched_by"]:
        return " … ".join(span["text"] for span in attributions[name]["source"]) or "somebody not named"
    return "the article itself"


figure = figures.row(by_predicate=pl.col("id") == "militia-and-reservists", named=True)
tellings = [quantities[member] for member in figure["members"]]
for telling in tellings:
    print(f"{telling['article_id']}  {telling['span']['text']:24} {telling['interval']:24} {who(telling)}")

# %% [markdown]
# A filled mark is an end that belongs to the interval, a hollow one does not, a diamond is an approximate number, an
# arrow an open end. Words of articles are given to matplotlib with `parse_math=False`: a `$` in them is money.

# %%
ends = [end for telling in tellings for end in (telling["lower"], telling["upper"]) if end is not None]
room = 0.15 * (max(ends) - min(ends) or max(ends))
left, right = min(ends) - room, max(ends) + room

picture, axes = plt.subplots(figsize=(8, 0.9 + 0.7 * len(tellings)), layout="constrained")
for line, telling in enumerate(reversed(tellings)):
    lower, upper = telling["lower"], telling["upper"]
    axes.plot([left if lower is None else lower, right if upper is None else upper], [line, line], color="tab:blue")
    for end, closed, arrow, edge in (
        (lower, telling["lower_closed"], "<", left),
        (upper, telling["upper_closed"], ">", right),
    ):
        mark = arrow if end is None else "D" if telling["approximate"] else "o"
        face = "tab:blue" if closed or end is None else "white"
        axes.plot(edge if end is None else end, line, mark, color="tab:blue", markerfacecolor=face)
    words = f"{telling['article_id']}: “{telling['span']['text']}”, {who(telling)}"
    axes.text(left, line + 0.22, words, fontsize=9, parse_math=False)

axes.set(ylim=(-0.6, len(tellings) - 0.2), yticks=[], title=figure["label"])
axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
axes.spines[["left", "right", "top"]].set_visible(False)
picture.savefig("militia_and_reservists.svg")

# %% [markdown]
# ![Three tellings of the number of militia members and reservists, each with its interval](militia_and_reservists.svg)
