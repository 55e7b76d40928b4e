"""The canonical form of annotation files: same values, same comments, one way to write them."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from vouchbank.corpus import Article, Corpus, repository_root
from vouchbank.corpus.canonical import canonical_layer, reformatted, with_paragraph_ids
from vouchbank.corpus.format import format_corpus, format_layer, name_order, same_values
from vouchbank.corpus.records import layer_file
from vouchbank.corpus.seeds import read_seed
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.spans import Span
from vouchbank.toml.reader import Document, read_toml

SCHEMA = load_schema(default_schema_folder())


def read(text: str) -> Document:
    document = read_toml(text.encode(), "f.toml")
    assert document.faults == (), document.faults
    return document


def formatted(text: str, file: str = "entities", first: dict[str, Span | None] | None = None) -> str:
    return format_layer(read(text), SCHEMA, file, by_path(read(text), first or {}))


def by_path(document: Document, first: dict[str, Span | None]) -> dict[tuple[str | int, ...], Span | None]:
    """The places of annotations that are named by their id only."""
    sections = {k: v for k, v in document.values.items() if isinstance(v, dict)}
    return {(section, name): first[name] for section, held in sections.items() for name in held if name in first}


BEFORE = """\
# who annotated this
via="model"   # by a model
by = 'annotator-c'
guidelines = "0.3"
status = "draft"

[p10]
# the last one
nq1 = {reason="date",q='16'}
[p2.q2] # the first of p2
interval='[21, inf)'
# how many
number = { n = "1/2", q = "21" }
scope = [ "Since September",   # when
          "in the Caribbean" ]
[p2]
nq2 = { q = "35", reason = "designator", note = 'He said "no"' }
[p2.q1]
measured = ["of the vessels suspected of carrying drugs in the Caribbean", "and of the others in the Pacific Ocean too"]
number = "two"
odd = 1.0
interval = "[2, 2]"
# the end
"""

AFTER = """\
status = "draft"
guidelines = "0.3"
by = "annotator-c"
# who annotated this
via = "model"  # by a model

[p2]
nq2 = { q = "35", reason = "designator", note = 'He said "no"' }

[p2.q1]
number = "two"
interval = "[2, 2]"
measured = [
  "of the vessels suspected of carrying drugs in the Caribbean",
  "and of the others in the Pacific Ocean too",
]
odd = 1.0

[p2.q2]  # the first of p2
# how many
number = { n = "1/2", q = "21" }
interval = "[21, inf)"
# when
scope = ["Since September", "in the Caribbean"]

[p10]
# the last one
nq1 = { q = "16", reason = "date" }

