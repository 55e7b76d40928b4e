"""Plot a figure: the same number as each article tells it.

A figure is a number with all its tellings. A telling claims an interval (a point, a bound, an approximation), or it
is vague. Drawn one below the other, they show at a glance who claims how much.
"""

# %%
import matplotlib.pyplot as plt
import polars as pl
from matplotlib.ticker import MaxNLocator

figures = pl.read_parquet("corpus/data/figures.parquet").rows(named=True)
quantities = {row["id"]: row for row in pl.read_parquet("corpus/data/quantities.parquet").rows(named=True)}
attributions = {row["id"]: row for row in pl.read_parquet("corpus/data/attributions.parquet").rows(named=True)}

for figure in figures:
    print(f"{figure['id']:24} {len(figure['members'])} tellings: {figure['label']}")

# %% [markdown]
# A telling has its words, its interval and a voucher: the source of the first attribution in `vouched_by` (the
# innermost), or the article itself. We draw the figure whose tellings differ most.


# %%
def who(quantity):
    """The source that vouches first, in the words of the article."""
    if quantity["vouched_by"] is None:  # the attributions of its article are missing or a draft
        return "not known yet"
    for name in quantity["vouched_by"]:
        return " … ".join(span["text"] for span in attributions[name]["source"]) or "a source that is not expressed"
    return "the article itself"


figure = max(figures, key=lambda figure: len({quantities[member]["interval"] for member in figure["members"]}))
for member in figure["members"]:
    telling = quantities[member]
    interval = telling["interval"] or "vague"
    print(f"{telling['article_id']}  {telling['span']['text']:24} {interval:24} {who(telling)}")

# %% [markdown]
# A filled mark is an end that belongs to the interval, a hollow mark an end that does not, a diamond an approximate
# number, an arrow a missing end. A vague telling shows only its words. `parse_math=False` tells matplotlib that a `$`
# in the words of an article is money.


# %%
def draw(figure):
    """A picture of a figure, one line per telling."""
    tellings = [quantities[member] for member in figure["members"]]
    ends = [end for row in tellings for end in (row["lower"], row["upper"]) if end is not None] or [0.0]
    room = 0.15 * (max(ends) - min(ends)) or 0.5 * max(ends) or 1
    left, right = min(ends) - room, max(ends) + room
    picture, axes = plt.subplots(figsize=(8, 1 + 0.7 * len(tellings)), layout="constrained")
    for line, telling in enumerate(reversed(tellings)):
        words = f"{telling['article_id']}: “{telling['span']['text']}”, {who(telling)}"
        axes.text(0, line + 0.22, words, fontsize=9, parse_math=False, transform=axes.get_yaxis_transform())
        if telling["lower"] is None and telling["upper"] is None:
            continue
        low, high = telling["lower"], telling["upper"]
        axes.plot([left if low is None else low, right if high is None else high], [line, line], color="tab:blue")
        for end, closed, arrow, edge in ((low, "lower_closed", "<", left), (high, "upper_closed", ">", right)):
            mark = arrow if end is None else "D" if telling["approximate"] else "o"
            face = "tab:blue" if end is None or telling[closed] else "white"
            place = edge if end is None else end
            axes.plot(place, line, mark, color="tab:blue", markerfacecolor=face, clip_on=False)
    axes.set(xlim=(left, right), ylim=(-0.6, len(tellings) - 0.2), yticks=[], title=figure["label"])
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.spines[["left", "right", "top"]].set_visible(False)
    return picture


draw(figure).savefig("told_apart.svg")

# %% [markdown]
# ![The figure with the most different tellings, each with its interval and who vouches for it](told_apart.svg)
#
# The same function draws the others:

# %%
for figure in figures:
    plt.close(draw(figure))
print(f"{len(figures)} drawn")
