"""The messages of the library: what reaches a function that shows words, followed back to where the words are written.

A message is an argument of such a function: `Fault(message, …, help)`, `click.option(help=…)`, `say(text)`. Where the
argument is a variable, a call, or a parameter, it is followed to the words: through assignments, through what a
function returns, and to the callers that hand the words in. Strings of several words that nothing leads to are
messages of the kind `text`, so that nothing is lost; except in documents and in the words of the language.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from scripts.message_source.holes import template
from scripts.message_source.message import SOURCE, Message, without_holes
from scripts.message_source.scopes import EACH, Module, Path, Scope, name_of

# which argument of a function is shown as what; the functions that hand words on to these are found
SHOWN: Mapping[str, dict[int | str, str]] = {
    "Fault": {0: "finding", "message": "finding", 2: "help", "help": "help"},
    "Finding": {1: "finding", "message": "finding", 3: "help", "help": "help"},
    "Fix": {0: "fix", "title": "fix"},
    "Related": {1: "related", "message": "related"},
    "say": {0: "line"},
    "note": {0: "line"},
    "echo": {0: "line"},
    "add_task": {0: "progress"},
    "progress": {1: "progress", "doing": "progress"},
    "option": {"help": "option"},
    "confirmation_option": {"prompt": "prompt"},
    "UsageError": {0: "error"},
    "BadParameter": {0: "error"},
}
# the text of pages and documents, which is read there
DOCUMENTS = (
    *(f"build/{name}.py" for name in ("about", "card", "croissant", "datacite", "facts", "plots", "vouching")),
    "site/",
    "compare/document.py",
    "schema/dictionary.py",
)
# English to be recognised in articles: a string that is never shown is data there
DATA = "language/"
_THROUGH = {"filter", "sorted", "tuple", "list", "str", "next", "iter", "chain", "printable", "reversed", "dict", "set"}
_METHODS = {"join", "format", "removesuffix", "removeprefix", "strip", "rstrip", "replace", "items", "values", "get"}
_PLACES = ("place", "at", "path", "name", "field", "record", "article")  # parameters that hold no words
_LONGEST_WAY = 5

Wanted = dict[int | str, str]


@dataclass(frozen=True)
class _Search:
    """What is followed: from where, as which kind, on which way into the value."""

    scope: Scope
    kind: str
    path: Path = ()

    def at(self, path: Path, scope: Scope | None = None) -> _Search:
        """The same search on another way."""
        return replace(self, scope=scope or self.scope, path=path)


# the words with their line and file; True where they are only part of a message
Found = dict[tuple[str, int, str, bool], None]


class Library:
    """Python files, and the messages in them."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.modules = {file: Module.of(file, text) for file, text in files.items()}
        self.scopes = [scope for module in self.modules.values() for scope in module.scopes]
        self.functions: dict[str, list[Scope]] = defaultdict(list)
        for scope in self.scopes:
            if scope.function:
                self.functions[scope.owner if scope.name == "__init__" else scope.name].append(scope)
        self.errors = _errors(self.modules.values())
        self.shown: dict[Scope, dict[str, str]] = defaultdict(dict)
        self.found: dict[Message, None] = {}
        self.known: dict[tuple[ast.AST, _Search], Found] = {}
        self.areas: dict[Scope, str] = {}
        self.calls = [(scope, n) for scope in self.scopes for n in scope.nodes if isinstance(n, ast.Call)]
        self.users: dict[str, set[str]] = defaultdict(set)
        for scope in self.scopes:
            for node in scope.nodes if scope.function else ():
                if isinstance(node, ast.Name | ast.Attribute):
                    self.users[name_of(node)].add(scope.outermost.name)

    def messages(self) -> list[Message]:
        """Every message."""
        before: list[str] | None = None
        while before != (shown := [kind for held in self.shown.values() for kind in held.values()]):
            before = shown
            self.found.clear()  # a function that hands words on may be known only now
            self.known.clear()
            for scope, call in self.calls:
                self._call(scope, call)
        for module in self.modules.values():
            self._commands(module)
            if not module.file.removeprefix(f"{SOURCE}/").startswith((*DOCUMENTS, DATA)):
                self._texts(module)
        return [message for message in self.found if re.search(r"[A-Za-z]{2}", message.words)]

    # --- the calls that show something --------------------------------------------------------------------

    def _call(self, scope: Scope, call: ast.Call) -> None:
        name = name_of(call.func)
        if name == "__init__":
            if scope.owner in self.errors:
                self._arguments(scope, call, self._of_error(self.errors[scope.owner]))
        elif name in self.errors or name.endswith("Error"):
            self._arguments(scope, call, SHOWN[name] if name in SHOWN else self._of_error(name))
        else:
            self._arguments(scope, call, SHOWN.get(name, {}))
            self._arguments(scope, call, self._handed_on(scope, call))

    def _of_error(self, name: str) -> Wanted:
        """What the arguments of an exception are: those of its own __init__, or of the one that it inherits."""
        while name in self.errors:
            if made := self.functions.get(name):
                return self._positions(made[0], skip=1)
            name = self.errors[name]
        return dict.fromkeys(range(4), "error")

    def _handed_on(self, scope: Scope, call: ast.Call) -> Wanted:
        """What the arguments are, if the called function hands them on."""
        wanted: Wanted = {}
        if name_of(call.func) == "fault":  # methods that take one place or two before the message and the help
            number = next((n for n in (1, 2) if self._is_words(scope, call, n)), 0)
            return {number: "finding", number + 1: "help", "message": "finding", "help_": "help"} if number else {}
        for callee in self._callees(scope, call.func):
            method = isinstance(call.func, ast.Attribute) and callee.parameters[:1] == ["self"]
            wanted |= self._positions(callee, skip=int(method))
        return wanted

    def _positions(self, callee: Scope, skip: int) -> Wanted:
        known = self.shown[callee]
        wanted: Wanted = {name: kind for name, kind in known.items()}  # noqa: C416
        wanted |= {n: known[name] for n, name in enumerate(callee.parameters[skip:]) if name in known}
        return wanted

    def _is_words(self, scope: Scope, call: ast.Call, number: int) -> bool:
        if number >= len(call.args):
            return False
        value = call.args[number]
        if isinstance(value, ast.Name) and value.id in scope.parameters:
            return value.id not in _PLACES
        found = self._follow(value, _Search(scope, "part part"))
        return any(" " in text.strip() for text, *_, part in found if not part)

    def _arguments(self, scope: Scope, call: ast.Call, wanted: Wanted) -> None:
        for number, value in enumerate(call.args):
            if isinstance(value, ast.Starred):
                for place, kind in wanted.items():
                    if isinstance(place, int) and place >= number:
                        self._show(scope, value.value, kind, (place - number,))
                break
            if number in wanted:
                self._show(scope, value, wanted[number])
        for keyword in call.keywords:
            if keyword.arg in wanted:
                self._show(scope, keyword.value, wanted[keyword.arg])

    def _show(self, scope: Scope, value: ast.expr, kind: str, path: Path = ()) -> None:
        shown = (scope.module.file, value.lineno)
        for text, line, file, part in self._follow(value, _Search(scope, kind, path)):
            self._add(Message(file, line, "part" if part else kind, text, self._area(scope), shown))

    def _add(self, message: Message) -> None:
        """Keep a message; of what is only a part or a line, not single words."""
        if "\n" in message.text and message.kind in ("line", "part", "text"):
            for number, one in enumerate(message.text.split("\n")):
                self._add(replace(message, text=one, line=message.line + number))
            return
        text = re.sub(r"\s+", " ", message.text).strip()
        words = without_holes(text)
        several = " " in words.strip(" …") and re.search(r"[a-z]{2}", words)
        if (
            several
            or message.kind not in ("line", "progress", "part", "text")
            or (message.kind == "line" and "{" in text)
        ):
            self.found.setdefault(replace(message, text=text))

    # --- from an expression to words ----------------------------------------------------------------------

    def _follow(self, node: ast.expr, search: _Search) -> Found:
        """What an expression can say; nothing where it is asked for again on the way."""
        if len(search.path) > _LONGEST_WAY:  # a variable that is assigned a part of itself
            return {}
        if (node, search) not in self.known:
            self.known[node, search] = {}
            self.known[node, search] = self._said(node, search)
        return self.known[node, search]

    def _each(self, nodes: Iterable[ast.expr], search: _Search) -> Found:
        return {found: None for node in nodes for found in self._follow(node, search)}

    def _said(self, node: ast.expr, search: _Search) -> Found:  # noqa: PLR0912
        path, file = search.path, search.scope.module.file
        match node:
            case ast.Constant(value=str(text)):
                return {} if path else {(text, node.lineno, file, False): None}
            case ast.JoinedStr():
                return {(template(node), node.lineno, file, False): None, **self._holes(node, search)}
            case ast.IfExp():
                return self._each((node.body, node.orelse), search)
            case ast.BoolOp():
                return self._each(node.values, search)
            case ast.NamedExpr() | ast.Starred():
                return self._follow(node.value, search)
            case ast.BinOp(op=ast.Add()):
                return _joined(*(self._follow(side, search) for side in (node.left, node.right)))
            case ast.BinOp(op=ast.Mult()):
                return self._each((node.left, node.right), search)
            case ast.Tuple() | ast.List() | ast.Set():
                one = node.elts[path[0] : path[0] + 1] if path and isinstance(path[0], int) else node.elts
                return self._each(one, search.at(path[1:]))
            case ast.Dict():
                return self._each(node.values, search.at(path[1:] if path[:1] == (EACH,) else path))
            case ast.GeneratorExp() | ast.ListComp() | ast.SetComp():
                return self._follow(node.elt, search.at(path[1:]))
            case ast.DictComp():
                return self._follow(node.value, search.at(path[1:]))
            case ast.Subscript(value=ast.Name() as held):
                return self._follow(held, search.at((EACH, *path)))
            case ast.Name():
                return self._variable(node.id, search)
            case ast.Call():
                return self._called(node, search)
            case _:
                return {}

    def _holes(self, node: ast.JoinedStr, search: _Search) -> Found:
        """What stands in the holes of an f-string."""
        held = [value.value for value in node.values if isinstance(value, ast.FormattedValue)]
        found = self._each(held, _Search(search.scope, f"{search.kind.removesuffix(' part')} part"))
        return {(text, line, file, True): None for text, line, file, _ in found}

    def _variable(self, name: str, search: _Search) -> Found:
        scope: Scope | None = search.scope
        while scope:
            if name in scope.parameters:
                kind = "part" if search.kind.endswith(" part") else search.kind
                if self.shown[scope].get(name, "part") == "part":
                    self.shown[scope][name] = kind
            if name in scope.names or name in scope.parameters:
                return self._assigned(name, scope, search)
            scope = scope.outer
        where, original = search.scope.module.imported.get(name, ("", ""))
        module = self._module(where)
        return self._assigned(original, module.scopes[0], search) if module else {}

    def _assigned(self, name: str, scope: Scope, search: _Search) -> Found:
        values = scope.names.get(name, [])
        return {f: None for value, way in values for f in self._follow(value, search.at((*way, *search.path), scope))}

    def _module(self, where: str) -> Module | None:
        path = where.replace(".", "/")
        return self.modules.get(f"src/{path}.py") or self.modules.get(f"src/{path}/__init__.py")

    def _called(self, node: ast.Call, search: _Search) -> Found:
        name = name_of(node.func)
        if isinstance(node.func, ast.Attribute) and name in _METHODS:
            if name == "join":
                return self._each(node.args, search)
            ways = {"items": (EACH, *search.path[2:]), "get": (EACH, *search.path)}
            return self._follow(node.func.value, search.at(ways.get(name, search.path)))
        if name in _THROUGH:
            return self._each(node.args, search)
        found: Found = {}
        callees = self._callees(search.scope, node.func)
        near = {search.scope.module, *(self._module(where) for where, _ in search.scope.module.imported.values())}
        for callee in [one for one in callees if one.module in near] or callees:
            for value, way in callee.said:
                found |= self._follow(value, search.at((*way, *search.path), callee))
        return found

    def _callees(self, scope: Scope, func: ast.expr) -> list[Scope]:
        """The functions that a call can mean: of this file, imported, or methods of that name."""
        name = name_of(func)
        known = self.functions.get(name, [])
        here = [one for one in known if one.module is scope.module]
        if isinstance(func, ast.Name):
            if own := [one for one in here if one.owner in ("", name)]:
                return own
            _, original = scope.module.imported.get(name, ("", ""))
            return [one for one in self.functions.get(original, []) if one.owner in ("", original)]
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == "self" and here:
            return here
        return known

    # --- commands, and the words that nothing leads to ------------------------------------------------------

    def _commands(self, module: Module) -> None:
        for scope in module.scopes:
            node = scope.function
            if node and {name_of(mark) for mark in node.decorator_list} & {"command", "group"}:
                for paragraph in (ast.get_docstring(node) or "").split("\n\n"):
                    self._add(Message(module.file, node.lineno, "command", paragraph, self._area(scope)))
        for value, _ in module.scopes[0].names.get("SECTIONS", ()):
            self._show(module.scopes[0], value, "summary", (EACH, EACH, 1))

    def _texts(self, module: Module) -> None:
        passed = {n.value for n in ast.walk(module.tree) if isinstance(n, ast.Expr)}  # docstrings
        known = "\n".join(message.text for message in self.found if message.file == module.file)
        for scope in module.scopes:
            for node in scope.nodes:
                if isinstance(node, ast.JoinedStr):
                    passed |= set(node.values)
                    text = template(node)
                else:
                    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
                longest = " ".join(max(text.split("\n"), key=len).split())
                if node not in passed and longest not in known and _reads_as_words(text):
                    line = getattr(node, "lineno", 1)
                    self._add(Message(module.file, line, "text", text, self._area(scope), (module.file, line)))

    # --- where a message belongs ----------------------------------------------------------------------------

    def _area(self, scope: Scope) -> str:
        """The check that says it, or the checks; else the file."""
        if scope not in self.areas:
            file, whole = scope.module.file.removeprefix(f"{SOURCE}/"), scope.outermost
            named = [check] if (check := _check(whole)) else self._checks_above(whole)
            self.areas[scope] = ", ".join(named) if 0 < len(named) < 4 else file
        return self.areas[scope]

    def _checks_above(self, scope: Scope) -> list[str]:
        """The checks of the same file that use a function, directly or through others."""
        inside = {one.name: one for one in scope.module.scopes if one.outermost is one}
        reached, waiting = set[str](), [scope.name] if scope.name else []
        while waiting:
            found = {user for user in self.users[waiting.pop()] if user in inside} - reached
            reached |= found
            waiting += found
        return sorted(filter(None, (_check(inside[name]) for name in reached)))


