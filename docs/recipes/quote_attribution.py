"""Quote attribution as sequence pairs.

Who says this? A pair classifier reads a passage with the attributed words marked, and the name of a candidate, and says
whether the candidate is the source. `attributions` holds the words and the source, `entities` the candidates, and the
registry makes "Maduro", "he" and "the Venezuelan president" one of them.
"""

# %%
from collections import defaultdict

from datasets import load_dataset

articles = {row["article_id"]: row for row in load_dataset("corpus", split="test")}
attributions = load_dataset("corpus", "attributions", split="test")
entities = load_dataset("corpus", "entities", split="test")
names = {row["key"]: row["name"] for row in load_dataset("corpus", "registry", split="test")}

# %% [markdown]
# ## The passage
#
# The paragraph of the attribution, with the content marked. Contents may be in pieces, so each piece has its marks; to
# mark from the right keeps the offsets of what is left true.


# %%
def passage(row, spans, marks=("[Q] ", " [/Q]")):
    """The paragraph of a row with spans of the article marked."""
    article = articles[row["article_id"]]
    paragraph = next(p for p in article["paragraphs"] if p["id"] == row["paragraph_id"])
    text = article["text"][paragraph["start"] : paragraph["end"]]
    for span in sorted(spans, key=lambda span: -span["start"]):
        start, end = span["start"] - paragraph["start"], span["end"] - paragraph["start"]
        text = text[:start] + marks[0] + text[start:end] + marks[1] + text[end:]
    return text


print(passage(attributions[3], attributions[3]["content"]))

# %% [markdown]
# ## The candidates
#
# Whoever can speak and is named in the paragraph or the one before it. Nobody is a candidate too: a source can be
# anonymous, or not expressed, and a model that must choose a name would invent one.

# %%
SPEAKERS = {"PERSON", "ORG", "GPE", "NORP"}
NOBODY = "(nobody named)"

mentions = defaultdict(list)
for entity in entities:
    if entity["key"] and entity["type"] in SPEAKERS:
        mentions[entity["article_id"], entity["paragraph_id"]].append(entity)


def candidates(row):
    """The mentions by which somebody can be the source, in the order of the text."""
    ids = [p["id"] for p in articles[row["article_id"]]["paragraphs"]]
    place = ids.index(row["paragraph_id"])
    return [m for paragraph in ids[max(0, place - 1) : place + 1] for m in mentions[row["article_id"], paragraph]]


pairs, out_of_reach = [], []
for row in attributions:
    if not row["content"]:
        continue
    keys = list(dict.fromkeys(mention["key"] for mention in candidates(row)))
    if row["source_key"] and row["source_key"] not in keys:
        out_of_reach.append(row["id"])
    for key in [*keys, None]:
        candidate = names[key] if key else NOBODY
        pairs.append((row["id"], passage(row, row["content"]), candidate, int(key == row["source_key"])))

print(f"{len(pairs)} pairs of {len({p[0] for p in pairs})} attributions, {sum(p[3] for p in pairs)} of them true")
print(f"out of reach, so without a true pair: {', '.join(out_of_reach) or 'none'}")
for _, _, candidate, label in [p for p in pairs if p[0] == attributions[3]["id"]]:
    print(label, candidate)

# %% [markdown]
# ## What a rule of thumb gets
#
# Before a model is trusted: the nearest name outside the content, as so many have tried. It cannot answer *nobody*, and
# it shows how much of the task the distance alone solves.


# %%
def nearest(row):
    """The key of the named mention that stands nearest to the content, not inside it."""
    start, end = row["content"][0]["start"], row["content"][-1]["end"]

    def outside(mention):
        return not any(f["start"] <= mention["span"]["start"] < f["end"] for f in row["content"])

    def distance(mention):
        return max(start - mention["span"]["end"], mention["span"]["start"] - end, 0)

    named = [m for m in candidates(row) if m["mention"] == "name" and outside(m)]
    return min(named, key=distance)["key"] if named else None


asked = [row for row in attributions if row["content"]]
for kind, rows in {
    "a source with a key": [row for row in asked if row["source_key"]],
    "nobody named": [row for row in asked if not row["source_key"]],
}.items():
    print(f"{kind:20} {sum(nearest(row) == row['source_key'] for row in rows)} of {len(rows)} right")
