"""`vouchbank new`: an article begins complete and clean, or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from tests.checks_support import BASE, snapshot
from tests.git_support import commit, git, repository
from vouchbank.change.scaffold import next_id, write_article
from vouchbank.change.waiting import waiting_lines
from vouchbank.cli import main
from vouchbank.corpus import Corpus
from vouchbank.corpus.canonical import reformatted
from vouchbank.corpus.ids import used_article_ids
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.corpus.records import layer_file
from vouchbank.corpus.resolve import resolve
from vouchbank.errors import VouchBankError
from vouchbank.toml.reader import read_toml

pytestmark = pytest.mark.slow

TEXT = "Boats wait in the bay\n\nOXMERE (Lake Post). At least 12 boats waited, Mayor Ada Brook said.\n"


def new(root: Path, data: bytes = TEXT.encode(), *words: str, name: str = "006_boats.txt") -> Result:
    file = root.parent / name
    file.write_bytes(data)
    return CliRunner().invoke(main, ["new", str(file), "--root", str(root), *words])


def refused(root: Path, data: bytes = TEXT.encode(), *words: str) -> str:
    """Why an article is refused; nothing is written."""
    before = snapshot(root)
    result = new(root, data, *words)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    assert snapshot(root) == before
    return result.stderr


def test_a_new_article_is_clean_and_canonical(base: Path) -> None:
    result = new(base)
    assert result.exit_code == 0, result.output
    checked = CliRunner().invoke(main, ["check", "--root", str(base)])
    assert checked.stdout.startswith("no findings (2 articles")
    assert list(reformatted(Corpus(base))) == []


def test_the_seed_is_the_file_byte_for_byte(base: Path) -> None:
    data = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode() + b"\r\n\t"
    new(base, data)
    assert (base / "seeds/001/raw.txt").read_bytes() == data


def test_meta_says_what_is_known_and_how_the_rest_is_written(base: Path) -> None:
    new(base, TEXT.encode(), "--language", "pt-BR")
    text = (base / "seeds/001/meta.toml").read_text("utf-8")
    meta = tomllib.loads(text)
    assert meta["seed_file"] == "006_boats.txt"
    assert meta["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert meta["language"] == "pt-BR"
    assert list(meta["paragraphs"]) == ["p1", "p2", "p3"]
    assert all(f"# [{field}]" in text for field in ("outlet", "published", "rights"))
    assert "# evidence = " in text


def test_the_lines_of_meta_that_are_comments_are_right_when_they_are_none(base: Path) -> None:
    new(base)
    path = base / "seeds/001/meta.toml"
    text = path.read_text("utf-8")
    facts = '[outlet]\nvalue = "Lake Post"\nevidence = "OXMERE (Lake Post)"'
    shown = text.replace(facts.replace("[", "# [").replace("\n", "\n# "), facts)
    assert shown != text
    path.write_text(shown, "utf-8")
    assert CliRunner().invoke(main, ["check", "--root", str(base)]).stdout.startswith("no findings")
    lines = [line[2:] if line[:3] in ("# [", "# v", "# e", "# q", "# r") else line for line in text.split("\n")]
    uncommented = "\n".join(lines)
    assert {"outlet", "published", "rights", "corrections"} <= set(tomllib.loads(uncommented))


def test_the_layer_files_are_empty_drafts_of_the_present_guidelines(base: Path) -> None:
    (base / "annotations/GUIDELINES.md").write_text("# Guidelines\n\n**Version 1.7**\n", "utf-8")
    new(base)
    for name in Corpus(base).schema.layer_files:
        header = tomllib.loads((base / f"annotations/001/{name}.toml").read_text("utf-8"))
        assert header == {"status": "draft", "guidelines": "1.7", "by": "unnamed", "via": "hand"}


def test_without_guidelines_the_version_is_the_newest_that_a_file_names(base: Path) -> None:
    new(base)
    assert 'guidelines = "0.3"' in (base / "annotations/001/entities.toml").read_text("utf-8")


def test_the_next_steps_name_the_paths_and_commands(base: Path) -> None:
    result = new(base)
    for said in (
        "wrote seeds/001/raw.txt",
        "Article 001 has 3 paragraphs",
        "vouchbank show 001",
        "seeds/001/meta.toml",
        "annotations/001/quantities.toml",
        "vouchbank check 001 --fix",
        "annotations/registry.toml",
        "git add seeds annotations",
    ):
        assert said in result.stdout
    for line in result.stdout.splitlines():
        command = line.partition("vouchbank ")[2].split()
        assert not command or command[0] in main.commands, line


def test_the_commands_of_the_next_steps_run(base: Path) -> None:
    new(base)
    for words in (["show", "001"], ["normalise"], ["check", "--fix"]):
        assert CliRunner().invoke(main, [*words, "--root", str(base)]).exit_code == 0, words


def test_the_step_that_commits_takes_every_file_that_an_article_changes(base: Path) -> None:
    repository(base)
    adds = next(line for line in new(base).stdout.splitlines() if "git add" in line).partition("git ")[2].split()
    for file in ("registry", "figures", "claims", "retired", "adjudication/001", "raw/annotator-a/001/entities"):
        path = base / f"annotations/{file}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# changed\n", "utf-8")
    for file in ("AGREEMENT.md", "GUIDELINES.md"):
        (base / "annotations" / file).write_text("changed\n", "utf-8")
    git(base, *adds)
    states = [line[:2] for line in git(base, "status", "--porcelain", "--untracked-files=all").splitlines()]
    assert len(states) == 13
    assert set(states) <= {"A ", "M "}


@pytest.mark.parametrize(("data", "said"), [(b"Boats wait\n", "1 paragraph."), (TEXT.encode(), "3 paragraphs.")])
def test_one_paragraph_is_counted_as_one(data: bytes, said: str, base: Path) -> None:
    assert f"Article 001 has {said}" in new(base, data).stdout


# --- ids -----------------------------------------------------------------------------------------------


def test_the_next_id_is_behind_the_highest_ever_used() -> None:
    assert next_id({"000", "007", "003"}) == "008"
    assert next_id({"999", "storm-in-oxmere", "24-hours"}) == "1000"


@pytest.mark.parametrize(
    "trace",
    ["seeds/041/raw.txt", "annotations/041/entities.toml", "annotations/raw/annotator-a/041/entities.toml",
     "annotations/adjudication/041.toml"],
)  # fmt: skip
def test_an_id_that_stands_anywhere_is_used(trace: str, base: Path) -> None:
    (base / trace).parent.mkdir(parents=True)
    (base / trace).write_text("", "utf-8")
    assert "041" in used_article_ids(base)


def test_a_retired_id_is_used_and_a_number_in_a_reason_is_none(base: Path) -> None:
    retired = '["041"]\nreason = "it had 200 faults, see 123"\nsuccessor = "042-e1"\n'
    (base / "annotations/retired.toml").write_text(retired, "utf-8")
    assert used_article_ids(base) == {"000", "041", "042"}


def test_an_id_that_only_git_remembers_is_not_given_again(base: Path) -> None:
    repository(base)
    new(base, TEXT.encode(), "--id", "007")
    commit(base)
    shutil.rmtree(base / "seeds/007")
    shutil.rmtree(base / "annotations/007")
    commit(base)
    assert "the id '007' was used before" in refused(base, TEXT.encode(), "--id", "007")
    assert "wrote seeds/008/raw.txt" in new(base).stdout


def test_a_corpus_within_a_larger_repository_has_its_own_history(tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    shutil.copytree(BASE, outer / "seeds/777/inner")
    repository(outer)
    assert "wrote seeds/001/raw.txt" in new(outer / "seeds/777/inner").stdout


# --- refusals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Boats \xff wait", "is not UTF-8"),
        (b"Boats \0 wait", "contains a NUL character"),
        (b"", "the seed is empty"),
        (b"\xef\xbb\xbf \r\n\n", "the seed is empty"),
    ],
)
def test_what_can_be_no_seed_is_refused(data: bytes, said: str, base: Path) -> None:
    assert said in refused(base, data)


def test_an_article_that_is_there_already_is_named(base: Path) -> None:
    assert "article 000 has the same bytes" in refused(base, (BASE / "seeds/000/raw.txt").read_bytes())


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("strike-f16", "its last word, 'f16', looks like the end of an annotation id; try strike-f-16"),
        ("Störm_in Oxmere!", "letters a to z and digits, in words joined by single hyphens; try storm-in-oxmere"),
        ("raw", "the name is reserved for a file, folder or table of the corpus, or by Windows; try raw-1"),
        ("registry", "try registry-1"), ("con", "try con-1"), ("com1", "try com-1"), ("../x", "try x"),
        ("x" * 65, f"an id has at most 64 characters; try {'x' * 63}"), ("٠٠٧", "try 001"), ("", "try 001"),
        ("007\n", "try 007"), ("-a", "try a"), ("a--b", "try a-b"),
    ],
)  # fmt: skip
def test_an_id_that_is_not_valid_is_refused_and_one_that_is_proposed(wanted: str, said: str, base: Path) -> None:
    assert refused(base, TEXT.encode(), "--id", wanted).endswith(f"{said}\n")
    assert f"invalid article id {wanted!r}: " in refused(base, TEXT.encode(), "--id", wanted)
    assert new(base, TEXT.encode(), "--id", said.rpartition("try ")[2]).exit_code == 0


def test_an_id_that_is_taken_is_refused(base: Path) -> None:
    said = refused(base, TEXT.encode(), "--id", "000")
    assert "article '000' already exists; choose another id; to remove" in said
    assert said.endswith("run: vouchbank drop 000\n")


def test_an_article_may_be_named_by_a_slug(base: Path) -> None:
    assert "Article storm-in-oxmere has 3 paragraphs" in new(base, TEXT.encode(), "--id", "storm-in-oxmere").stdout
    checked = CliRunner().invoke(main, ["check", "--root", str(base)])
    assert checked.stdout.startswith("no findings (2 articles")
    assert "article 'storm-in-oxmere' already exists" in refused(base, b"Boats.\n", "--id", "storm-in-oxmere")
    assert "wrote seeds/001/raw.txt" in new(base, b"Boats.\n").stdout


def test_the_layers_are_those_of_who_annotates_if_that_is_said(base: Path) -> None:
    assert "'gold' is not a valid annotator name: " in refused(base, TEXT.encode(), "--by", "gold")
    new(base, TEXT.encode(), "--by", "alex-doe")
    written = [path.read_text("utf-8") for path in (base / "annotations/001").iterdir()]
    assert written
    assert all('by = "alex-doe"' in text for text in written)


@pytest.mark.parametrize("language", ["EN", "english language", "", "en\n", '"'])
def test_a_language_that_is_no_tag_is_refused(language: str, base: Path) -> None:
    assert "is not a language tag" in refused(base, TEXT.encode(), "--language", language)


def test_a_corpus_that_names_no_version_of_guidelines_says_so(base: Path) -> None:
    shutil.rmtree(base / "annotations")
    assert "states no version" in refused(base)


def test_a_folder_or_a_missing_file_is_refused(base: Path) -> None:
    for name in (str(base), str(base / "nowhere.txt")):
        assert CliRunner().invoke(main, ["new", name, "--root", str(base)]).exit_code == 2


@pytest.mark.parametrize("step", [0, 1, 4, 6])
def test_nothing_half_written_is_left_when_the_disk_fails(
    step: int, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) > step:
            raise OSError(28, "No space left on device", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    monkeypatch.setattr(Path, "replace", failing)
    assert "No space left on device" in refused(base)


def test_a_folder_that_came_meanwhile_is_not_written_over(base: Path) -> None:
    (base / "annotations/001").mkdir()
    with pytest.raises(VouchBankError, match="annotations/001 already exists"):
        write_article(base, "001", {"seeds/001/raw.txt": b"x", "annotations/001/entities.toml": b""})
    assert not (base / "seeds/001").exists()


@pytest.mark.parametrize("name", ['a"b\\c.txt', "a\nb.txt", "\u202e.txt", "= [x].txt", "ünï.txt"])
def test_a_hostile_file_name_is_text_in_meta_and_never_printed_raw(name: str, base: Path) -> None:
    result = new(base, name=name)
    assert result.exit_code == 0
    assert tomllib.loads((base / "seeds/001/meta.toml").read_text("utf-8"))["seed_file"] == re.sub(r"[\\\n]", "_", name)
    again = new(base, name=name)
    assert again.exit_code == 2
    assert not {c for c in again.output if not c.isprintable()} - {"\n"}
    assert again.output.count("\n") == 1


def test_a_page_without_any_text_of_an_article_is_begun_and_said(base: Path) -> None:
    result = new(base, b"Share this article\n")
    assert result.exit_code == 0
    assert "no paragraphs: every line was taken for boilerplate" in result.stdout


def test_what_was_removed_is_listed_with_its_rule_and_obeyed_by_no_terminal(base: Path) -> None:
    body = "At least 40 ferries stayed in port on Monday, the Harbour Union told Reuters in the town."
    result = new(base, f"{body}\n\nRead more: Rain \x1b[2Jstops play\n\nShare this article\n".encode())
    shown = CliRunner().invoke(main, ["show", "001", "--removed", "--root", str(base)])
    listed = shown.stdout.splitlines()
    assert "\x1b" not in result.stdout + shown.stdout
    assert listed[0] == "001: 1 line removed"
    assert listed[1].endswith(": Share this article")
    assert "2 paragraphs. 1 line removed:\n" + listed[1] in result.stdout
    unsure = "\n  related-unsure: Read more: Rain �[2Jstops play"
    for said in (result.stdout, shown.stdout):
        assert re.search(r"1 line kept, but uncertain.*" + re.escape(unsure).replace("�", ".{1,8}"), said)


def test_of_many_and_long_pieces_removed_the_first_and_their_beginnings_are_listed(base: Path) -> None:
    menu = [f"- {'word ' * 30}" for _ in range(25)] + [f"Share this article {n}" for n in range(25)]
    result = new(base, "\n".join(menu).encode())
    pieces = [line for line in result.stdout.splitlines() if line.startswith("  ") and ": " in line]
    assert result.stdout.count("\n  and ") == 2  # of those removed, and of those kept, but uncertain
    assert all(len(line) < 130 for line in pieces)
    shown = CliRunner().invoke(main, ["show", "001", "--removed", "--root", str(base)]).stdout
    assert shown.count("\n  ") > 20


def test_show_removed_needs_no_clean_layers(base: Path) -> None:
    new(base)
    (base / "annotations/001/entities.toml").write_text("[p1", "utf-8")
    result = CliRunner().invoke(main, ["show", "--removed", "--root", str(base)])
    assert result.exit_code == 0
    assert result.stdout.startswith("000: ")
    assert "\n001: 0 lines removed\n" in result.stdout


# --- what waits to be accounted for ------------------------------------------------------------------------


NUMBERS = (
    "Boats wait in the bay\n\nAt least 12 boats waited in 2025, and 12 more of 4.5 million tonnes.\n\n"
    "“We wait,” said Ada Brook.\n"
)


def test_numbers_and_quotations_are_listed_and_become_records_when_the_sign_goes(base: Path) -> None:
    new(base, NUMBERS.encode())
    path = base / "annotations/001/quantities.toml"
    listed = path.read_text("utf-8")
    assert [line for line in listed.splitlines() if line.startswith("#~ number")] == [
        '#~ number = { q = "12", n = "1/2" }',
        '#~ number = "2025"',
        '#~ number = { q = "12", n = "2/2" }',
        '#~ number = "4.5 million"',
    ]
    assert '#~ [p3.a_1]\n#~ content = "“We wait,”"' in (base / "annotations/001/attributions.toml").read_text("utf-8")
    assert "#~" not in (base / "annotations/001/entities.toml").read_text("utf-8")
    bare = re.sub(r"^#~ (\[p2\.q|number)", r"\1", listed, flags=re.MULTILINE)
    path.write_text(bare.replace("[p2.q_2]\nnumber = ", '[p2.nq_2]\nreason = "date"\nq = '), "utf-8")
    assert CliRunner().invoke(main, ["format", "--root", str(base)]).exit_code == 0
    assert "p2: …" in path.read_text("utf-8")
    CliRunner().invoke(main, ["check", "001", "--fix", "--root", str(base)])
    text = path.read_text("utf-8")
    assert text.endswith("#~ Every number is accounted for.\n")
    assert ("[p2.q3]" in text, 'nq1 = { q = "2025", reason = "date" }' in text, "p2: …" in text) == (True, True, False)
    path.write_text(text.replace('"draft"', '"complete"').replace("unnamed", "ada"), "utf-8")
    CliRunner().invoke(main, ["check", "001", "--fix", "--root", str(base)])
    assert "#~" not in path.read_text("utf-8")


def test_an_article_without_numbers_and_quotations_says_so_in_its_files(base: Path) -> None:
    new(base, b"Rain stops play in the bay.\n")
    said = {name: (base / f"annotations/001/{name}.toml").read_text("utf-8") for name in ("quantities", "attributions")}
    assert said["quantities"].endswith("\n#~ No numbers in this article.\n")
    assert said["attributions"].endswith("\n#~ No quotations in this article.\n")


def test_an_uncertain_first_line_gets_a_correction_that_can_be_pasted(base: Path) -> None:
    said = new(base, b"Rain stops play\n\nNobody played on Monday, the umpire said.\n").stdout
    assert (
        "say under [[corrections]] in seeds/001/meta.toml what each is:\n  first-line-unsure: Rain stops play\n" in said
    )
    assert "\n  roles: title, dateline, " in said
    block = said.partition("add at the end of that file:\n")[2].splitlines()[:4]
    with (base / "seeds/001/meta.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(["", *block, ""]))
    assert CliRunner().invoke(main, ["normalise", "--root", str(base)]).exit_code == 0
    assert "p1 title\n" in CliRunner().invoke(main, ["show", "001", "--root", str(base)]).stdout


def test_a_number_that_is_taken_out_again_waits_again(base: Path) -> None:
    new(base, NUMBERS.encode())
    path = base / "annotations/001/quantities.toml"
    listed = path.read_text("utf-8")
    path.write_text(listed.replace("#~ [p2.q_2]\n#~ number", "[p2.q_2]\nnumber"), "utf-8")
    CliRunner().invoke(main, ["check", "001", "--fix", "--root", str(base)])
    assert path.read_text("utf-8").count("#~ number") == 3
    path.write_text(path.read_text("utf-8").replace('[p2.q1]\nnumber = "2025"\n', ""), "utf-8")
    CliRunner().invoke(main, ["check", "001", "--fix", "--root", str(base)])
    assert path.read_text("utf-8").count("#~ number") == 4


@given(st.text('12 “”"’ab.,\n', max_size=80))
def test_every_entry_of_a_list_is_a_record_with_its_place(words: str) -> None:
    seed = "\n\n".join(["The boats of the bay", *(f"They said {line} and so on." for line in words.split("\n"))])
    schema = Corpus(BASE).schema
    held = OverlayCorpus(BASE, schema, {"seeds/000/raw.txt": seed.encode()}, whole=True).article("000")
    for name in ("quantities", "attributions"):
        lines = [line.removeprefix("#~ ") for line in waiting_lines(held, name)]
        text = "\n".join(
            line for line in lines if line.startswith(("[p", "number =", "content =")) and "nq_1" not in line
        )
        text = "\n".join(line for line in text.splitlines() if "na_1" not in line)
        file = layer_file(read_toml(text.encode(), "f.toml"), schema, name, "000")
        texts = {p.id: p for p in held.paragraphs}
        assert not file.document.faults
        assert not any(resolve(record, texts).unplaced for record in file.records)