# the end
"""


def test_a_whole_file_takes_its_canonical_form() -> None:
    first = {"q1": Span(5, 8), "q2": Span(20, 22), "nq2": Span(30, 32), "nq1": Span(90, 92)}
    once = formatted(BEFORE, "quantities", first)
    assert once == AFTER
    assert formatted(once, "quantities", first) == once


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("a = 'plain'", 'a = "plain"'),
        ("""a = 'say "no"'""", """a = 'say "no"'"""),
        (r"""a = "say \"no\"" """, """a = 'say "no"'"""),
        (r"""a = "it's \"no\"" """, r'''a = "it's \"no\""'''),
        (r"a = 'C:\x'", r"a = 'C:\x'"),
        (r'a = "tab\tnew\nline\u0001\u007F"', r'a = "tab\tnew\nline\u0001\u007F"'),
        ('a = """\ntwo\nlines"""', r'a = "two\nlines"'),
        ("a = '“é” 👩\u200d👧 \u202e'", 'a = "“é” 👩\u200d👧 \u202e"'),
        ("a = +1_000", "a = 1000"),
        ("a = 0x1F", "a = 31"),
        ("a = 1.50", "a = 1.5"),
        ("a = 1e22", "a = 1e+22"),
        ("a = +inf", "a = inf"),
        ("a = -inf", "a = -inf"),
        ("a = -nan", "a = nan"),
        ("a = -0.0", "a = -0.0"),
        ("a = true", "a = true"),
        ("a = 1979-05-27 07:32:00.5-07:00", "a = 1979-05-27T07:32:00.500000-07:00"),
        ("a = 1979-05-27", "a = 1979-05-27"),
        ("a = 07:32:00", "a = 07:32:00"),
        ("a = []", "a = []"),
        ("a = {}", "[a]"),
        ("a = [{}]", "a = [{}]"),
        ("a = [ { b = 1 }, [ 2 ] ]", "a = [{ b = 1 }, [2]]"),
        ("'a b' = 1", '"a b" = 1'),
        ("'' = 1", '"" = 1'),
        ("'é' = 1", '"é" = 1'),
        ("a.b = 1", "[a]\nb = 1"),
    ],
)
def test_every_kind_of_value_has_one_way_to_be_written(written: str, canonical: str) -> None:
    once = formatted(written)
    assert once == canonical + "\n"
    assert same_values(tomllib.loads(once), tomllib.loads(written))


def test_records_stand_in_reading_order_and_ids_without_a_place_stay_behind_their_neighbour() -> None:
    text = "[p1]\ne3 = { q = 'c' }\ne9 = { q = '?' }\ne2 = { q = 'b' }\ne10 = { q = 'b b' }\ne1 = { q = 'a' }\n"
    first = {"e1": Span(0, 1), "e2": Span(2, 3), "e10": Span(2, 5), "e3": Span(6, 7), "e9": None}
    names = [line.split()[0] for line in formatted(text, first=first).splitlines()[1:]]
    assert names == ["e1", "e10", "e2", "e3", "e9"]


def test_formatting_twice_changes_nothing_where_a_record_without_a_place_stands_before_a_line() -> None:
    text = "[p1.q5]\nnumber = '?'\n[p1.q1]\nnumber = '2'\n[p1]\nnq1 = { q = '3', reason = 'date' }\n"
    first = {"q1": Span(20, 21), "nq1": Span(100, 101)}
    once = formatted(text, "quantities", first)
    assert formatted(once, "quantities", first) == once


def test_sections_stand_in_the_order_of_the_paragraphs_and_strange_ones_last() -> None:
    text = "[other]\n[p10]\n[p2]\n[p01]\n"
    assert formatted(text) == "[p2]\n\n[p10]\n\n[other]\n\n[p01]\n"


def test_ids_are_ordered_by_their_number() -> None:
    assert sorted(["e10", "q1", "e2", "x", "e1"], key=name_order) == ["x", "e1", "e2", "e10", "q1"]


@pytest.mark.parametrize(
    "text",
    [
        "# a\n[p1] # b\n# c\ne1 = { q = 'x' } # d\n# e\n",
        "[p1]\n# a\ne1.q = 'x' # b\n# c\ne1.type = 'ORG' # d\n",
        "[p1.e1] # a\n# b\nq = 'x' # c\n# d\n",
        "[p1]\n# a\n[p1.e1]\nq = 'x'\n# b\n[p1.e1.title] # c\n# d\nq = 'y' # e\n",
        "[[p1]] # a\n# b\nq = 1 # c\n[[p1]] # d\n# e\nq = 2 # f\n",
        "[[p1]]\n# a\n[p1.x] # b\ny = 1 # c\n",
        "x = [ # a\n  # b\n  1, # c\n  [ # d\n 2 ] # e\n  # f\n] # g\n",
        "x = [ # a\n] # b\n",
        "# a\n\n# b\n",
        "#\n[p1]\n#\n",
        "# x  \r\n[p1]  #  y\t\r\ne1 = { q = 'x' } #\tz \r\n",
        "[p1]\nq1 = { number = '1' } # a\n# b\nq2 = { number = '1', scope = [ # c\n'x' ] } # d\n",
        "[p2] # a\n# b\n[p1]\n",
        "[strange.p1] # a\n[strange] # b\nx = 1 # c\n",
    ],
)
@pytest.mark.parametrize("file", ["entities", "quantities", "attributions"])
def test_every_comment_is_kept_wherever_it_stands(text: str, file: str) -> None:
    def said(document: Document) -> Counter[str]:
        return Counter(c.text.rstrip() for c in document.comments)

    once = formatted(text, file)
    assert said(read(once)) == said(read(text))
    assert same_values(dict(read(once).values), dict(read(text).values))
    assert formatted(once, file) == once


def test_a_comment_stays_with_its_record_when_the_record_moves() -> None:
    text = "[p2]\n# of e2\ne2 = { q = 'b' } # beside e2\n# of p1\n[p1]\ne1 = { q = 'a' }\n"
    assert formatted(text) == ('# of p1\n[p1]\ne1 = { q = "a" }\n\n[p2]\n# of e2\ne2 = { q = "b" }  # beside e2\n')


def test_a_comment_on_a_section_stays_there_where_the_section_has_only_tables() -> None:
    text = '# of p1\n[p1] # beside p1\n\n[p1.a1]\ncue = "said"\n\n[p2.a2]\ncue = "told"\n'
    assert formatted(text, "attributions") == text.replace("] # b", "]  # b")


def test_a_list_too_long_for_its_line_is_written_over_several() -> None:
    words = ["the words of one fragment"] * 5
    text = formatted(f"[p1.a1]\ncontent = {words}\n", "attributions")
    assert text.count("\n") == 8
    assert formatted(f"[p1.a1]\ncontent = {words[:3]}\n", "attributions").count("\n") == 2


def test_an_empty_file_stays_empty() -> None:
    assert formatted("") == ""
    assert formatted("\n\n") == ""


def test_a_table_of_the_whole_corpus_is_sorted_by_key_and_its_fields_by_the_schema() -> None:
    text = "# b\n[b]\ntype = 'ORG' # t\nname = 'B'\n\n\n[a]\nqid_status='none'\nname = 'A'\n# end\n"
    assert format_corpus(SCHEMA.tables["registry"], read(text)) == (
        '[a]\nname = "A"\nqid_status = "none"\n\n# b\n[b]\nname = "B"\ntype = "ORG"  # t\n\n# end\n'
    )


def test_pairs_of_a_figure_keep_their_values_and_comments() -> None:
    text = (
        "[f]\nlabel = 'x'\n# why\n[[f.pairs]]\na = '001-q1' # first\nreason = 'r'\n"
        "[[f.pairs]]\n# second\nb = '001-q2'\n"
    )
    once = format_corpus(SCHEMA.tables["figures"], read(text))
    assert same_values(tomllib.loads(once), tomllib.loads(text))
    assert Counter(c.text for c in read(once).comments) == Counter(["# why", "# first", "# second"])
    assert format_corpus(SCHEMA.tables["figures"], read(once)) == once


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 1.0}, False),
        ({"a": True}, {"a": 1}, False),
        ({"a": float("nan")}, {"a": float("nan")}, True),
        ({"a": [1, 2]}, {"a": [2, 1]}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {}, False),
        ([1], [1, 2], False),
    ],
)
def test_values_are_the_same_only_with_the_same_types(a: object, b: object, same: bool) -> None:
    assert same_values(a, b) is same


def test_the_canonical_form_of_every_file_of_the_corpus_says_the_same() -> None:
    corpus = Corpus(repository_root())
    for article in corpus.articles:
        for name, file in article.files.items():
            if file.document.missing or file.document.faults:
                continue
            once = canonical_layer(article, name, file.document)
            again = read_toml(once.encode(), file.document.file)
            assert same_values(dict(again.values), dict(file.document.values))
            assert canonical_layer(article, name, again) == once


def test_only_files_that_are_not_canonical_are_rewritten_and_a_broken_one_says_why(tmp_path) -> None:
    seed = tmp_path / "seeds" / "000"
    seed.mkdir(parents=True)
    (seed / "raw.txt").write_text(
        "Rain stops the play\n\nReuters said that the match ended early on Monday.\n", "utf-8"
    )
    layers = tmp_path / "annotations" / "000"
    layers.mkdir(parents=True)
    (layers / "entities.toml").write_text('[p2]\ne1={q="Reuters"}\n', "utf-8")
    (layers / "quantities.toml").write_text('[p2]\nnq1 = { q = "x" }\n', "utf-8")
    (layers / "attributions.toml").write_text("[p2\n", "utf-8")
    (tmp_path / "annotations" / "registry.toml").write_text("[b]\n[a]\n", "utf-8")
    found = {file: (text, why) for file, text, why in reformatted(Corpus(tmp_path))}
    assert set(found) == {
        "annotations/000/entities.toml",
        "annotations/000/attributions.toml",
        "annotations/registry.toml",
    }
    assert found["annotations/000/entities.toml"] == ('[p2]\ne1 = { q = "Reuters" }\n', "")
    assert found["annotations/registry.toml"] == ("[a]\n\n[b]\n", "")
    assert found["annotations/000/attributions.toml"][0] == ""
    assert "TOML" in found["annotations/000/attributions.toml"][1]


RAW = "Rain stops the play\n\nReuters said that the match ended early on Monday.\n"


def article(meta: str) -> Article:
    seed = read_seed("000", RAW.encode(), "raw.txt", read(meta))
    files = {name: layer_file(Document("f.toml", missing=True), SCHEMA, name, "000") for name in SCHEMA.layer_files}
    return Article("000", seed, files, SCHEMA)


META = """\
# what is known
seed_file = "x.txt"  # as it came

