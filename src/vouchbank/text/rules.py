"""Which role does a line of the page play, and on what evidence?

The evidence is data: `rules.toml` lists what page furniture looks like, with the lines each rule must match
and the near misses it must not. This module reads that file, refuses it loudly when it is wrong, and says
what a rule is; `page` decides where a rule may act.

>>> rules = default_rules()
>>> rules.matching("LEAVE A REPLY")[0].id
'reply-form'
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from vouchbank.text.candidates import Candidates, Trial

UNKNOWN = "unknown"  # kept, for nothing speaks against it, but a person should say what it is
KEPT_ROLES = ("title", "dateline", "heading", "body", "caption", UNKNOWN)
REMOVED_ROLES = ("navigation", "duplicate_title", "related_link", "interface", "promotion", "credit")

# Where a rule may act. "Prose" is a line that reads as a sentence or more (see `is_prose`).
SCOPES = {
    "default": "any line that no other rule decides; exactly one rule, without a pattern",
    "anywhere": "a whole line, wherever it stands",
    "first-line": "a whole line, the first that is left",
    "head": "a whole line above the first prose",
    "tail": "a whole line below the last prose",
    "edge": "a whole line above the first or below the last prose",
    "between": "a whole line between the first and the last prose",
    "after-prose": "a whole line anywhere below the first prose",
    "section": "a whole line below the first prose, and what follows up to the next prose (at most eight lines)",
    "rest": "a whole line below the second prose (or the only one), and all that follows to the end",
    "close": "a whole line below seven tenths of the page, and with it all that follows to the end",
    "inline-prefix": "the beginning of a line up to the first prose; the line is cut after it",
    "glued-prefix": "above the first prose, what stands before a copy of one of the next three lines, on one line with "
    "it; cut after it, and the copy is a duplicate title",
}

# A zone of a page is a sum of these: of the scopes that a line may be in there.
ZONES = {scope: 1 << place for place, scope in enumerate(SCOPES)}

# Conditions that a pattern on one line cannot state; `normalise` knows how to test each.
CONDITIONS = {
    "": "none",
    "repeated-above": "the same line stands further up already",
    "beside-headline-among-furniture": "above the first prose, within a dozen lines, stand a longer line of four words "
    "or more and one that another rule removes, and prose follows, but not directly",
    "told-in-prose": "at least three words of the line have four letters or more, and two thirds of them stand again "
    "in the sentences below the line (half, where those are few)",
    "leads-prose": "the next line is prose and says half of the line's longer words again, and one of the two lines "
    "before it is prose",
}

HAND, BLANK = "hand", "blank"  # the rule ids of a correction by hand and of a text without any line

# A pattern is only tried on lines up to this length (and on that much of a longer line, where it looks for a
# prefix): furniture is short, and no pattern can then take long, whatever the page holds.
LONGEST = 400

# Whether a rule was weighed on the development pages, or fires there too rarely: bench/normalising.md counts.
EVIDENCE = {
    "pages": "the development pages",
    "seeds": "seeds or general knowledge only: fewer than ten lines of the development pages",
}

_REMOVING = ("section", "rest", "close", "glued-prefix")  # scopes in which nothing can be kept
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_STOPS, _CLOSING = frozenset(".!?…。！？।؟۔"), frozenset("\"'”’»)]」』\n")
_PROSE_END = re.compile(r"[.!?…。！？।؟۔][\"'”’»)\]」』]*$")
PROSE_LENGTH = 80  # code points of a line that may be prose


class RuleError(ValueError):
    """The rule file is wrong; the message names the rule."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What every entry of the rule file says: a pattern, where it comes from, lines it matches and does not."""

    id: str
    pattern: re.Pattern[str]
    provenance: str
    matches: tuple[str, ...]
    near_misses: tuple[str, ...]

    def reads(self, line: str) -> bool:
        """Whether the pattern is found in the line."""
        return self.pattern.search(line) is not None


@dataclass(frozen=True)
class LineRule(Evidence):
    """One line of evidence: lines like this play this role there."""

    role: str
    scope: str
    when: str = ""
    evidence: str = "pages"

    @cached_property
    def removes(self) -> bool:
        """Whether lines of this role are left out of the clean text."""
        return self.role in REMOVED_ROLES

    @cached_property
    def cuts(self) -> bool:
        """Whether the rule is about the beginning of a line, not a whole one."""
        return self.scope.endswith("-prefix")

    def reads(self, line: str) -> bool:
        """Whether the line, alone, looks like what this rule is about."""
        if self.cuts:
            return self.pattern.match(line[:LONGEST]) is not None
        return len(line) <= LONGEST and self.pattern.fullmatch(line) is not None


@dataclass(frozen=True, slots=True)
class Repair(Evidence):
    """One character that is plainly the wrong one, and in `repair` the right one."""

    repair: str


