"""The rules of the house, each kept by a test: who imports whom, one commit, nothing open or untested by accident."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import settings_for
from tree import (
    ROOT,
    Module,
    Name,
    functions,
    imported_packages,
    modules,
    public_functions,
    reached_from_tests,
    suite,
    texts_of_tests,
)
from werkzeug.routing import Rule

from app import DepotApp, create_app
from depot.permissions import OPERATIONS
from models import db
from routes.api import BASE
from routes.authentication import authenticate

MAY_IMPORT = {
    "models": {"models"},
    "depot": {"depot", "models"},
    "labels": {"labels"},
    "routes": {"routes", "depot", "models", "labels"},
    "app": {"app", "routes", "depot", "models", "labels"},
}
WEB = {
    "flask",
    "flask_babel",
    "flask_smorest",
    "marshmallow",
    "apispec",
    "webargs",
    "werkzeug",
    "itsdangerous",
    "click",
}
OPEN_ENDPOINTS = {
    "static",
    *(f"health.{name}" for name in ("front", "healthz", "readyz", "openapi", "docs")),
    *(f"public.{name}" for name in ("ask", "asked", "show")),
}
BEGINNERS = {"app.py", "models/migrate.py"}
LONGEST_FILE, LONGEST_FUNCTION = 300, 60

each_module = pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)


@pytest.fixture(scope="module")
def bare_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DepotApp]:
    """An application that no request is sent to."""
    folder = tmp_path_factory.mktemp("bare")
    app = create_app(settings_for(f"sqlite:///{folder}/bare.sqlite3", folder))
    yield app
    with app.app_context():
        db.engine.dispose()


def place(module: Module, line: int) -> str:
    return f"{module.path.relative_to(ROOT)}:{line}"


@each_module
def test_a_package_imports_itself_and_what_lies_below_it(module: Module) -> None:
    upward = [
        place(module, line)
        for line, package in imported_packages(module)
        if package in MAY_IMPORT and package not in MAY_IMPORT[module.package]
    ]

    assert upward == []


@each_module
def test_only_routes_and_the_app_know_the_web(module: Module) -> None:
    web = [place(module, line) for line, package in imported_packages(module) if package in WEB]

    assert web == [] or module.package in {"routes", "app"}


def test_one_module_knows_flask_sqlalchemy() -> None:
    knowing = {
        module.name for module in modules() for _, package in imported_packages(module) if package == "flask_sqlalchemy"
    }

    assert knowing == {"models.base"}


def calls_of(method: str, arguments: int | None = None) -> list[str]:
    return [
        place(module, node.lineno)
        for module in modules()
        for node in module.walk()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        and arguments in {None, len(node.args)}
    ]


def test_there_is_one_commit() -> None:
    commits = calls_of("commit")

    assert len(commits) == 1
    assert commits[0].startswith("app.py")


def test_transactions_are_begun_in_two_places() -> None:
    assert {call.partition(":")[0] for call in calls_of("begin", arguments=0)} <= BEGINNERS


@each_module
def test_nothing_catches_everything(module: Module) -> None:
    broad = [
        place(module, node.lineno)
        for node in module.walk()
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]

    assert broad == []


@each_module
def test_imports_stand_at_the_top(module: Module) -> None:
    lazy = [
        place(module, node.lineno)
        for function in functions(module)
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]

    assert lazy == []


@each_module
def test_every_module_says_what_it_is_for(module: Module) -> None:
    assert ast.get_docstring(module.tree)


@each_module
def test_everything_is_annotated(module: Module) -> None:
    bare = [place(module, function.lineno) for function in functions(module) if function.returns is None]

    assert bare == []


@each_module
def test_a_file_fits_in_one_head(module: Module) -> None:
    too_long = [
        place(module, f.lineno) for f in functions(module) if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION
    ]

    assert len(module.path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    assert too_long == []


def test_every_test_has_a_name_that_runs() -> None:
    misnamed = [
        place(module, node.lineno)
        for module in suite()
        if module.path.name.startswith("test_")
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and re.match(r"tests?[a-z]|should_|it_", node.name)
    ]

    assert misnamed == []


def rules(app: DepotApp) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in OPEN_ENDPOINTS]


def test_whatever_is_not_listed_as_open_is_authenticated(bare_app: DepotApp) -> None:
    unguarded = [
        rule.endpoint
        for rule in rules(bare_app)
        if authenticate not in bare_app.before_request_funcs.get(rule.endpoint.rpartition(".")[0], [])
    ]

    assert unguarded == []
    assert set(bare_app.view_functions) >= OPEN_ENDPOINTS


def test_every_view_of_the_api_names_its_operation(bare_app: DepotApp) -> None:
    views = {
        rule.endpoint: bare_app.view_functions[rule.endpoint] for rule in rules(bare_app) if rule.rule.startswith(BASE)
    }

    unnamed = [name for name, view in views.items() if getattr(view, "operation", None) not in OPERATIONS]

    assert unnamed == []


def segments(path: str) -> list[str]:
    """A path as its segments, ``*`` where it varies."""
    bare = path.removeprefix(BASE).partition("?")[0].strip("/")
    return [re.sub(r".*[<{].*", "*", segment) for segment in bare.split("/")]


def is_asked_for(rule: Rule, asked: list[list[str]]) -> bool:
    """Whether some test has a path of this shape; the first segment must be the same."""
    wanted = segments(rule.rule)
    return any(
        len(path) == len(wanted)
        and path[0] == wanted[0]
        and all("*" in pair or pair[0] == pair[1] for pair in zip(path, wanted, strict=True))
        for path in asked
    )


def test_every_public_function_is_reached_by_a_test(bare_app: DepotApp) -> None:
    asked = [segments(text) for text in texts_of_tests() if text.startswith("/")]
    views = {
        (view.__module__, view.__name__): rule
        for rule in bare_app.url_map.iter_rules()
        for view in [bare_app.view_functions[rule.endpoint]]
    }
    asked_for: set[Name] = {name for name, rule in views.items() if is_asked_for(rule, asked)}

    unreached = public_functions(("depot", "routes", "labels")) - reached_from_tests(asked_for)

    assert sorted(".".join(name) for name in unreached) == []


@pytest.mark.parametrize(
    "needed", ["README.md", "LICENSE", "pyproject.toml", "requirements.lock", ".ci/run", "docs/decisions"]
)
def test_what_a_newcomer_looks_for_is_there(needed: str) -> None:
    assert (ROOT / needed).exists()


def test_the_lock_names_no_place(tmp_path: Path) -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    assert not re.search(r"https?:|file:|--index|--extra|--find|/opt|/home|/work", lock)
    assert "--hash=sha256:" in lock
