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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

KEPT_ROLES = ("title", "dateline", "heading", "body", "caption")
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
    "glued-prefix": "what stands before a copy of the next line, on one line with it; cut after it",
}

# Conditions that a pattern on one line cannot state; `normalise` knows how to test each.
CONDITIONS = {
    "": "none",
    "repeated-below": "the same line stands again further down, still above the first prose",
    "beside-headline": "a longer line of at least four words also stands above the first prose, within a dozen "
    "lines, and the first prose does not follow directly",
}

HAND, BLANK = "hand", "blank"  # the rule ids of a correction by hand and of a text without any line

# A pattern is only tried on lines up to this length (and on that much of a longer line, where it looks for a
# prefix): furniture is short, and no pattern can then take long, whatever the page holds.
LONGEST = 400

_REMOVING = ("section", "rest", "close", "glued-prefix")  # scopes in which nothing can be kept
_RULE_KEYS = {"id", "role", "pattern", "scope", "when", "provenance", "matches", "near_misses"}
_REPAIR_KEYS = {"id", "repair", "pattern", "provenance", "matches", "near_misses"}
_OPTIONAL = {"when"}
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_PROSE_END = re.compile(r"[.!?…。！？।؟۔][\"'”’»)\]」』]*$")
_PROSE_LENGTH = 80


class RuleError(ValueError):
    """The rule file is wrong; the message names the rule."""


@dataclass(frozen=True, slots=True)
class LineRule:
    """One line of evidence: lines like this play this role there."""

    id: str
    role: str
    pattern: re.Pattern[str]
    scope: str
    when: str = ""
    provenance: str = ""
    matches: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()

    @property
    def removes(self) -> bool:
        """Whether lines of this role are left out of the clean text."""
        return self.role in REMOVED_ROLES

    @property
    def cuts(self) -> bool:
        """Whether the rule is about the beginning of a line, not a whole one."""
        return self.scope.endswith("-prefix")

    def reads(self, line: str) -> bool:
        """Whether the line, alone, looks like what this rule is about."""
        if self.cuts:
            return self.pattern.match(line[:LONGEST]) is not None
        return len(line) <= LONGEST and self.pattern.fullmatch(line) is not None


@dataclass(frozen=True, slots=True)
class Repair:
    """One character that is plainly the wrong one, and the right one."""

    id: str
    replacement: str
    pattern: re.Pattern[str]
    provenance: str = ""
    matches: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()

    def reads(self, line: str) -> bool:
        """Whether there is something to repair in the line."""
        return self.pattern.search(line) is not None


@dataclass(frozen=True, slots=True)
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
        return tuple((one.pattern, one.replacement) for one in self.repairs)

    def matching(self, line: str) -> tuple[LineRule, ...]:
        """Return the rules whose pattern reads the line, most important first."""
        return tuple(rule for rule in self.rules if rule.reads(line))


def is_prose(line: str) -> bool:
    """Whether a line reads as running text: long enough, and closed like a sentence.

    >>> is_prose("Read more"), is_prose("It rained all night, and in the morning " * 3 + "the river rose.")
    (False, True)
    """
    return len(line) >= _PROSE_LENGTH and _PROSE_END.search(line, len(line) - 8) is not None


@cache
def default_rules() -> RuleSet:
    """Return the rules that come with the library."""
    return read_rules(files("vouchbank.text").joinpath("rules.toml").read_text(encoding="utf-8"))


def read_rules(source: str) -> RuleSet:
    r"""Read and check a rule file; `RuleError` names the rule that is wrong.

    >>> read_rules("[[rules]]\nid = 'x'")
    Traceback (most recent call last):
        ...
    vouchbank.text.rules.RuleError: x: missing matches, near_misses, pattern, provenance, role, scope
    """
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"rules: {error}") from error
    if unknown := set(data) - {"rules", "repairs"}:
        raise RuleError(f"rules: unknown table {', '.join(sorted(unknown))}")
    rules = [_rule(entry) for entry in data.get("rules", ())]
    repairs = tuple(_repair(entry) for entry in data.get("repairs", ()))
    seen = {HAND, BLANK}
    for name in [*(rule.id for rule in rules), *(repair.id for repair in repairs)]:
        if name in seen:
            raise RuleError(f"{name}: this id is taken")
        seen.add(name)
    defaults = [rule for rule in rules if rule.scope == "default"]
    if len(defaults) != 1:
        raise RuleError(f"rules: exactly one rule has the scope default, not {len(defaults)}")
    return RuleSet(tuple(rule for rule in rules if rule.scope != "default"), repairs, defaults[0])


