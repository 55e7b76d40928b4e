"""Python source as scopes: which names a function or a module gives to which expressions."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
Path = tuple[int | str, ...]  # the way into a value: an index of a tuple, `each` for any element
EACH = "each"


@dataclass(eq=False)
class Scope:
    """A function or a module, with the scope around it."""

    node: ast.AST
    module: Module
    outer: Scope | None = None
    owner: str = ""  # the class of a method

    def __post_init__(self) -> None:
        self.nodes = list(self._own())
        self.names: dict[str, list[tuple[ast.expr, Path]]] = defaultdict(list)
        for node in self.nodes:
            for target, value, path in _bindings(node):
                for name, way in _targets(target, path):
                    self.names[name].append((value, way))

        self.said = list(self._returned())

    @property
    def function(self) -> FunctionDef | None:
        """Its function; none if it is a module."""
        return self.node if isinstance(self.node, FunctionDef) else None

    @property
    def name(self) -> str:
        """The name of its function."""
        return self.function.name if self.function else ""

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters."""
        if not self.function:
            return []
        args = self.function.args
        return [a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)]

    @property
    def outermost(self) -> Scope:
        """The function that a function is written in, if it is written in one."""
        return self.outer.outermost if self.outer and self.outer.function else self

    def _returned(self) -> Iterator[tuple[ast.expr, Path]]:
        """What the function returns or yields."""
        for node in self.nodes:
            if isinstance(node, ast.Return) and node.value:
                yield node.value, ()
            elif isinstance(node, ast.Yield) and node.value:
                yield ast.Tuple([node.value], ast.Load()), ()
            elif isinstance(node, ast.YieldFrom):
                yield node.value, ()

    def _own(self) -> Iterator[ast.AST]:
        """The nodes of the scope in order, without those of the functions in it."""
        waiting = [*ast.iter_child_nodes(self.node)][::-1]
        while waiting:
            node = waiting.pop()
            yield node
            if not isinstance(node, FunctionDef):
                waiting += [*ast.iter_child_nodes(node)][::-1]


@dataclass(eq=False)
class Module:
    """A file, what it imports from where, and its scopes, itself first."""

    file: str
    tree: ast.Module
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)
    scopes: list[Scope] = field(default_factory=list)

    @classmethod
    def of(cls, file: str, text: str) -> Module:
        """The module of a file."""
        module = cls(file, ast.parse(text))
        module.scopes.append(Scope(module.tree, module))
        module._enter(module.tree, module.scopes[0], "")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    module.imported[alias.asname or alias.name] = (node.module, alias.name)
        return module

    def _enter(self, node: ast.AST, outer: Scope, owner: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, FunctionDef):
                self.scopes.append(Scope(child, self, outer, owner))
                self._enter(child, self.scopes[-1], "")
            else:
                self._enter(child, outer, child.name if isinstance(child, ast.ClassDef) else owner)


def name_of(node: ast.AST) -> str:
    """The last name of an expression."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case ast.Call():
            return name_of(node.func)
        case _:
            return ""


def _bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, Path]]:
    match node:
        case ast.Assign():
            yield from ((target, node.value, ()) for target in node.targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield target, value, ()
        case ast.AugAssign() | ast.NamedExpr():
            yield node.target, node.value, ()
        case ast.For() | ast.comprehension():
            yield node.target, node.iter, (EACH,)
        case _:
            return


def _targets(target: ast.expr, path: Path) -> Iterator[tuple[str, Path]]:
    match target:
        case ast.Name():
            yield target.id, path
        case ast.Tuple() | ast.List():
            for number, part in enumerate(target.elts):
                yield from _targets(part, (*path, number))
        case ast.Starred():
            yield from _targets(target.value, path)
        case _:
            return