@dataclass(frozen=True)
class RuleSet:
    """All rules in the order of their precedence, the default apart."""

    rules: tuple[LineRule, ...]
    repairs: tuple[Repair, ...]
    default: LineRule

    def __iter__(self) -> Iterator[LineRule]:
        """Go through all rules, the default last."""
        yield from (*self.rules, self.default)

    @property
    def repair_pairs(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """The repairs as pattern and replacement."""
        return tuple((one.pattern, one.repair) for one in self.repairs)

    def matching(self, line: str) -> tuple[LineRule, ...]:
        """Return the rules whose pattern reads the line, most important first."""
        return self.candidates.of(line, -1)

    @cached_property
    def candidates(self) -> Candidates[LineRule]:
        """What finds the rules whose pattern reads a line, and whose scope is one of a zone (`ZONES`)."""
        return Candidates(
            [Trial(rule, ZONES[rule.scope], rule.pattern, rule.cuts) for rule in self.rules], longest=LONGEST
        )


def is_prose(line: str) -> bool:
    """Whether a line reads as running text: long enough, and closed like a sentence.

    >>> is_prose("Read more"), is_prose("It rained all night, and in the morning " * 3 + "the river rose.")
    (False, True)
    """
    return len(line) >= PROSE_LENGTH and closes_like_a_sentence(line)


def closes_like_a_sentence(line: str) -> bool:
    """Whether a line ends with a full stop or what stands for one.

    >>> closes_like_a_sentence("“It rained.”"), closes_like_a_sentence("Rain")
    (True, False)
    """
    last = line[-1:]
    return last in _STOPS or (last in _CLOSING and _PROSE_END.search(line, len(line) - 8) is not None)


@cache
def default_rules() -> RuleSet:
    """Return the rules that come with the library."""
    return read_rules(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))


def read_rules(source: str) -> RuleSet:
    r"""Read and check a rule file; `RuleError` names the rule that is wrong.

    >>> read_rules("[[rules]]\nid = 'x'")
    Traceback (most recent call last):
        ...
    vouchbank.text.rules.RuleError: x: missing matches, near_misses, pattern, provenance, role, scope
    """
    data = read_toml("rules", source)
    if unknown := set(data) - {"rules", "repairs"}:
        raise RuleError(f"rules: unknown table {', '.join(sorted(unknown))}")
    rules = [_checked_rule(_read(LineRule, entry)) for entry in data.get("rules", ())]
    repairs = tuple(_checked_repair(_read(Repair, entry)) for entry in data.get("repairs", ()))
    taken = Counter([HAND, BLANK, *(one.id for one in (*rules, *repairs))])
    if twice := [name for name, count in taken.items() if count > 1]:
        raise RuleError(f"{twice[0]}: this id is taken")
    defaults = [rule for rule in rules if rule.scope == "default"]
    if len(defaults) != 1:
        raise RuleError(f"rules: exactly one rule has the scope default, not {len(defaults)}")
    return RuleSet(tuple(rule for rule in rules if rule.scope != "default"), repairs, defaults[0])


def read_toml(name: str, source: str) -> dict[str, Any]:
    """The values of a file of evidence; `RuleError` names the file that is not TOML."""
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{name}: {error}") from error


T = TypeVar("T", bound=Evidence)


def _read(kind: type[T], entry: Mapping[str, object]) -> T:
    """An entry of the file; its keys are the fields of its kind, and what has no default must be there."""
    name = entry.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise RuleError(f"rules: {name!r} is not an id (small letters, digits, hyphens)")
    known = {field.name: field.default is MISSING for field in fields(kind)}
    if unknown := set(entry) - set(known):
        raise RuleError(f"{name}: unknown key {', '.join(sorted(unknown))}")
    if missing := {key for key, needed in known.items() if needed} - set(entry):
        raise RuleError(f"{name}: missing {', '.join(sorted(missing))}")
    return kind(**{key: _value(name, key, value) for key, value in entry.items()})


def read_evidence(kind: type[T], entry: Mapping[str, object]) -> T:
    """An entry of a file as one of its kind, held to its own examples; `RuleError` says what is wrong with it."""
    return _tried(_read(kind, entry))


def _value(name: str, key: str, value: object) -> Any:
    if key == "weight" and isinstance(value, float):
        return value
    if key in ("matches", "near_misses", "words"):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise RuleError(f"{name}: {key} is not a list of texts")
        return tuple(value)
    if not isinstance(value, str):
        raise RuleError(f"{name}: {key} is not a text")
    try:
        return re.compile(value) if key == "pattern" else value
    except re.error as error:
        raise RuleError(f"{name}: not a pattern: {error}") from error


def _checked_rule(rule: LineRule) -> LineRule:
    known = (("role", rule.role, KEPT_ROLES + REMOVED_ROLES), ("scope", rule.scope, SCOPES))
    more = (("condition", rule.when, CONDITIONS), ("evidence", rule.evidence, EVIDENCE))
    for kind, value, allowed in (*known, *more):
        if value not in allowed:
            raise RuleError(f"{rule.id}: no such {kind}: {value}")
    if rule.removes if rule.scope == "default" else rule.scope in _REMOVING and not rule.removes:
        raise RuleError(f"{rule.id}: a rule of scope {rule.scope} may not have the role {rule.role}")
    return rule if rule.scope == "default" else _tried(rule)


def _checked_repair(one: Repair) -> Repair:
    if len(one.repair) != 1 or not one.repair.isprintable() or one.repair == " ":
        raise RuleError(f"{one.id}: a repair is one visible character, not {one.repair!r}")
    if any(len(found[0]) != 1 for line in one.matches for found in one.pattern.finditer(line)):
        raise RuleError(f"{one.id}: a repair replaces one character, so that offsets stay exact")
    if any(one.reads(one.pattern.sub(one.repair, line)) for line in one.matches):
        raise RuleError(f"{one.id}: what it repairs, it would repair again")
    return _tried(one)


def _tried(one: T) -> T:
    """An entry that was held to its own examples."""
    if not one.matches or not one.near_misses:
        raise RuleError(f"{one.id}: needs a line it matches and a near miss")
    if missed := [line for line in one.matches if not one.reads(line)]:
        raise RuleError(f"{one.id}: does not match {missed[0]!r}")
    if hit := [line for line in one.near_misses if one.reads(line)]:
        raise RuleError(f"{one.id}: matches the near miss {hit[0]!r}")
    return one
