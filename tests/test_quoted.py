"""`python -m bench.quoted` finds what a page repeats of an article, whatever signs stand between the words."""

from __future__ import annotations

from pathlib import Path

from bench.quoted import README, ROOT, measured, repeated, told, words

ARTICLE = "One two three four. Five six seven, eight nine ten!"


def test_a_run_of_eight_words_is_repeated_and_one_of_seven_is_not() -> None:
    article = words(ARTICLE)
    assert repeated(article, words("| *two* THREE four … five | six – seven (eight) nine | x |")) == set(range(1, 9))
    assert repeated(article, words("two three four five six seven eight x nine ten")) == set()
    assert repeated(article, words(f"{ARTICLE} {ARTICLE}")) == set(range(10))


def test_pages_are_counted_and_the_articles_themselves_are_not(tmp_path: Path) -> None:
    for name, text in {
        "corpus/text/000.txt": ARTICLE,
        "corpus/text/001.txt": "Quite another text stands here, with ten words in it.",
        "README.md": ARTICLE,
        "docs/plots/a.svg": f"<text>{ARTICLE[:-5]}</text>",
        "docs/recipes/a.py": ARTICLE,
        "annotations/guidelines/0.1.md": "Quite another text stands here, with ten words",
        "seeds/a.txt": ARTICLE,
    }.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    shares, own, anywhere = measured(tmp_path)
    assert shares == {"README.md": 0.5, "docs/plots/a.svg": 0.45, "annotations/guidelines/0.1.md": 0.4}
    assert (own, anywhere) == (0.5, 0.9)
    said = told(shares, own, anywhere).replace("\n", " ")
    assert " 50% of the articles' words in runs of 8, and 90% with the guidelines of earlier work" in said
    assert said.endswith(": `README.md` 50%, `docs/plots/a.svg` 45%, `annotations/guidelines/0.1.md` 40%.")


def test_the_made_pages_quote_no_more_than_their_purpose_needs() -> None:
    shares, own, _ = measured(ROOT)
    assert own < 0.15
    assert "The repository's own pages repeat" in (ROOT / README).read_text("utf-8")
    recipes = {name: share for name, share in shares.items() if name.startswith("docs/recipes/")}
    assert max(recipes.values()) < 0.01
    assert max(shares["docs/corpus.md"], shares["corpus/README.md"]) < 0.06
