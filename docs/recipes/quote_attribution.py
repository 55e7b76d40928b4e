"""Quote attribution as sequence pairs.

Who says this? A pair classifier reads a passage with the attributed words marked, and the name of a candidate, and
decides whether the candidate is the source. `attributions` has the words and the source, `entities` the candidates;
in the registry "Maduro", "he" and "the Venezuelan president" are one entity.
"""

# %%
from collections import defaultdict

from datasets import load_dataset

articles = {row["article_id"]: row for row in load_dataset("./corpus", split="test")}
attributions = load_dataset("./corpus", "attributions", split="test")
entities = load_dataset("./corpus", "entities", split="test")
names = {row["key"]: row["name"] for row in load_dataset("./corpus", "registry", split="test") if row["named"]}

# %% [markdown]
# ## The passage
#
# The paragraph of the attribution and the one before it, with the content marked. A content may have several
# fragments, so each fragment is marked, from right to left: this keeps the remaining offsets valid.


# %%
def paragraphs(row):
    """The paragraph of an attribution, and the one before it if there is one."""
    listed = articles[row["article_id"]]["paragraphs"]
    place = [p["id"] for p in listed].index(row["paragraph_id"])
    return listed[max(0, place - 1) : place + 1]


def passage(row, marks=("[Q] ", " [/Q]")):
    """What a model reads: the passage with its content marked."""
    shown = paragraphs(row)
    first, last = shown[0]["start"], shown[-1]["end"]
    text = articles[row["article_id"]]["text"][first:last]
    for span in sorted(row["content"], key=lambda span: -span["start"]):
        if first <= span["start"] and span["end"] <= last:
            start, end = span["start"] - first, span["end"] - first
            text = text[:start] + marks[0] + text[start:end] + marks[1] + text[end:]
    return text


said = passage(attributions[3])
print(said[said.rindex(". ", 0, said.index("[Q]")) + 2 : said.index("[Q]") + 25], "…", said[said.index("[/Q]") :])

# %% [markdown]
# ## The candidates
#
# The entities named in the passage that can speak. Only names: pronouns and other phrases are annotated where they
# fill a role, so listing them would give the answer away. *Nobody* is a candidate too, for anonymous and unexpressed
# sources, because a model that must choose a name would invent one. Other sources without a name (analysts, a report,
# the author; `named = false` in the registry) fit neither and are left out.

# %%
SPEAKERS = {"PERSON", "ORG", "GPE", "NORP"}
NOBODY = "(nobody named)"

mentions = defaultdict(list)
for entity in entities:
    if entity["key"] and entity["mention"] == "name" and entity["type"] in SPEAKERS:
        mentions[entity["article_id"], entity["paragraph_id"]].append(entity)


def candidates(row):
    """The names of possible sources, in the order of the text."""
    return [mention for p in paragraphs(row) for mention in mentions[row["article_id"], p["id"]]]


sources = {row["id"]: row["source_key"] if row["source_key"] in names else None for row in attributions}
withheld = {"anonymous", "implicit"}
asked = [row for row in attributions if row["content"] and (sources[row["id"]] or row["source_kind"] in withheld)]
pairs, out_of_reach = [], []
for row in asked:
    keys = list(dict.fromkeys(mention["key"] for mention in candidates(row)))
    if sources[row["id"]] and sources[row["id"]] not in keys:
        out_of_reach.append(row["id"])
    for key in [*keys, None]:
        pairs.append((row["id"], passage(row), names[key] if key else NOBODY, int(key == sources[row["id"]])))

print(f"{len(attributions)} attributions, {len(asked)} of them asked about")
print(f"{len(pairs)} pairs, {sum(label for *_, label in pairs)} of them true")
print(f"named, but not in the passage: {', '.join(out_of_reach) or 'none'}")
for name, _, candidate, label in pairs:
    if name == attributions[3]["id"]:
        print(label, candidate)

# %% [markdown]
# ## A baseline
#
# Before you trust a model, compare it with the nearest name outside the content. This baseline cannot answer
# *nobody*; it shows how much of the task distance alone solves.


# %%
def nearest(row):
    """The key of the name nearest to the content, outside it."""
    start, end = row["content"][0]["start"], row["content"][-1]["end"]

    def outside(mention):
        return not any(f["start"] <= mention["span"]["start"] < f["end"] for f in row["content"])

    def distance(mention):
        return max(start - mention["span"]["end"], mention["span"]["start"] - end, 0)

    named = [mention for mention in candidates(row) if outside(mention)]
    return min(named, key=distance)["key"] if named else None


for kind, rows in {
    "a named source": [row for row in asked if sources[row["id"]]],
    "nobody named": [row for row in asked if not sources[row["id"]]],
}.items():
    print(f"{kind:15} {sum(nearest(row) == sources[row['id']] for row in rows)} of {len(rows)} right")
