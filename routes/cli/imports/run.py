"""How a file is imported: read as a stream, written some rows at a time, each row whole or not at all.

A transaction for each row would wait for the disk each time, so some rows share one, each behind a savepoint: what is
refused takes back its own row alone. Rows that met another's work are done again with their transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

from marshmallow import ValidationError
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from depot.actors import SYSTEM
from depot.depots import depot_for
from depot.errors import Refusal
from depot.faults import meaning_of
from depot.imported import Outcome
from models import Depot
from routes.cli.imports.report import Report, reporting
from routes.cli.opening import Application
from routes.csv_files import BadRow, CsvError, CsvFile, Row, reading
from routes.fields import Schema

T = TypeVar("T")
Cells: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Wishes:
    """What the command line said; ``location`` is the bin of stock rows that name none."""

    depot_code: str | None = None
    encoding: str | None = None
    ignore: tuple[str, ...] = ()
    report: Path | None = None
    location: str | None = None


@dataclass(frozen=True)
class Course:
    """What holds for the whole import: the file's name, what was wished, and the currency of bare amounts."""

    file: str
    wishes: Wishes
    currency: str


@dataclass(frozen=True)
class Format(Generic[T]):
    """One kind of file: its columns are the members of ``schema``; ``make`` turns what it loaded into a row.

    ``make`` gets the cells too, as they stand in the file, empty ones left out. It raises Refusal.
    """

    origin: str
    schema: type[Schema]
    make: Callable[[dict[str, Any], Cells, Course], T]

    @property
    def columns(self) -> dict[str, bool]:
        """The columns, and whether each must be there."""
        return {field.data_key or name: field.required for name, field in self.schema().fields.items()}

    @property
    def required(self) -> list[str]:
        """The columns without which it is no such file."""
        return [name for name, required in self.columns.items() if required]


@dataclass(frozen=True)
class Importer(Generic[T]):
    """What can be imported: the formats that are understood, and how a row is written.

    ``prepare`` holds what a batch of rows will touch, in the order of locks. A batch is over in a fraction of a second,
    so that whoever works meanwhile hardly waits.
    """

    what: str
    told: str
    formats: Sequence[Format[T]]
    write: Callable[[Session, T, Course, Depot, Application], Outcome]
    prepare: Callable[[Session, Sequence[T], Depot], None] = lambda *_: None
    options: tuple[Any, ...] = ()
    batch: int = 50

    @property
    def columns_told(self) -> str:
        """What ``--help`` says of the columns."""
        lines = []
        for known in self.formats:
            optional = [name for name, required in known.columns.items() if not required]
            lines.append(f"Columns ({known.origin}): {', '.join(known.required)}; may be left out: "
                         f"{', '.join(optional) or 'none'}.")  # fmt: skip
        return "\n\n".join(lines)

    def format_of(self, file: CsvFile) -> Format[T]:
        """The format whose columns the file has; the first one where none fits."""
        fitting = (known for known in self.formats if set(known.required) <= set(file.columns))
        return next(fitting, self.formats[0])


@dataclass(frozen=True)
class Refused:
    """What is wrong with a row, as pairs of column and reason; no column where it is the row as a whole."""

    faults: Sequence[tuple[str, str]]


def run(app: Application, importer: Importer[T], path: Path, wishes: Wishes) -> None:
    """Import a file and say what became of each row. Raises ClickException where rows were refused."""
    currency = app.unit_of_work(lambda s: depot_for(s, wishes.depot_code, SYSTEM).currency, writing=False)
    course = Course(path.name, wishes, currency)
    with path.open("rb") as stream, reporting(path, wishes.report) as report:
        try:
            with reading(stream, wishes.encoding) as file:
                _import_all(app, importer, file, course, report, stream.tell)
        except CsvError as error:
            report.refuse(error.line, "", error.reason)
    report.tell()


def _import_all(
    app: Application,
    importer: Importer[T],
    file: CsvFile,
    course: Course,
    report: Report,
    position: Callable[[], int],
) -> None:
    known = importer.format_of(file)
    file.demand(known.required, known.columns, course.wishes.ignore)
    rows = iter(file)
    while True:
        read, end = _some(rows, importer.batch)
        batch: list[tuple[int, T | Refused]] = []
        for row in read:
            value = _value(known, row, course)
            batch.append((row.line, value))
        _import_batch(app, importer, batch, course, report)
        report.advance(position())
        if end is not None:
            raise end
        if not read:
            return


def _some(rows: Iterator[Row | BadRow], most: int) -> tuple[list[Row | BadRow], CsvError | None]:
    """The next rows; where reading ends with an error, those before it, and the error."""
    read: list[Row | BadRow] = []
    try:
        read.extend(islice(rows, most))
    except CsvError as error:
        return read, error
    return read, None


def _value(known: Format[T], row: Row | BadRow, course: Course) -> T | Refused:
    if isinstance(row, BadRow):
        return Refused([("", row.reason)])
    cells = {name: cell for name, cell in row.cells.items() if cell.strip() and name not in course.wishes.ignore}
    try:
        return known.make(known.schema().load(cells), cells, course)
    except ValidationError as error:
        return Refused([(str(name), " ".join(map(str, said))) for name, said in _by_column(error)])
    except Refusal as refusal:
        return _refused(refusal)


def _by_column(error: ValidationError) -> Iterator[tuple[str, Sequence[object]]]:
    """What marshmallow says of each column; of a single value it says it without one."""
    if not isinstance(error.messages, dict):
        yield "", error.messages
        return
    for name, said in error.messages.items():
        yield name, said if isinstance(said, list) else [said]


def _refused(refusal: Refusal) -> Refused:
    fields = [(error["pointer"].strip("/"), error["detail"]) for error in refusal.facts.get("errors", ())]
    return Refused(fields or [("", refusal.message)])


def _import_batch(
    app: Application, importer: Importer[T], batch: list[tuple[int, T | Refused]], course: Course, report: Report
) -> None:
    good = [(line, value) for line, value in batch if not isinstance(value, Refused)]

    def work(session: Session) -> list[Outcome | Refused]:
        depot = depot_for(session, course.wishes.depot_code, SYSTEM)
        importer.prepare(session, [value for _, value in good], depot)
        return [_written(session, importer, value, course, depot, app) for _, value in good]

    outcomes = iter(app.unit_of_work(work) if good else [])
    for line, value in batch:
        became = value if isinstance(value, Refused) else next(outcomes)
        if isinstance(became, Refused):
            for column, reason in became.faults:
                report.refuse(line, column, reason)
        else:
            report.count(became)


def _written(
    session: Session, importer: Importer[T], value: T, course: Course, depot: Depot, app: Application
) -> Outcome | Refused:
    """What became of a row; a refused one leaves nothing behind, in memory neither."""
    try:
        with session.begin_nested():
            return importer.write(session, value, course, depot, app)
    except Refusal as refusal:
        refused = _refused(refusal)
    except (IntegrityError, DataError) as fault:
        meaning = meaning_of(fault)
        if not isinstance(meaning, Refusal):
            raise
        refused = _refused(meaning)
    session.expire_all()
    return refused