def _joined(before: Found, behind: Found) -> Found:
    """What the two sides of a + say together."""
    pairs = product([*before][:6], [*behind][:6])
    return {(a + b, line, file, part): None for (a, line, file, part), (b, *_) in pairs} or before or behind


def _check(scope: Scope) -> str:
    """The check that a function states; empty if it states none."""
    marks = {name_of(mark) for mark in scope.function.decorator_list} if scope.function else set()
    return scope.name.replace("_", "-") if marks & {"rule", "declared"} else ""


def _errors(modules: Iterable[Module]) -> dict[str, str]:
    """The exceptions of the library, each with the one that it is derived from."""
    nodes = [node for module in modules for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
    found: dict[str, str] = {}
    for _ in range(5):
        for node in nodes:
            for base in map(name_of, node.bases):
                if base in found or base.endswith(("Error", "Exception")):
                    found[node.name] = base
                    break
    return found


def _reads_as_words(text: str) -> bool:
    """Whether a string is language, not code."""
    words = re.findall(r"(?<![\w.\-/\\<=#])[a-z]{2,}(?![\w\-/\\>=(])", without_holes(text))
    if len(words) > 7 and not re.search(r"\b(the|of|to|is|and|or|not|with|for)\b", text):
        return False  # a list of names
    return len(words) > 1 and " " in text.strip() and not re.search(r"SELECT|</?\w+|\\[sdwb]|\(\?|^bold ", text)


def library_messages(files: Mapping[str, str]) -> Iterator[Message]:
    """The messages of Python files, by their path below the root."""
    yield from Library(files).messages()
