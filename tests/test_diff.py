"""`vouchbank diff`: a change in annotation terms, by resolved values, not by lines."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.checks_support import TOY, copied, replace, snapshot
from tests.git_support import commit, git, repository
from vouchbank.change.changes import Change, Passage
from vouchbank.change.diff import changes
from vouchbank.change.diff_report import COMMENT, as_markdown, as_text
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root
from vouchbank.report.text import counted

pytestmark = pytest.mark.slow

RAW = "seeds/000/raw.txt"
META = "seeds/000/meta.toml"
ENTITIES = "annotations/000/entities.toml"
QUANTITIES = "annotations/000/quantities.toml"
ATTRIBUTIONS = "annotations/000/attributions.toml"
REGISTRY = "annotations/registry.toml"
FIGURES = "annotations/figures.toml"


@pytest.fixture
def root(committed_toy: Path, tmp_path: Path) -> Path:
    return copied(committed_toy, tmp_path)


def run(*words: str, root: Path) -> Result:
    result = CliRunner().invoke(main, ["diff", "--root", str(root), *words])
    assert result.exit_code == 0, result.output
    return result


def told(root: Path) -> list[str]:
    """The changes since the last commit, without headings and the closing line."""
    return [line.strip() for line in run(root=root).stdout.splitlines()[:-1] if line.startswith("  ")]


# --- nothing changed -------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", [TOY, repository_root()], ids=["toy", "real"])
def test_a_corpus_does_not_differ_from_itself(of: Path) -> None:
    corpus = Corpus(of)
    assert list(changes(corpus, corpus)) == []
    assert list(changes(Corpus(of), Corpus(of))) == []


def test_no_change_is_said_in_one_line(root: Path) -> None:
    head = git(root, "rev-parse", "HEAD").strip()
    assert run(root=root).stdout == f"no annotation changes since HEAD ({head[:8]})\n"
    assert run(head[:6], root=root).stdout == f"no annotation changes since {head[:8]}\n"


def test_form_comments_and_order_are_no_change(root: Path) -> None:
    replace(root, ENTITIES, 'e5 = { q = "Tuesday", type = "DATE" }\n', "")
    replace(root, ENTITIES, "[p4]", '# late\ne5 = {type="DATE",q="Tuesday", n = "1/1"}\n\n[p4]')
    assert told(root) == []


def test_a_default_that_is_written_and_a_reference_in_full_are_no_change(root: Path) -> None:
    replace(root, ENTITIES, 'q = "Tuesday", type = "DATE"', 'q = "Tuesday", type = "DATE", sure = true')
    replace(root, ATTRIBUTIONS, 'parent = "a2"', 'parent = "000-a2"')
    assert told(root) == []


def test_an_inherited_value_that_is_written_is_no_change_and_one_that_is_taken_back_is(root: Path) -> None:
    replace(root, ENTITIES, "e5 = { ", 'e5 = { by = "annotator-a", ')
    assert told(root) == []
    replace(root, ENTITIES, "annotator-a", "ada")
    assert told(root) == ["000 entities by annotator-a → ada"]
    commit(root)
    replace(root, ENTITIES, 'by = "annotator-a", q', "q")
    assert told(root) == ["000-e5 by annotator-a → ada"]


def test_diff_writes_nothing(root: Path) -> None:
    replace(root, ENTITIES, '"Ana Muñoz"', '"Harbour Master Ana Muñoz"')
    before = snapshot(root)
    run(root=root)
    assert snapshot(root) == before


# --- the vocabulary --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (ENTITIES, '"Ana Muñoz"', '"Harbour Master Ana Muñoz"', "000-e6 widened: [Harbour Master] Ana Muñoz"),
        (ENTITIES, '"Ana Muñoz"', '"Muñoz"', "000-e6 narrowed: [-Ana-] Muñoz"),
        (ENTITIES, '"Ana Muñoz"', '"Ana Muñoz told"', "000-e6 widened: Ana Muñoz [told]"),
        (ENTITIES, 'q = "Tide Post", type = "ORG"', 'q = "Tide Post", type = "GPE"', "000-e3 type ORG → GPE"),
        (ENTITIES, ', title = "Harbour Master"', "", "000-e6 title removed: Harbour Master"),
        (ENTITIES, 'e5 = { q = "Tuesday", type = "DATE" }\n', "", "000-e5 removed: DATE Tuesday (p3)"),
        (ENTITIES, "e5 = ", 'e20 = { q = "queue", type = "EVENT" }\ne5 = ', "000-e20 added: EVENT queue (p3)"),
        (QUANTITIES, '"[40, inf)"', '"[40, 83]"', "000-q1 upper – → 83"),
        (QUANTITIES, '"[200, 200]"', '"[200, 200.5]"', "000-q4 upper 200 → 200.5"),
        (QUANTITIES, '"[40, inf)"', '"(40, inf)"', "000-q1 interval [40, inf) → (40, inf)"),
        (QUANTITIES, 'interval = "[40, inf)"\n', "", "000-q1 interval [40, inf) → –"),
        (QUANTITIES, ', "on Tuesday"]', "]", "000-q1 scope removed: on Tuesday"),
        (QUANTITIES, '["since Monday"]', '["since Monday", "At least"]', "000-q2 scope added: At least"),
        (QUANTITIES, 'measured = "the boats"', 'measured = "boats"', "000-q3 measured narrowed: [-the-] boats"),
        (QUANTITIES, 'excludes = ["q5", "e13"]', 'excludes = ["q5"]', "000-q6 excludes removed: 000-e13"),
        (QUANTITIES, 'part_of = ["q1"]', 'part_of = ["q2"]', "000-q3 part_of 000-q1 → 000-q2"),
        (ATTRIBUTIONS, 'parent = "a2"\n', "", "000-a3 parent 000-a2 → –"),
        (ATTRIBUTIONS, 'polarity = "deny"', 'polarity = "doubt"', "000-a4 polarity deny → doubt"),
        (ATTRIBUTIONS, 'polarity = "deny"\n', "", "000-a4 polarity deny → affirm"),
        (ATTRIBUTIONS, 'status = "complete"', 'status = "draft"', "000 attributions status complete → draft"),
        (ENTITIES, "e5 = { ", 'e5 = { by = "ada", ', "000-e5 by annotator-a → ada"),
        (ENTITIES, "e5 = { ", 'e5 = { via = "corrected", ', "000-e5 via hand → corrected"),
        (ENTITIES, 'by = "annotator-a"', 'by = "ada"', "000 entities by annotator-a → ada"),
        (REGISTRY, 'name = "Port Lune"', 'name = "Port Lune"\nqid = "Q130879"', "registry port-lune: qid – → Q130879"),
        (FIGURES, '"narrower"', '"conflict"', "figures waiting-boats: pair 001-q1 narrower 000-q1 → 001-q1 conflict"),
        (FIGURES, '"000-q1", "001-q1"]', '"001-q1"]', "figures waiting-boats: members removed: 000-q1"),
        (META, '"Tide Post"', '"Post"', "000 outlet"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_the_words_of_annotation(file: str, old: str, new: str, said: str, root: Path) -> None:
    replace(root, file, old, new)
    lines = told(root)
    assert [line.startswith(said) for line in lines] == [True]


def test_a_span_that_went_elsewhere_is_shown_in_both_places(root: Path) -> None:
    replace(root, QUANTITIES, 'number = { q = "one", n = "1/2" }', 'number = { q = "one", n = "2/2" }')
    (line,) = told(root)
    before, _, after = line.removeprefix("000-q5 number moved: ").partition(" → ")
    assert before.endswith("holds 200 people,” [one] pilot said, and one dec…”")
    assert after.endswith("pilot said, and [one] deckhand called it “the…”")


def test_a_quote_that_lost_its_place_is_told(root: Path) -> None:
    replace(root, ENTITIES, '"Tuesday"', '"Friday"')
    assert told(root) == ["000-e5 no longer has a place: Friday (p3)"]
    commit(root)
    replace(root, ENTITIES, '"Friday"', '"Tuesday"')
    assert told(root) == ["000-e5 added: Tuesday", "000-e5 has a place now: before: Friday (p3)"]


def test_a_file_that_cannot_be_read_is_told_and_its_records_are_not_taken_for_removed(root: Path) -> None:
    replace(root, ENTITIES, "[p1]", "[p1")
    (line,) = told(root)
    assert line.startswith(f"{ENTITIES} cannot be read (invalid TOML")


def test_articles_that_came_and_went_are_told_with_their_counts(root: Path) -> None:
    shutil.rmtree(root / "seeds/001")
    shutil.rmtree(root / "annotations/001")
    (line,) = told(root)
    assert line.startswith("001 removed: 4 paragraphs; ")
    assert "4 attributions, 10 entities, " in line
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "gone")
    git(root, "checkout", "--quiet", "HEAD~1", "--", ".")
    assert told(root)[0].startswith("001 added: ")
    assert run(root=root).stdout.splitlines()[-1].endswith(": 1 added")


def test_one_of_a_kind_is_counted_in_the_singular_of_every_layer(root: Path) -> None:
    """The schema says for some layers what one row is called: `a quantity`."""
    tables = Corpus(root).schema.tables
    nouns = {t.name: t.row.split()[1] for t in tables.values() if len(t.row.split()) == 2}
    stated = {name: noun for name, noun in nouns.items() if noun[:4] == name[:4]}
    assert {"quantities", "attributions", "claims", "figures", "articles"} <= set(stated)
    assert {name: counted(1, name) for name in stated} == {name: f"1 {noun}" for name, noun in stated.items()}
    (root / "annotations/001/quantities.toml").write_text('[p1.q1]\nnumber = "one"\n', "utf-8")
    commit(root)
    shutil.rmtree(root / "seeds/001")
    assert told(root)[0].endswith(", 10 entities, 1 non attribution, 1 quantity")


def test_pairs_and_rows_of_the_whole_corpus_that_came_or_went_are_told(root: Path) -> None:
    text = (root / FIGURES).read_text("utf-8")
    (root / FIGURES).write_text(re.sub(r"pairs = \[.*?\n\]", "pairs = []", text, flags=re.DOTALL), "utf-8")
    text = (root / REGISTRY).read_text("utf-8")
    (root / REGISTRY).write_text(f'{text}\n[zoo]\nname = "Zoo"\ntype = "FAC"\n', "utf-8")
    assert told(root) == [
        "figures waiting-boats: pair removed: 001-q1 narrower 000-q1",
        "registry zoo added: Zoo, FAC",
    ]


# --- a text that changed ----------------------------------------------------------------------------------


def change_text(root: Path, old: str, new: str) -> None:
    replace(root, RAW, old, new)
    digest = hashlib.sha256((root / RAW).read_bytes()).hexdigest()
    meta = (root / META).read_text("utf-8")
    (root / META).write_text(re.sub(r'sha256 = "\w+"', f'sha256 = "{digest}"', meta), "utf-8")


def test_annotation_that_only_moved_along_with_its_words_is_no_change(root: Path) -> None:
    change_text(root, "“The ferry", "Only one bell rang in the harbour. “The ferry")
    CliRunner().invoke(main, ["rebase", "--root", str(root)])
    assert 'n = "2/3"' in (root / QUANTITIES).read_text("utf-8")
    text, seed = told(root)
    assert text.startswith("p5 changed: ")
    assert "Only one bell rang in the harbour." in text
    assert seed == f"{RAW} changed: its bytes differ"


def test_a_word_that_changed_is_shown_between_brackets(root: Path) -> None:
    change_text(root, "roughly 15 of", "roughly 20 of")
    assert "p4 changed: Pilots believe roughly [-15-] [+20+] of the boats carry grain …" in told(root)


def test_the_old_side_is_the_revision_that_is_named(root: Path) -> None:
    replace(root, ENTITIES, '"Tide Post", type = "ORG"', '"Tide Post", type = "GPE"')
    commit(root)
    git(root, "tag", "later")
    replace(root, ENTITIES, '"Tide Post", type = "GPE"', '"Tide Post", type = "FAC"')
    assert told(root) == ["000-e3 type GPE → FAC"]
    assert "000-e3 type ORG → FAC" in run("HEAD~1", root=root).stdout
    assert "000-e3 type GPE → FAC" in run("later", root=root).stdout


# --- the forms --------------------------------------------------------------------------------------------


def test_the_text_is_grouped_and_ends_with_a_count(root: Path) -> None:
    replace(root, ENTITIES, '"Ana Muñoz"', '"Harbour Master Ana Muñoz"')
    replace(root, QUANTITIES, '"[40, inf)"', '"[40, 83]"')
    head = git(root, "rev-parse", "HEAD").strip()[:8]
    assert run(root=root).stdout.splitlines() == [
        "000 entities",
        "  000-e6 widened: [Harbour Master] Ana Muñoz",
        "000 quantities",
        "  000-q1 upper – → 83",
        f"2 changes in 1 article since HEAD ({head}): 1 widened, 1 changed",
    ]


def test_markdown_has_a_table_and_the_changes_as_code(root: Path) -> None:
    replace(root, ENTITIES, '"Ana Muñoz"', '"Harbour Master Ana Muñoz"')
    lines = run("--format", "markdown", root=root).stdout.splitlines()
    assert lines[0] == "### Annotation changes"
    assert "| | added | removed | moved | widened | narrowed | changed |" in lines
    assert "| 000 entities |  |  |  | 1 |  |  |" in lines
    assert "- `000-e6 widened: [Harbour Master] Ana Muñoz`" in lines


HOSTILE = "a`b``c @someone ![x](https://example.org/x) <img src=x> | \n::error::x\u202e\x1b[2J #1 </details>"


@pytest.mark.parametrize("field", ["subject", "verb", "detail"])
def test_hostile_text_stays_text_in_both_forms(field: str) -> None:
    given = {"article": "000", "layer": "entities", "subject": "000-e1", "verb": "note", "detail": "x"}
    change = Change(**{**given, field: HOSTILE})
    for lines in (list(as_text([change], "HEAD")), as_markdown([change], HOSTILE).splitlines()):
        assert not {c for line in lines for c in line if not c.isprintable()}
        assert not [line for line in lines if line.startswith("::")]
    for line in as_markdown([change], HOSTILE).splitlines():
        outside = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
        assert "@" not in outside
        assert "<" not in outside
        assert "![" not in outside


def test_a_note_of_an_article_cannot_break_out_of_its_line(root: Path) -> None:
    replace(root, ENTITIES, 'q = "Tuesday", type', 'note = "x` @a\\n- <b>\\u001b[2J", q = "Tuesday", type')
    for form in ("text", "markdown"):
        out = run("--format", form, root=root).stdout
        assert "\x1b" not in out
        assert "\n- <b>" not in out


def test_a_long_change_is_cut_and_what_github_would_not_show_is_counted() -> None:
    many = [Change("000", "entities", f"000-e{i}", "note", "x" * 1000) for i in range(1, 500)]
    lines = as_markdown(many, "HEAD", "vouchbank diff abc", COMMENT).splitlines()
    shown = [line for line in lines if line.startswith("- ")]
    assert max(map(len, lines)) < 400
    assert lines[-1] == (
        f"**Left out, because GitHub limits the length: {499 - len(shown)} changes.** "
        "To see all, run: `vouchbank diff abc`"
    )
    assert len("\n".join(lines)) in range(COMMENT - 1000, COMMENT)
    assert len(as_markdown(many, "HEAD").splitlines()) == len(lines) + 499 - len(shown) - 2


def passages(texts: list[str]) -> list[Change]:
    whole = tuple(
        Passage(f"p{i}", "body, 2 entities", text, (f"q1 {text}", f"a1 {text}")) for i, text in enumerate(texts, 1)
    )
    return [Change("000", "article", "000", "added", text, whole) for text in texts[:2]]


HOSTILE_TEXT = st.text() | st.sampled_from([HOSTILE, "# x", "1. x", "[x]: y", "    z", "---", "$a$ &lt;"])


@given(st.lists(HOSTILE_TEXT, max_size=4), st.integers(1000, 4000))
def test_no_text_of_an_article_becomes_markup_wherever_the_page_is_cut(texts: list[str], most: int) -> None:
    page = as_markdown(passages(texts), "HEAD", most=most)
    assert len(page.encode()) <= most
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(page)
    blocks = [t.content for t in tokens if t.type == "html_block"]
    assert all(
        re.fullmatch(r"<details><summary>[^<>]*<code>[^<>]*</code></summary>\n?|</details>\n?", b) for b in blocks
    )
    assert [b.startswith("</") for b in blocks] == [False, True] * (len(blocks) // 2)
    inner = {c.type for t in tokens for c in t.children or ()}
    assert inner <= {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
    assert {t.type for t in tokens if t.type.endswith("_open")} <= {
        f"{name}_open" for name in ("heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td")
    } | {"bullet_list_open", "list_item_open"}
    plain = [c.content for t in tokens for c in t.children or () if c.type == "text"]
    assert not [words for words in plain if re.search(r"[@#<]|://|www\.|GH-\d", words)]


def test_a_new_article_is_shown_whole_each_paragraph_with_its_records(root: Path) -> None:
    git(root, "rm", "-r", "--quiet", "--cached", "seeds/001", "annotations/001")
    git(root, "commit", "--quiet", "-m", "without 001")
    said = run(root=root).stdout
    article = Corpus(root).article("001")
    for paragraph in article.paragraphs:
        assert f"\n  {paragraph.id} {paragraph.role}" in said
    joined = " ".join(said.split())
    assert all(" ".join(p.text.split()) in joined for p in article.paragraphs)
    for layer in article.annotations.values():
        for annotation in layer:
            assert re.search(rf"(^|\s){annotation.record.name} ", said), annotation.id
    page = run("--format", "markdown", root=root).stdout
    assert page.count("<details>") == len(article.paragraphs)


def test_a_new_layer_shows_only_the_paragraphs_that_have_something_of_it(root: Path) -> None:
    (root / QUANTITIES).rename(root / "q.toml")
    commit(root)
    (root / "q.toml").rename(root / QUANTITIES)
    lines = run(root=root).stdout.splitlines()
    assert "  000 quantities added: 7 quantities" in lines
    assert not [line for line in lines if " status " in line]
    assert not [line for line in lines if re.match("  p[0-9]+ [a-z]+$", line)]
    assert [line for line in lines if line.startswith("    q1 At least 40 boats")]


def test_raw_work_and_decisions_are_told_in_short(root: Path) -> None:
    raw = root / "annotations/raw/annotator-z/000"
    raw.mkdir(parents=True)
    shutil.copy(root / QUANTITIES, raw)
    (root / "annotations/adjudication").mkdir(exist_ok=True)
    decision = 'layer = "entities"\ngold = "e1"\nfield = "type"\nchoice = "annotator-z"\nreason = "a port"\n'
    (root / "annotations/adjudication/000.toml").write_text(f"[[difference]]\n{decision}", "utf-8")
    assert told(root) == [
        "000 difference added: entities e1 type: annotator-z (a port)",
        "annotations/raw/annotator-z/000 added: 5 paragraphs; 1 non quantity, 7 quantities",
    ]
    commit(root)
    replace(raw, "quantities.toml", '"[40, inf)"', '"[41, inf)"')
    assert told(root) == ["annotations/raw/annotator-z/000 changed: quantities"]


# --- what cannot be compared ---------------------------------------------------------------------------------


@pytest.mark.parametrize("revision", ["nosuch", "--output=x", "-p", "HEAD:seeds", "a b", "\n"])
def test_an_unknown_revision_is_one_clear_sentence(revision: str, root: Path) -> None:
    before = snapshot(root)
    result = CliRunner().invoke(main, ["diff", "--root", str(root), "--", revision])
    assert result.exit_code == 2
    assert result.stderr == f"vouchbank: unknown revision {revision!r}; name a commit, a branch or a tag\n"
    assert snapshot(root) == before


def test_a_folder_outside_git_is_one_clear_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["diff", "--root", str(copied(TOY, tmp_path))])
    assert result.exit_code == 2
    assert "is not in a git repository" in result.stderr


def test_a_repository_without_a_commit_is_one_clear_sentence(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    git(root, "init", "--quiet")
    result = CliRunner().invoke(main, ["diff", "--root", str(root)])
    assert result.exit_code == 2
    assert "unknown revision 'HEAD'" in result.stderr


def test_without_git_it_says_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = CliRunner().invoke(main, ["diff", "--root", str(root)])
    assert result.exit_code == 2
    assert "git cannot be run" in result.stderr


def test_a_corpus_within_a_larger_repository_is_compared_with_itself(tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    shutil.copytree(TOY, outer / "a/corpus")
    repository(outer)
    replace(outer / "a/corpus", ENTITIES, '"Tide Post", type = "ORG"', '"Tide Post", type = "GPE"')
    assert told(outer / "a/corpus") == ["000-e3 type ORG → GPE"]


def test_the_variables_of_a_git_hook_do_not_lead_elsewhere(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert told(root) == []
