"""Every message is found and listed, and has the form of messages."""

from __future__ import annotations

import ast
import re
import tomllib
from itertools import chain

import pytest

from scripts.message_source.browser import html, typescript
from scripts.message_source.form import breaks
from scripts.message_source.holes import template
from scripts.message_source.library import library_messages
from scripts.message_source.message import PARTS, SOURCE, Message, without_holes
from scripts.messages import all_messages
from vouchbank.corpus import repository_root

ROOT = repository_root()
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return all_messages(ROOT)


def test_every_message_has_the_form_of_messages(messages: list[Message]) -> None:
    wrong = [f"{m.file}:{m.line}: {m.kind}: {m.text}: {fault}" for m in messages for fault in breaks(m)]
    assert not wrong, "python -m scripts.messages lists them:\n" + "\n".join(wrong)


def matcher(text: str) -> re.Pattern[str]:
    """What a template can say: a hole holds anything, or one of two wordings."""
    parts = re.split(r"\{([^{}]*)\}", " ".join(text.split()))
    said = [re.escape(part) if n % 2 == 0 else ".*" for n, part in enumerate(parts)]
    return re.compile("".join(said), re.DOTALL)


def own_words(text: str) -> int:
    return len(re.findall(r"[A-Za-z]{2,}", without_holes(text)))


def expected() -> list[tuple[str, str, str]]:
    found = []
    for path in sorted((ROOT / "tests" / "broken").glob("*/expected.toml")):
        for finding in tomllib.loads(path.read_text("utf-8"))["findings"]:
            found += [(finding["slug"], kind, finding[kind]) for kind in ("message", "help")]
    return found


def test_what_the_broken_corpora_are_told_is_listed(messages: list[Message]) -> None:
    """Each message and each help of a fixture matches a template that has words of its own."""
    kinds = {"message": ("finding", *PARTS), "help": ("help", *PARTS)}
    listed = {kind: {m.text for m in messages if m.kind in held and own_words(m.text)} for kind, held in kinds.items()}
    templates = {kind: [matcher(text) for text in sorted(held)] for kind, held in listed.items()}
    described = " ".join(path.read_text("utf-8") for path in sorted((ROOT / "schema").glob("*.json")))
    missing = []
    for slug, kind, said in expected():
        if said not in described and not any(one.fullmatch(" ".join(said.split())) for one in templates[kind]):
            missing.append(f"{slug}: {kind}: {said}")
    assert len(expected()) > 300
    assert not missing, "\n".join(missing)


