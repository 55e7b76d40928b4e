"""Relations between tellings, as sequence pairs.

Two articles give a number for the same thing, or report the same statement. Do they agree? `figures` and `claims` say
how each pair relates, with the reason. Classifiers of textual entailment take such pairs of marked passages with a
label; the labels here differ, and `annotations/GUIDELINES.md` defines them.
"""

# %%
import re
from collections import Counter
from itertools import combinations

from datasets import load_dataset


def table(name):
    """The rows of a table of the corpus."""
    return list(load_dataset("./corpus", name, split="test"))


articles = {row["article_id"]: row for row in table("articles")}
quantities = {row["id"]: row for row in table("quantities")}
statements = {row["id"]: row for row in [*table("attributions"), *table("assertions")]}
figures, claims = table("figures"), table("claims")

# %% [markdown]
# ## The passages
#
# A member is shown in its paragraph with its words marked: the number, the cue and content of an attribution, or the
# clause that the article itself states.


# %%
def spans_of(row):
    """The spans that tell what a member says."""
    return [row["span"]] if "span" in row else [*row["cue"], *row["content"]]


def passage(row):
    """The paragraph of a member, with its words between asterisks."""
    article = articles[row["article_id"]]
    paragraph = next(p for p in article["paragraphs"] if p["id"] == row["paragraph_id"])
    text = article["text"][paragraph["start"] : paragraph["end"]]
    for span in sorted(spans_of(row), key=lambda span: -span["start"]):
        start, end = span["start"] - paragraph["start"], span["end"] - paragraph["start"]
        text = f"{text[:start]}*{text[start:end]}*{text[end:]}"
    return text


# %% [markdown]
# ## The pairs
#
# Each relation reads from `a` to `b`. A relation with a converse gives a second pair: if one is narrower, the other
# is wider. Many pairs are not sure (`sure = false`): count them separately, or leave them out.

# %%
CONVERSE = {"narrower": "wider", "wider": "narrower", "stronger": "weaker", "weaker": "stronger"}
SYMMETRIC = {"equal", "compatible", "conflict", "not_comparable"}

pairs = []
for told, known in ((figures, quantities), (claims, statements)):
    for row in told:
        for pair in row["pairs"]:
            a, b = known[pair["a"]], known[pair["b"]]
            pairs.append((passage(a), passage(b), pair["relation"], pair["sure"]))
            back = pair["relation"] if pair["relation"] in SYMMETRIC else CONVERSE.get(pair["relation"])
            if back:
                pairs.append((passage(b), passage(a), back, pair["sure"]))

print("all sure relation")
every, certain = Counter(p[2] for p in pairs), Counter(p[2] for p in pairs if p[3])
for relation in sorted(every):
    print(f"{every[relation]:3} {certain[relation]:4} {relation}")
one, other, relation, _ = next(pair for pair in pairs if pair[2] == "superseded")
first, second = (re.search(r"(\S+ ){0,3}\*.+\*( \S+){0,2}", text)[0] for text in (one, other))
print(f"\n… {first} …\n  -- {relation} -->\n… {second} …")

# %% [markdown]
# ## Pairs that are not the same number
#
# Two numbers that share no figure are not the same number, since annotators looked for figures in the whole corpus.
# The hard negatives count things with the same name.

# %%
joined = {frozenset((pair["a"], pair["b"])) for figure in figures for pair in figure["pairs"]}
unrelated = [
    (one, other)
    for one, other in combinations(quantities.values(), 2)
    if frozenset((one["id"], other["id"])) not in joined and one["dimension"] == other["dimension"]
]


def heads(row):
    """The last word of each phrase for what is measured."""
    return {span["text"].lower().split()[-1] for span in row["measured"]}


hard = [(one, other) for one, other in unrelated if heads(one) & heads(other)]
print(f"{len(joined)} pairs in figures; {len(unrelated)} others of one dimension; of these {len(hard)} share the noun:")
for one, other in hard:
    words = ", ".join(sorted(heads(one) & heads(other)))
    print(f"  {one['id']} {one['span']['text']} / {other['id']} {other['span']['text']}: {words}")

# %% [markdown]
# ## What the intervals alone decide
#
# A check on any model: if both intervals are known and neither is approximate, arithmetic rules out some relations.
# Two intervals that share no number cannot be `equal` or `compatible`. If they share one, the words decide the
# relation.


# %%
def overlap(one, other):
    """Whether two intervals share a number; None if one is not known exactly."""
    if any(row["interval"] is None or row["approximate"] for row in (one, other)):
        return None
    low = max((row["lower"] for row in (one, other) if row["lower"] is not None), default=float("-inf"))
    high = min((row["upper"] for row in (one, other) if row["upper"] is not None), default=float("inf"))
    if low != high:
        return low < high
    return all(row["lower"] != low or row["lower_closed"] for row in (one, other)) and all(
        row["upper"] != high or row["upper_closed"] for row in (one, other)
    )


for figure in figures:
    for pair in figure["pairs"]:
        one, other = quantities[pair["a"]], quantities[pair["b"]]
        shared = {True: "overlap", False: "apart", None: "not exact"}[overlap(one, other)]
        assert shared != "apart" or pair["relation"] not in {"equal", "compatible"}
        print(f"{one['span']['text']} / {other['span']['text']}: {shared}, {pair['relation']}")