[outlet]
value = "Reuters"
evidence = "Reuters"
"""


def test_paragraph_ids_are_added_below_all_else() -> None:
    text = with_paragraph_ids(article(META))
    assert text is not None
    assert text.startswith(META + "\n[paragraphs]\n")
    assert list(tomllib.loads(text)["paragraphs"]) == ["p1", "p2"]
    assert with_paragraph_ids(article(text)) is None


SECTION = '[paragraphs]\np1 = "000000000000"\np2 = "000000000001"\np7 = "retired"\n'
AROUND = {
    "at the end": META + "\n" + SECTION,
    "a table below": META + "\n" + SECTION + "\n[rights]\nvalue = 'x'\nevidence = 'y'\n",
    "a comment above": META + "\n# never edited by hand\n" + SECTION,
    "a comment at the end": META + "\n" + SECTION + "\n# the end\n",
    "a comment above the next table": META
    + "\n"
    + SECTION
    + "\n# why\n[[corrections]] # here\nq = 'x'\nrole = 'body'\n",
    "a comment beside an id": META + "\n" + SECTION.replace('1"\n', '1"  # edited\n'),
    "a comment above an id": META + "\n" + SECTION.replace("p2 =", "# edited\np2 ="),
    "a comment beside the heading": META + "\n" + SECTION.replace("]\n", "]  # ids\n"),
    "spaces in the heading": META + "\n" + SECTION.replace("[paragraphs]", "  [ paragraphs ]"),
    "a quoted heading": META + "\n" + SECTION.replace("paragraphs", '"paragraphs"'),
    "other line ends": (META + "\n" + SECTION + "\n[rights]\nvalue = 'x'\n").replace("\n", "\r\n"),
    "brackets in a text below": META + "\n" + SECTION + "\n[rights]\nvalue = '''\n[paragraphs]\n[x]'''\n",
    "brackets in a text above": META + "\n[rights]\nvalue = '''\n[paragraphs]\n[x]'''\n\n" + SECTION,
}


@pytest.mark.parametrize("meta", AROUND.values(), ids=AROUND)
def test_bringing_paragraph_ids_up_to_date_keeps_everything_else(meta: str) -> None:
    text = with_paragraph_ids(article(meta))
    assert text is not None
    old, new = read(meta), read(text)
    others = {k: v for k, v in old.values.items() if k != "paragraphs"}
    assert {k: v for k, v in new.values.items() if k != "paragraphs"} == others
    assert set(new.values["paragraphs"]) == {"p1", "p2", "p7"}
    assert new.values["paragraphs"]["p7"] == "retired"
    assert Counter(c.text.rstrip() for c in new.comments) == Counter(c.text.rstrip() for c in old.comments)
    assert with_paragraph_ids(article(text)) is None


def test_paragraph_ids_are_not_touched_where_the_file_cannot_be_read() -> None:
    seed = read_seed("000", RAW.encode(), "raw.txt", read_toml(b"a = \n", "meta.toml"))
    assert with_paragraph_ids(Article("000", seed, {}, SCHEMA)) is None
    seed = read_seed("000", RAW.encode(), "raw.txt", Document("meta.toml", missing=True))
    assert with_paragraph_ids(Article("000", seed, {}, SCHEMA)) is None
    seed = read_seed("000", b"\xff", "raw.txt", read(META))
    assert with_paragraph_ids(Article("000", seed, {}, SCHEMA)) is None