def test_every_literal_that_is_raised_is_listed(messages: list[Message]) -> None:
    listed = {m.text for m in messages}
    raised = {}
    for path in sorted((ROOT / SOURCE).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                for argument in node.exc.args:
                    text = template(argument) if isinstance(argument, ast.JoinedStr) else ""
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        text = argument.value
                    if own_words(text) > 1:
                        raised[" ".join(text.split())] = path.name
    missing = [f"{file}: {text}" for text, file in raised.items() if text not in listed]
    assert len(raised) > 80
    assert not missing, "\n".join(missing)


def test_every_option_and_every_command_is_listed(messages: list[Message]) -> None:
    """What click shows for the whole command line is among them, word for word."""
    import click

    from vouchbank.cli import main

    def below(command: click.Command) -> list[click.Command]:
        inner = command.commands.values() if isinstance(command, click.Group) else ()
        return [command, *chain.from_iterable(map(below, inner))]

    listed = {m.text for m in messages if m.kind in ("option", "command")}
    for command in below(main):
        for paragraph in (command.help or "").split("\n\n"):
            assert " ".join(paragraph.split()) in listed, command.name
        for parameter in command.params:
            said = getattr(parameter, "help", None)
            own = parameter.name not in ("help", "version", "yes")  # these are worded by click
            assert not (said and own) or said in listed, f"{command.name}: {said}"


MADE_UP = '''
from vouchbank.findings import Fault, Fix, Place
from vouchbank.cli.output import say, progress
import click

HELPS = {"a": "help from a table", "b": "another help from a table"}
_NEXT = """\\
Next steps:
1. Read {name} first
"""


class WearyError(Exception):
    def __init__(self, what, help_=""):
        super().__init__(f"too weary for {what}" + (f"; {help_}" if help_ else ""))


class WornError(WearyError):
    pass


@rule(level=1)
def tired_record(judged):
    """A record is tired."""
    message, help_ = (f"{judged.id} is tired", "let it rest") if judged.old else ("the young is tired", HELPS["a"])
    yield judged.fault("field", message, help_)
    for place, said in _problems(judged):
        yield Fault(said, place, help="wake the record", fix=Fix("wake it up", ()))


def _problems(judged):
    yield Place(""), "sleeps too long" if judged.night else "sleeps too little"
    yield Place(""), _how(judged)


def _how(judged):
    return f"{judged.name!r} snores{' loudly' * judged.loud}"


@click.command()
@click.option("--long", help="How long it sleeps.")
def sleep(long):
    """Put a record to sleep.

    It wakes by itself.
    """
    if long:
        raise WornError("long sleep", help_="sleep less")
    why = "the bed is taken"
    say(f"cannot sleep: {why}")
    say(_NEXT.format(name="it"))
    for line in _lines():
        say(line)
    for record in progress([], "putting to sleep"):
        raise click.UsageError("name a bed" + " and a pillow")
    warn("the alarm is not set")


def _lines():
    return [f"{n} records sleep" for n in range(3)]
'''


def test_a_message_of_a_new_module_is_found_however_it_is_handed_on() -> None:
    found = [(m.kind, m.text, m.area) for m in library_messages({f"{SOURCE}/cli/made_up.py": MADE_UP})]
    check, area = "tired-record", "cli/made_up.py"
    for wanted in (
        ("finding", "{id} is tired", check),
        ("finding", "the young is tired", check),
        ("help", "let it rest", check),
        ("help", "help from a table", check),
        ("finding", "sleeps too long", check),
        ("finding", "sleeps too little", check),
        ("finding", "{name!r} snores{ loudly|}", check),
        ("help", "wake the record", check),
        ("fix", "wake it up", check),
        ("option", "How long it sleeps.", area),
        ("command", "Put a record to sleep.", area),
        ("command", "It wakes by itself.", area),
        ("error", "too weary for {what}", area),
        ("part", "long sleep", area),
        ("part", "sleep less", area),
        ("line", "cannot sleep: {why}", area),
        ("part", "the bed is taken", area),
        ("line", "1. Read {name} first", area),
        ("line", "{n} records sleep", area),
        ("progress", "putting to sleep", area),
        ("error", "name a bed and a pillow", area),
        ("text", "the alarm is not set", area),
    ):
        assert wanted in found, wanted


def test_the_words_of_the_browser_are_found() -> None:
    code = """
    // "not a message in a comment"
    import { h } from "./dom";
    place.append(h("p", { class: "a b c" }, "Nothing is chosen."), text.replace(/it's "so/, ""));
    tell(state.gone ? `The file ${file.name} is gone` : `Kept: ${all.map((x) => x || "no name")}`);
    button("Undo");
    """
    found = [(m.line, m.text) for m in typescript("web/src/made_up.ts", code)]
    assert found == [
        (4, "Nothing is chosen."),
        (5, "The file {name} is gone"),
        (5, "Kept: {x}"),
        (5, "no name"),
        (6, "Undo"),
    ]
    page = '<p title="A title">Words <b>and</b><script>let no = "message";</script></p>'
    assert [m.text for m in html("x.html", page)] == ["A title", "Words", "and"]


@pytest.mark.parametrize(
    ("kind", "text", "fault"),
    [
        ("finding", "there is no article {id!r}", "says 'is no'"),
        ("finding", "'town' is no label of reading", "says 'is no'"),
        ("help", "mend the file", "says 'mend'"),
        ("finding", "raw work was changed", "says 'raw work'"),
        ("line", "not yet built", "says 'not yet'"),
        ("option", "The work of these hands.", "says 'hands'"),
        ("finding", "The value is wrong", "begins with a capital"),
        ("error", "the value is wrong.", "ends with a period"),
        ("error", "the value is wrong. Write another", "joins two sentences with a period"),
        ("help", "write it, " * 20, "has 200 characters, more than 140"),
        ("finding", "{value} is not a number", "shows {value} without quotes"),
        ("option", "how long it takes.", "begins with a small letter"),
        ("option", "How long it takes", "does not end with a period"),
        ("summary", "Show articles.", "ends with a period"),
    ],
)
def test_what_breaks_the_form_is_reported(kind: str, text: str, fault: str) -> None:
    assert any(said.startswith(fault) for said in breaks(Message("src/vouchbank/x.py", 1, kind, text)))


@pytest.mark.parametrize(
    ("kind", "text", "fault"),
    [
        ("error", "the file is gone", "begins with a small letter"),
        ("error", "The file is gone.", "is a single sentence with a period"),
    ],
)
def test_what_the_browser_shows_has_a_form_of_its_own(kind: str, text: str, fault: str) -> None:
    assert any(said.startswith(fault) for said in breaks(Message("src/vouchbank/edit/x.py", 1, kind, text)))


@pytest.mark.parametrize(
    ("file", "kind", "text"),
    [
        ("src/vouchbank/x.py", "finding", "{value!r} is not a number"),
        ("src/vouchbank/x.py", "finding", "SHA256SUMS is missing"),
        ("src/vouchbank/x.py", "help", "quote only the name; or run: vouchbank check --fix"),
        ("src/vouchbank/x.py", "finding", "the id '{value}' is no longer used"),
        ("src/vouchbank/x.py", "option", "Write nothing; exit with 1 if a file would change."),
        ("src/vouchbank/edit/x.py", "error", "The file changed. Load it again, then save."),
        ("src/vouchbank/release/upload.py", "error", "the Hub does not answer. Nothing was changed."),
    ],
)
def test_what_keeps_the_form_is_not_reported(file: str, kind: str, text: str) -> None:
    assert list(breaks(Message(file, 1, kind, text))) == []
