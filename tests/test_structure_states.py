"""One place assigns the state of a repair order: every way to write one that Python and SQLAlchemy have is looked for.

What a name stands for cannot be read off the source, so anything called ``state`` counts, and the few other things that
have a state of their own are listed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from tree import modules

WRITERS = {
    "depot.procedure: order.state",
    "depot.reservations: line.state",
    "depot.loaner_units: update(LoanerUnit).where(LoanerUnit.id == unit.id, LoanerUnit.state == present).values",
}
"""The one for orders; the lines of a reservation and the loaner units have states of their own."""
BY_ANY_NAME = {"depot.depots", "depot.entitlements", "depot.loaner_units", "depot.parts", "depot.printers"}
"""Who sets attributes whose names it was given: none of them holds an order."""
SETTERS = ("setattr", "__setattr__", "set_attribute", "set_committed_value")
TAKES_ROWS = ("values", "execute", "scalars", "scalar", "bulk_insert_mappings", "bulk_update_mappings", "update")
SQL = re.compile(r"(update|insert\s+into|replace\s+into)\s+\"?repair_orders\b", re.IGNORECASE)


def written_states(tree: ast.AST) -> Iterator[str]:
    """Whatever may write a state, as it stands in the source."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "state" and isinstance(node.ctx, ast.Store):
            yield ast.unparse(node)
        elif isinstance(node, ast.Call) and (_names_a_state(node) or _gives_a_state(node)):
            yield ast.unparse(node.func)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
            yield node.value


def _names_a_state(call: ast.Call) -> bool:
    """``setattr(order, "state", …)`` and its kin."""
    return _called(call).endswith(SETTERS) and any(map(_is_state, call.args))


def _gives_a_state(call: ast.Call) -> bool:
    """A new order with a state, or rows of a statement with one, as keywords or as members of a dict."""
    if _called(call) != "RepairOrder" and _called(call) not in TAKES_ROWS:
        return False
    dicts = [node for given in [*call.args, *call.keywords] for node in ast.walk(given) if isinstance(node, ast.Dict)]
    inner = [key for each in dicts for key in each.keys if key is not None]
    return any(keyword.arg == "state" for keyword in call.keywords) or any(map(_is_state, inner))


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _is_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "state"
    return isinstance(node, ast.Constant) and node.value == "state"


def test_nothing_but_the_procedure_assigns_a_state() -> None:
    found = {f"{module.name}: {written}" for module in modules() for written in written_states(module.tree)}

    assert found == WRITERS


def test_who_sets_attributes_by_any_name_is_known() -> None:
    found = {
        module.name
        for module in modules()
        for node in module.walk()
        if isinstance(node, ast.Call) and _called(node).endswith(SETTERS) and not isinstance(node.args[1], ast.Constant)
    }

    assert found == BY_ANY_NAME


def test_orders_are_known_by_one_name() -> None:
    renamed = [
        module.name
        for module in modules()
        for alias, (_, name) in module.imports.items()
        if name == "RepairOrder" and alias != name
    ]

    assert renamed == []


@pytest.mark.parametrize(
    "written",
    [
        "order.state = S.READY",
        "it.state = S.READY",
        "find(session).state = S.READY",
        "it.state: State = S.READY",
        "it.state, it.result = S.READY, None",
        "for it.state in states: pass",
        "with opened() as it.state: pass",
        "setattr(it, 'state', x)",
        "object.__setattr__(it, 'state', x)",
        "attributes.set_attribute(it, 'state', x)",
        "RepairOrder(state=x)",
        "models.RepairOrder(number=n, state=x)",
        "RepairOrder(**{'state': x})",
        "update(RepairOrder).where(a).values(state=x)",
        "update(RepairOrder).values({'state': x})",
        "update(RepairOrder).values({RepairOrder.state: x})",
        "insert(RepairOrder).values(state=x)",
        "insert(orders).values([{'state': x}])",
        "session.execute(insert(RepairOrder), [{'number': n, 'state': x}])",
        "session.query(RepairOrder).update({'state': x})",
        "session.bulk_update_mappings(RepairOrder, [{'id': 1, 'state': x}])",
        "text('UPDATE repair_orders SET result = NULL')",
        "text('insert into \"repair_orders\" (state) values (1)')",
    ],
)
def test_a_second_writer_of_states_would_be_seen(written: str) -> None:
    assert list(written_states(ast.parse(written))) != []


@pytest.mark.parametrize(
    "written",
    [
        "seen = order.state",
        "order.result = order.state.value",
        "if order.state == S.READY: pass",
        "getattr(order, 'state')",
        "Conflict(sentence, state=order.state.value)",
        "return_ = {'state': order.state}",
        "order.version = 2",
        "setattr(order, 'version', 2)",
        "update(RepairOrder).where(RepairOrder.state == x).values(version=2)",
        "session.scalars(select(RepairOrder.state).where(RepairOrder.state.in_(states)))",
        "text('SELECT state FROM repair_orders')",
    ],
)
def test_whoever_only_reads_a_state_is_no_writer(written: str) -> None:
    assert list(written_states(ast.parse(written))) == []
