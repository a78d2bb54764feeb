"""The API under fire: every operation, requests that are right, wrong, at the bounds and random, on both databases.

Each operation starts from the same busy depot, and all is seeded: what fails fails again, also alone
(``-k "hand-over and postgresql"``). DEPOT_FUZZ_EXAMPLES sets how many random requests each operation gets.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
import schemathesis
from busy import desk_of, feed, furnish
from databases import NOW, Database, PostgresDatabase, SqliteDatabase
from document import Operation, operations
from schemathesis import Case
from schemathesis.checks import CheckContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import AllowHeaderMismatch, UnsupportedMethodResponse
from schemathesis.schemas import BaseSchema

EXAMPLES = int(os.environ.get("DEPOT_FUZZ_EXAMPLES", "5"))
REFUSALS = ["400", "401", "403", "404", "405", "406", "409", "412", "415", "422"]
OF_SHAPE = re.compile(
    "Not a valid|Not a whole|Not a decimal|Not an ISO|Missing data|Field may not|Unknown|Shorter|Longer|Length must|"
    "Must be|Control characters|Blanks alone|true for all"
)
"""How a refusal begins that the document could have foretold; others are about what is on record."""


@dataclass(frozen=True)
class Target:
    """A busy depot, and the document of the service that it runs on."""

    database: Database
    schema: BaseSchema
    luck: Random


@schemathesis.check
def answers_a_status_of_its_list(ctx: CheckContext, response: Response, case: Case) -> None:
    """Not merely one that ``default`` covers. 405 says that this is another path."""
    if case.method.lower() == case.operation.method and response.status_code != 405:
        assert str(response.status_code) in case.operation.responses.status_codes


@schemathesis.check
def takes_what_it_documents(ctx: CheckContext, response: Response, case: Case) -> None:
    """What the document allows is refused only for what is on record, or 4.0 where a whole number is meant."""
    if case.meta and case.meta.generation.mode.is_positive and response.status_code == 422:
        said = [error["detail"] for error in response.json().get("errors", ())]
        unfair = [detail for detail in said if OF_SHAPE.match(detail)]
        assert not unfair or re.search(r"\d\.\d|\de", str((case.body, case.query))), unfair


@schemathesis.check
def demands_a_token(ctx: CheckContext, response: Response, case: Case) -> None:
    """Stands in for ``ignored_auth``, which hands arguments of its network transport to the one in process."""
    if response.status_code < 300 and case.method.lower() == case.operation.method:
        again = case.operation.app.test_client().open(response.request.path_url, method=case.method)
        assert again.status_code == 401


def config(token: str, coverage: str) -> SchemathesisConfig:
    """All checks, seeded. ``coverage``: whether what stands at the bounds is right (positive) or also wrong (all)."""
    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "continue-on-failure": True,
            "headers": {"Authorization": f"Bearer {token}"},
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "no-shrink": True, "database": "none"},
            "phases": {
                "coverage": {"generation": {"mode": coverage}},
                "examples": {"enabled": False},
                "stateful": {"enabled": False},
            },
            "checks": {
                "positive_data_acceptance": {"enabled": False},  # takes_what_it_documents knows what a 422 is for
                "ignored_auth": {"enabled": False},
                "negative_data_rejection": {"expected-statuses": REFUSALS},
            },
            "analysis": {"constants": {"enabled": False}},  # else each change of the code would change the run
            "warnings": False,
        }
    )


def first_state(database: Database) -> Any:
    """What ``refresh`` is to bring back from now on: the database as it is."""
    if isinstance(database, SqliteDatabase):
        database.engine.dispose()
        return shutil.copyfile(database.path, database.path.with_name("busy.sqlite3"))
    assert isinstance(database, PostgresDatabase)
    with database.engine.connect() as connection:
        rows = {table: connection.execute(table.select().order_by("id")).mappings() for table in database.first}
        return {table: [dict(row) for row in found] for table, found in rows.items()}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, databases: Callable[[str], Database]) -> Iterator[Target]:
    """What is wrong at the bounds gets no further than the fields: once is enough, on the stricter database."""
    database = databases(request.param)
    coverage = {"sqlite": "positive", "postgresql": "all"}[request.param]
    database.refresh()
    database.app.clock = lambda: NOW
    pools = furnish(database.app)
    token = desk_of(database.app).token("admin")
    luck = Random()  # noqa: S311  no secret depends on it
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", database.app, config=config(token, coverage))

    @schema.hook
    def map_case(context: HookContext, case: Case) -> Case:
        feed(case, pools, luck)
        return case

    @schema.hook
    def filter_failure(context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
        """Two that are none.

        A part number may hold slashes: ``/parts/x/retire`` is also the part ``x/retire``, which takes a PUT. And the
        answer that an Idempotency-Key was given comes again before anything else is looked at.
        """
        slashed = re.search(r"\{(part_number|code)\}/(retire|release|label\.\w+)$", case.path)
        of_methods = isinstance(failure, (UnsupportedMethodResponse, AllowHeaderMismatch))
        return not (slashed and of_methods) and "idempotency-replayed" not in response.headers

    empty, database.first = database.first, first_state(database)
    yield Target(database, schema, luck)
    database.first, database.written = empty, True


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.label)
def test_whatever_is_sent_the_answer_is_a_documented_one(target: Target, operation: Operation) -> None:
    target.database.refresh()
    target.luck.seed(operation.label)
    schema = target.schema.include(path=operation.path, method=operation.method)

    told = [event for event in from_schema(schema).execute() if isinstance(event, events.EngineEvent)]

    scenarios = [event.recorder for event in told if isinstance(event, events.ScenarioFinished)]
    assert [str(event) for event in told if isinstance(event, (events.NonFatalError, events.FatalError))] == []
    assert "\n\n".join(dict.fromkeys(failure for scenario in scenarios for failure in failures(scenario))) == ""
    assert statuses(scenarios), "nothing was sent"


def failures(scenario: ScenarioRecorder) -> Iterator[str]:
    """What went wrong, each with a request that shows it and the beginning of the answer."""
    for key, checks in scenario.checks.items():
        for check in checks:
            if check.failure_info is not None:
                answer = scenario.interactions[key].response
                told = answer.content[:600].decode(errors="replace") if answer else "no answer"
                yield f"{check.failure_info.failure}\n{check.failure_info.code_sample}\n{told}"


def statuses(scenarios: Iterable[ScenarioRecorder]) -> Counter[int]:
    """How often the operation answered what."""
    sent = [each for scenario in scenarios for each in scenario.interactions.values()]
    return Counter(each.response.status_code for each in sent if each.response and each.request.method != "OPTIONS")
