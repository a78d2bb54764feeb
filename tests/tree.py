"""The source tree as the structural tests read it: modules, what they import, and what refers to what.

A name is a pair of module and identifier. References are followed from the tests through the code, by the imports that
stand at the top of each module, so that ``people.create`` and ``tokens.create`` are told apart.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("models", "depot", "labels", "routes")
Name = tuple[str, str]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass
class Module:
    """One file of the tree."""

    path: Path
    name: str
    tree: ast.Module
    imports: dict[str, Name] = field(default_factory=dict)

    @property
    def package(self) -> str:
        return self.name.partition(".")[0]

    def walk(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)


def read(path: Path) -> Module:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__").removeprefix("tests.")
    module = Module(path, name, ast.parse(path.read_text(encoding="utf-8")))
    for node in module.walk():
        if isinstance(node, ast.ImportFrom) and not node.level:
            module.imports.update({a.asname or a.name: (node.module or "", a.name) for a in node.names})
    return module


@cache
def modules() -> tuple[Module, ...]:
    """The code: app.py and the four packages."""
    paths = [ROOT / "app.py", *(path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")))]
    return tuple(map(read, paths))


@cache
def suite() -> tuple[Module, ...]:
    return tuple(map(read, sorted((ROOT / "tests").glob("*.py"))))


def imported_packages(module: Module) -> Iterator[tuple[int, str]]:
    """Line and package of each absolute import, wherever it stands."""
    for node in module.walk():
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, (node.module or "").partition(".")[0]


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in module.walk() if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def public_functions(packages: tuple[str, ...]) -> set[Name]:
    """The public functions at the top of each module."""
    return {
        (module.name, node.name)
        for module in modules()
        if module.package in packages
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def texts_of_tests() -> set[str]:
    """Every string in the tests, with ``{}`` where an f-string has a value."""
    return {text for module in suite() for node in module.walk() if (text := _text(node)) is not None}


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def reached_from_tests(also: set[Name]) -> set[Name]:
    """What the tests refer to, and ``also``, and what those refer to in turn."""
    by_name = {module.name: module for module in (*modules(), *suite())}
    graph = {name: refs for module in by_name.values() for name, refs in _references(module, by_name).items()}
    todo = [*also, *(name for module in suite() for name in graph if name[0] == module.name), *_always(graph)]
    reached: set[Name] = set()
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo.extend(graph.get(name, ()))
    return reached


def _always(graph: Mapping[Name, set[Name]]) -> Iterator[Name]:
    """What runs when a module is imported."""
    return (name for name in graph if name[1] == "")


def _references(module: Module, by_name: Mapping[str, Module]) -> dict[Name, set[Name]]:
    found: dict[Name, set[Name]] = {}
    for node in module.tree.body:
        refs = set(_resolved(node, module, by_name))
        for name in _defined(node):
            found.setdefault((module.name, name), set()).update(refs)
    return found


def _defined(node: ast.stmt) -> list[str]:
    """The names that a statement at the top of a module defines; ``""`` for one that merely runs."""
    if isinstance(node, Definition):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return names if names or isinstance(node, (ast.Import, ast.ImportFrom)) else [""]


def _resolved(node: ast.AST, module: Module, by_name: Mapping[str, Module]) -> Iterator[Name]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield _followed(module.imports.get(part.id, (module.name, part.id)), by_name)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in module.imports:
            yield _followed((".".join(module.imports[part.value.id]), part.attr), by_name)


def _followed(name: Name, by_name: Mapping[str, Module]) -> Name:
    """Where a name is defined, through modules that pass it on."""
    passing = by_name.get(name[0])
    if passing is None or passing.imports.get(name[1], name) == name:
        return name
    return _followed(passing.imports[name[1]], by_name)
