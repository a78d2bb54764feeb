"""The procedure drawn from its table, for the docs: ``python -m depot.diagram`` prints the page.

The picture is Mermaid text, which code hosts draw by themselves; a test keeps the docs equal to the table.
"""

from __future__ import annotations

from collections.abc import Iterator

from depot.orders import STAGE_OF
from depot.procedure import STEPS, Step
from depot.unasked import NOT_ASKED_OF_IMPORTS
from models import ENDED, Stage, State

STAGE_NAMES = {
    Stage.RECEIVE: "receive 接收设备",
    Stage.INSPECT: "inspect 检测",
    Stage.REPAIR: "repair 维修",
    Stage.SUMMARIZE: "summarize 总结",
}


def picture() -> str:
    """The state diagram: a group for each stage, an arrow for each change of state, labelled with its actions."""
    return "\n".join(["```mermaid", "stateDiagram-v2", *_groups(), *_arrows(), *_ends(), "```"])


def _groups() -> Iterator[str]:
    for stage, name in STAGE_NAMES.items():
        yield f'    state "{name}" as {stage.value}_stage {{'
        yield from (f"        {state.value}" for state, its_stage in STAGE_OF.items() if its_stage is stage)
        yield "    }"


def _arrows() -> Iterator[str]:
    labels: dict[tuple[str, str], list[str]] = {}
    for step in STEPS:
        for source, target in _moves(step):
            actions = labels.setdefault((source, target), [])
            if step.action not in actions:
                actions.append(step.action)
    for (source, target), actions in labels.items():
        yield f"    {source} --> {target}: {', '.join(actions)}"


def _moves(step: Step) -> Iterator[tuple[str, str]]:
    if step.target is None:
        return
    for source in step.sources or (None,):
        if source is not step.target:
            yield source.value if source else "[*]", step.target.value


def _ends() -> Iterator[str]:
    yield from (f"    {state.value} --> [*]" for state in State if state in ENDED)


def table() -> str:
    """Every row of the procedure, in the order in which rows are tried."""
    head = ["| action | from | to | if | needs | then |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *map(_row, STEPS)])


def _row(step: Step) -> str:
    source = ", ".join(f"`{state.value}`" for state in step.sources) or "(new)"
    target = f"`{step.target.value}`" if step.target else "stays"
    condition = "" if step.when.__name__ == "always" else _words(step.when.__name__)
    guards = "; ".join(_words(guard.__name__) for guard in step.guards)
    effects = "; ".join(_words(effect.__name__) for effect in step.effects)
    then = "; ".join(filter(None, [effects, "the customer is told" if step.tells else ""]))
    return f"| `{step.action}` | {source} | {target} | {condition} | {guards} | {then} |"


def _words(name: str) -> str:
    return name.replace("_", " ")


def unasked() -> str:
    """The demands that are not made of imported repairs, with the facts that these lack."""
    return "\n".join(f"- {_words(demand)}: {facts}" for demand, facts in NOT_ASKED_OF_IMPORTS.items())


def page() -> str:
    """The whole page ``docs/procedure.md``."""
    return (
        "# The procedure\n\nDrawn from the table in `depot/procedure.py` by `python -m depot.diagram`.\n\n"
        f"{picture()}\n\nRows of one action and one state are tried in order; the first that holds is taken.\n\n"
        f"{table()}\n\n## What imports are not asked for\n\nRepairs that others did take the same steps. These demands"
        " alone are not made of them (`depot/unasked.py`), because no row of another system holds the facts:\n\n"
        f"{unasked()}\n"
    )


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201  this is what it is for
