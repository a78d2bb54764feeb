"""What went wrong, for somebody at a terminal: a sentence, and what to do next."""

from __future__ import annotations

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from depot.errors import DatabaseAway, Refusal
from depot.faults import DATABASE_FAULTS, meaning_of
from depot.settings import BadSetting
from models.migrate import BrokenReferences

FAILURES = (Refusal, BadSetting, BrokenReferences, CommandError, OSError, *DATABASE_FAULTS)
"""What the commands foresee. Anything else is a mistake of ours and shows where it happened."""

LOOK_AT_URL = "Check that the server runs and that DEPOT_DATABASE_URL is right."
SQLITE_NOT_A_DATABASE = 26


def advice(failure: Exception) -> str:
    """What to tell about a foreseen failure."""
    if isinstance(failure, Refusal):
        return _of_refusal(failure)
    if isinstance(failure, OSError):
        return f"{failure}. Make it writable, or set DEPOT_DATA_DIR to another folder."
    if isinstance(failure, CommandError):
        return f"{failure}. A newer version made these tables: install that version, or restore a backup."
    if isinstance(failure, BrokenReferences):
        return f"Rows refer to nothing in: {failure}. Nothing was changed; restore a backup, or mend those rows."
    if isinstance(failure, BadSetting):
        return f"{failure}. Set it anew and try again."
    return _of_database(failure)


def _of_refusal(refusal: Refusal) -> str:
    fields = [f"{_option(error['pointer'])}{error['detail']}" for error in refusal.facts.get("errors", ())]
    if fields:
        return "\n".join(fields)
    return f"{refusal.message} {LOOK_AT_URL}" if isinstance(refusal, DatabaseAway) else refusal.message


def _option(pointer: str) -> str:
    """The option that gives the field of a pointer, with a colon; nothing where no field is meant."""
    field = pointer.strip("/").removeprefix("policies/").split("/")[0].replace("_", "-")
    return f"--{'depot' if field == 'depots' else field}: " if field else ""


def _of_database(fault: Exception) -> str:
    if isinstance(fault, DBAPIError) and getattr(fault.orig, "sqlite_errorcode", None) == SQLITE_NOT_A_DATABASE:
        return "The database's file is no SQLite database. Set DEPOT_DATA_DIR to another folder, or restore a backup."
    meaning = meaning_of(fault)
    if isinstance(meaning, Refusal):
        return _of_refusal(meaning)
    return f"The database refused: {getattr(fault, 'orig', None) or fault}. {LOOK_AT_URL}"