def _rule(entry: Mapping[str, object]) -> LineRule:
    name = _checked_name(entry, _RULE_KEYS)
    rule = LineRule(
        name,
        _text(entry, "role"),
        _pattern(entry),
        _text(entry, "scope"),
        _text(entry, "when", ""),
        _text(entry, "provenance"),
        _texts(entry, "matches"),
        _texts(entry, "near_misses"),
    )
    if rule.role not in KEPT_ROLES + REMOVED_ROLES:
        raise RuleError(f"{name}: no such role: {rule.role}")
    if rule.scope not in SCOPES:
        raise RuleError(f"{name}: no such scope: {rule.scope}")
    if rule.when not in CONDITIONS:
        raise RuleError(f"{name}: no such condition: {rule.when}")
    if rule.removes if rule.scope == "default" else rule.scope in _REMOVING and not rule.removes:
        raise RuleError(f"{name}: a rule of scope {rule.scope} may not have the role {rule.role}")
    if rule.scope != "default":
        _try(rule)
    return rule


def _repair(entry: Mapping[str, object]) -> Repair:
    name = _checked_name(entry, _REPAIR_KEYS)
    repair = Repair(
        name,
        _text(entry, "repair"),
        _pattern(entry),
        _text(entry, "provenance"),
        _texts(entry, "matches"),
        _texts(entry, "near_misses"),
    )
    if len(repair.replacement) != 1 or not repair.replacement.isprintable() or repair.replacement == " ":
        raise RuleError(f"{name}: a repair is one visible character, not {repair.replacement!r}")
    if any(len(found[0]) != 1 for line in repair.matches for found in repair.pattern.finditer(line)):
        raise RuleError(f"{name}: a repair replaces one character, so that offsets stay exact")
    if any(repair.reads(repair.pattern.sub(repair.replacement, line)) for line in repair.matches):
        raise RuleError(f"{name}: what it repairs, it would repair again")
    _try(repair)
    return repair


def _try(one: LineRule | Repair) -> None:
    """Hold a rule to its own examples."""
    if not one.matches or not one.near_misses:
        raise RuleError(f"{one.id}: needs a line it matches and a near miss")
    for line in one.matches:
        if not one.reads(line):
            raise RuleError(f"{one.id}: does not match {line!r}")
    for line in one.near_misses:
        if one.reads(line):
            raise RuleError(f"{one.id}: matches the near miss {line!r}")


def _checked_name(entry: Mapping[str, object], keys: set[str]) -> str:
    name = entry.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise RuleError(f"rules: {name!r} is no id (small letters, digits, hyphens)")
    if unknown := set(entry) - keys:
        raise RuleError(f"{name}: unknown key {', '.join(sorted(unknown))}")
    if missing := keys - _OPTIONAL - set(entry):
        raise RuleError(f"{name}: missing {', '.join(sorted(missing))}")
    return name


def _text(entry: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = entry.get(key, default)
    if not isinstance(value, str):
        raise RuleError(f"{entry['id']}: {key} is not a text")
    return value


def _texts(entry: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = entry[key]
    if not isinstance(value, Sequence) or not all(isinstance(one, str) for one in value):
        raise RuleError(f"{entry['id']}: {key} is not a list of texts")
    return tuple(value)


def _pattern(entry: Mapping[str, object]) -> re.Pattern[str]:
    try:
        return re.compile(_text(entry, "pattern"))
    except re.error as error:
        raise RuleError(f"{entry['id']}: not a pattern: {error}") from error
