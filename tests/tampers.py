"""What somebody with a password to the database might do to it past the service, and what `depot verify` says then.

For each kind of row a change, a deletion and, where it makes sense, a row that nobody put there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from databases import NOW
from sqlalchemy import JSON, CheckConstraint, Column, Enum, Table, TypeDecorator, text
from sqlalchemy.orm import Session

from models import Base

Tamper = Callable[[Session], None]


def _first(table: str, where: str) -> str:
    return f"(SELECT min(id) FROM {table} WHERE {where})"


def change(table: str, values: str, where: str = "1 = 1") -> Tamper:
    """Change the first such row."""
    return lambda session: _execute(session, f"UPDATE {table} SET {values} WHERE id = {_first(table, where)}")


def delete(table: str, where: str = "1 = 1") -> Tamper:
    """Delete the first such row."""
    return lambda session: _execute(session, f"DELETE FROM {table} WHERE id = {_first(table, where)}")


def copy(table: str, where: str = "1 = 1", **values: str) -> Tamper:
    """Put a copy of the first such row beside it, with these values (SQL) in it."""
    columns = [column.name for column in Base.metadata.tables[table].columns if column.name != "id"]
    copied = ", ".join(values.get(name, name) for name in columns)
    source = f"SELECT {copied} FROM {table} WHERE id = {_first(table, where)}"
    return lambda session: _execute(session, f"INSERT INTO {table} ({', '.join(columns)}) {source}")


def _execute(session: Session, statement: str) -> None:
    assert session.connection().execute(text(statement)).rowcount == 1


def empty(column: Column[Any]) -> Any:
    """What stands in a column whose text was erased."""
    return None if column.nullable else [] if isinstance(column.type, JSON) else ""


def another(column: Column[Any], value: Any) -> Any:
    """A value that a column could hold as well, and that no other row has."""
    if isinstance(column.type, Enum) and column.type.enum_class is not None:
        return next(member for member in column.type.enum_class if member != value)
    if isinstance(column.type, JSON):
        return ["another"]
    stored = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return OTHERS[stored.python_type](value)


OTHERS: dict[type, Callable[[Any], Any]] = {
    bool: lambda value: not value,
    int: lambda value: (value or 0) + 1000,
    str: lambda value: "" if value == "~" else "~",
    bytes: lambda _: b"another",
    datetime: lambda value: (value or NOW) + timedelta(days=1),
    date: lambda value: (value or NOW.date()) + timedelta(days=1),
}


def allow_anything(session: Session, table: Table) -> None:
    """Take the checks of a table away, for this transaction or, on SQLite, for this connection's next statements."""
    if session.connection().dialect.name == "sqlite":
        session.execute(text("PRAGMA ignore_check_constraints = ON"))
        return
    for check in table.constraints:
        if isinstance(check, CheckConstraint):
            session.execute(text(f"ALTER TABLE {table.name} DROP CONSTRAINT {check.name}"))


ORDER = "subject = 'repair_order'"
RETURNED = "state = 'returned' AND result = 'repaired'"
OTHER_PAPER = "(SELECT data FROM drawn_documents WHERE id = 2)"
LAST_ORDER = "(SELECT max(id) FROM repair_orders)"

TAMPERED: dict[str, tuple[Tamper, str]] = {
    "an event was changed": (change("events", "action = 'test'", ORDER), "event 1 (test) was changed"),
    "an event's time": (change("events", "actor_id = actor_id + 1", ORDER), "was changed"),
    "an event is gone": (delete("events", f"{ORDER} AND seq = 1 AND subject_id = {LAST_ORDER}"), "event 1 is missing"),
    "an event was added": (copy("events", f"{ORDER} AND seq = 1", seq="99"), "event 2 is missing"),
    "a head was changed": (change("repair_orders", "event_hash = 'x'"), "the head says"),
    "a head was cut": (change("persons", "event_seq = 0", "id > 1"), "the head says 0 events"),
    "an order's state": (
        change("repair_orders", "state = 'ready'", RETURNED),
        "state is ready, its history says returned",
    ),
    "an order's version": (change("repair_orders", "version = version + 1"), "version is 2, its history says 1"),
    "an order's result": (change("repair_orders", "result = 'declined'", RETURNED), "its history says repaired"),
    "an order's result cleared": (change("repair_orders", "result = NULL", RETURNED), "result is None"),
    "an order's end": (change("repair_orders", "ended_at = NULL", RETURNED), "ended_at is None"),
    "an order's promise": (
        change("repair_orders", "promised_on = '2031-01-01'", RETURNED),
        "promised_on is 2031-01-01",
    ),
    "an announced day": (change("repair_orders", "announced_until = '2031-01-01'", RETURNED), "announced_until is"),
    "an order's technician": (change("repair_orders", "assigned_to_id = 1", RETURNED), "assigned_to_id is 1"),
    "an order's source": (change("repair_orders", "source = 'import'", RETURNED), "its history says depot"),
    "an order is gone": (delete("repair_orders", RETURNED), "has events but is gone"),
    "an order was added": (
        copy("repair_orders", RETURNED, number="'RO-FALSE'", event_seq="0", event_hash="''"),
        "repair order RO-FALSE: state is returned, its history says None",
    ),
    "a device has two open orders": (
        change(
            "repair_orders",
            "device_id = (SELECT max(device_id) FROM repair_orders WHERE state = 'ready')",
            "state = 'repairing'",
        ),
        "has 2 open repair orders",
    ),
    "a diagnosis": (change("diagnoses", "verdict = 'no_fault_found'"), "verdict is no_fault_found, not repair"),
    "a diagnosis is gone": (delete("diagnoses"), "diagnosis 1: is gone"),
    "a diagnosis was added": (copy("diagnoses"), ": no event tells of it"),
    "a quote": (
        change("quotes", "total_minor = 1, net_minor = 1, tax_minor = 0", "total_minor > 0"),
        "total_minor is 1",
    ),
    "a quote is gone": (delete("quotes"), "quote version 1: is gone"),
    "a quote was added": (copy("quotes", version="7"), "quote version 7: no event tells of it"),
    "a quote's line": (
        change("quote_lines", "net_minor = 1, tax_minor = 0, total_minor = 1", "net_minor > 0"),
        "is not the sum of its lines",
    ),
    "a quote's line is gone": (delete("quote_lines", "net_minor > 0"), "is not the sum of its lines"),
    "a quote's line was added": (copy("quote_lines", "net_minor > 0", position="9"), "is not the sum of its lines"),
    "a decision": (change("quote_decisions", "limit_minor = 1"), "decision 1: limit_minor is 1, not None"),
    "a decision is gone": (delete("quote_decisions"), "decision 1: is gone"),
    "a decision was added": (copy("quote_decisions"), "decision 2: no event tells of it"),
    "a replacement is gone": (delete("replacements"), "replacement 1: is gone"),
    "a replacement was added": (copy("replacements"), ": no event tells of it"),
    "work": (change("works", "labour_minutes = 600"), "labour_minutes is 600"),
    "work is gone": (delete("works"), "work 1: is gone"),
    "work was added": (copy("works"), "work 2: no event tells of it"),
    "a test": (change("test_runs", "passed = NOT passed"), "passed is False, not True"),
    "a test is gone": (delete("test_runs"), "test run 1: is gone"),
    "a test was added": (copy("test_runs"), ": no event tells of it"),
    "a summary's author": (change("summaries", "by_id = 1"), "summary 1: by is 1"),
    "a summary is gone": (delete("summaries"), "summary 1: is gone"),
    "a summary was added": (copy("summaries"), "summary 2: no event tells of it"),
    "a hand-over": (
        change("hand_overs", "identity_checked = NOT identity_checked, voucher_returned = NOT voucher_returned"),
        "hand-over 1: voucher_returned is",
    ),
    "a hand-over is gone": (delete("hand_overs"), "hand-over 1: is gone"),
    "a hand-over was added": (copy("hand_overs", order_id="1"), "hand-over 1: no event tells of it"),
    "a warranty look-up": (change("warranty_lookups", "status = 'in_warranty'"), "warranty_found is in_warranty, not"),
    "a warranty look-up is gone": (delete("warranty_lookups"), "warranty look-up 1: is gone"),
    "a warranty look-up was added": (copy("warranty_lookups"), ": no event tells of it"),
    "an attachment": (change("attachments", "sha256 = 'x'"), "attachment 1: sha256 is x, not"),
    "an attachment's kind": (change("attachments", "kind = 'other'"), "attachment 1: kind is other, not device"),
    "an attachment is gone": (delete("attachments"), "attachment 1: is gone"),
    "an attachment was added": (copy("attachments", sha256="'x'"), "attachment 3: no event tells of it"),
    "an attachment that was struck out": (
        change("attachments", "retired_at = NULL, retired_by_id = NULL", "retired_at IS NOT NULL"),
        "struck-out attachment 2: is gone",
    ),
    "a payment": (change("payments", "amount_minor = 1"), "payment 1: amount_minor is 1, not 87010"),
    "a payment is gone": (delete("payments"), "payment 1: is gone"),
    "a payment was added": (copy("payments", amount_minor="7"), ": no event tells of it"),
    "a payment's taker": (change("payments", "by_id = 1"), "payment 1: by is 1"),
    "a reversal": (change("payments", "amount_minor = -1", "amount_minor < 0"), "amount_minor is -1, not -500"),
    "a charge": (change("charges", "amount_minor = 1", "loan_id IS NULL"), "charge 1: charge_minor is 1, not 3000"),
    "a charge is gone": (delete("charges", "loan_id IS NULL"), "charge 1: is gone"),
    "a charge was added": (copy("charges", "loan_id IS NULL"), "charge 2: no event tells of it"),
    "a loan's charge": (change("charges", "amount_minor = 1", "loan_id IS NOT NULL"), "charge_minor is 1, not 90000"),
    "a loan's charge is gone": (delete("charges", "loan_id IS NOT NULL"), "charge for loan 2: is gone"),
    "a waiver": (change("waivers", "amount_minor = 1"), "waiver 1: amount_minor is 1, not 100"),
    "a waiver is gone": (delete("waivers"), "waiver 1: is gone"),
    "a waiver was added": (copy("waivers"), "waiver 2: no event tells of it"),
    "an override": (change("overrides", "guard = 'balance'"), "guard is balance"),
    "an override is gone": (delete("overrides"), "override 1: is gone"),
    "an override was added": (copy("overrides"), "override 2: no event tells of it"),
    "a document's values": (change("documents", "frozen = '{}'"), "its values were changed"),
    "a document's hash": (change("documents", "sha256 = 'x'"), "sha256 is x, not"),
    "a document's check code": (change("documents", "check_code = 'x'"), "its check code is x"),
    "a document is gone": (delete("documents"), "-I1: is gone"),
    "a document was added": (copy("documents", edition="9", number="'X-9'"), "document X-9: no event tells of it"),
    "a loan": (change("loans", "due_on = '2031-01-01'"), "loan 1: due_on is 2031-01-01"),
    "a loan's outcome": (change("loans", "outcome = 'sold'"), "settlement of loan 1: no event tells of it"),
    "a loan that was ended": (
        change("loans", "outcome = 'returned', ended_at = lent_at, accessories_returned = true", "ended_at IS NULL"),
        "return of loan 3: no event tells of it",
    ),
    "a loan is gone": (delete("loans"), "loaner unit LN-001: loan 1: is gone"),
    "a loan was added": (copy("loans"), "loan 4: no event tells of it"),
    "a loaner unit's state": (change("loaner_units", "state = 'lost'"), "state is lost, its history says available"),
    "a loaner unit's value": (change("loaner_units", "value_minor = 1"), "value_minor is 1"),
    "a loaner unit is gone": (delete("loaner_units"), "loaner_unit 1: has events but is gone"),
    "a loaner unit was added": (
        copy("loaner_units", code_folded="'LN-X'", code="'LN-X'", serial_number="'X'", event_seq="0", event_hash="''"),
        "loaner unit LN-X: state is available, its history says None",
    ),
    "a part's price": (change("parts", "sale_price_minor = 1"), "sale_price_minor is 1, its history says 68000"),
    "a part's return to use": (change("parts", "retired_at = NULL", "retired_at IS NOT NULL"), "retirement 1: is gone"),
    "a part is gone": (delete("parts"), "part 1: has events but is gone"),
    "a part was added": (copy("parts", part_number="'X'", event_seq="0", event_hash="''"), "part X: part_number is X"),
    "a person's kind": (change("persons", "kind = 'machine'", "kind = 'person'"), "kind is machine"),
    "a person's return": (change("persons", "retired_at = NULL", "retired_at IS NOT NULL"), "retirement 1: is gone"),
    "a person is gone": (delete("persons", "id > 1"), "has events but is gone"),
    "a token's role": (change("tokens", "role = 'admin'", "role = 'technician'"), "role is admin, not technician"),
    "a token's end": (change("tokens", "expires_at = NULL", "expires_at IS NOT NULL"), "expires_at is None"),
    "a token that was revoked": (
        change("tokens", "revoked_at = NULL", "revoked_at IS NOT NULL"),
        "revocation of token",
    ),
    "a token's depot": (delete("token_depots"), "depots is 0, not 1"),
    "a token is gone": (delete("tokens", "revoked_at IS NULL"), "token 1: is gone"),
    "a token was added": (copy("tokens", token_hash="'x'"), ": no event tells of it"),
    "a movement": (change("movements", "quantity = quantity + 1000", "unit_id IS NULL"), "its quantity is"),
    "a movement's place": (
        change("movements", "to_location_id = 3", "kind = 'receipt' AND unit_id IS NULL"),
        "its place it went to is 3",
    ),
    "a movement's order": (change("movements", "order_id = NULL", "order_id IS NOT NULL"), "its order is None"),
    "a movement's time": (change("movements", "actor_id = 1"), "its person is 1"),
    "a movement is gone": (delete("movements", "unit_id IS NULL"), "is gone; an event of its part tells of it"),
    "a movement was added": (copy("movements", "unit_id IS NULL"), "no event of its part tells of it"),
    "a balance": (change("balances", "on_hand = on_hand + 1000", "floor = 1"), "on hand, its movements make"),
    "a balance outside": (change("balances", "on_hand = on_hand - 1000", "floor = 0"), "on hand, its movements make"),
    "a balance's reserve": (
        change("balances", "reserved = reserved + 1000", "on_hand > 0 AND reserved = 0"),
        "1 set aside, its open reservations make 0",
    ),
    "a balance's floor": (change("balances", "floor = 0", "floor = 1"), "cannot be there"),
    "a balance is gone": (delete("balances", "on_hand > 0"), "no balance is on record, its movements make"),
    "a balance was added": (copy("balances", "on_hand > 0", condition="'quarantine'"), "its movements make 0"),
    "a reservation": (
        change("reservations", "quantity = quantity + 1000", "state = 'open'"),
        "its open reservations make 2",
    ),
    "a reservation was opened": (
        change("reservations", "state = 'open'", "state = 'issued'"),
        "its open reservations make",
    ),
    "a reservation is gone": (delete("reservations", "state = 'open'"), "set aside, its open reservations make 0"),
    "a reservation was added": (copy("reservations", "state = 'open'"), "its open reservations make 2"),
    "a unit's place": (change("part_units", "location_id = 1"), "is not where its last movement brought it"),
    "a unit's condition": (
        change("part_units", "condition = 'quarantine'", "serial_number = 'PN7742014'"),
        "on hand, its units make",
    ),
    "a unit is gone": (delete("part_units"), "which is gone"),
    "a unit was added": (copy("part_units", serial_number="'X'"), "the unit X is not where its last movement"),
    "an imported row": (change("imported_rows", "key = '18'"), "key is 18, not 17"),
    "an imported row is gone": (delete("imported_rows"), "imported row 1: is gone"),
    "an imported row was added": (copy("imported_rows", key="'19'"), ": no event tells of it"),
    "an order's fault": (change("repair_orders", "reported_fault = 'none'"), "its reported_fault was changed"),
    "an order's limit": (change("repair_orders", "approved_minor = 1", RETURNED), ": was changed; it is not what"),
    "an accessory": (change("accessories", "name = 'nothing'"), "accessories 1: was changed"),
    "an accessory's return": (change("accessories", "returned = NOT returned"), "accessories 1: was changed"),
    "an accessory is gone": (delete("accessories"), "accessories 1: is gone"),
    "an accessory was added": (copy("accessories"), ": no event tells of it"),
    "a diagnosis's words": (change("diagnoses", "finding = 'dropped by the customer'"), "diagnoses 1: was changed"),
    "work's words": (change("works", "work_done = 'nothing'"), "works 1: was changed"),
    "a test's checks": (change("test_runs", "checks = '[]'"), "test_runs 1: was changed"),
    "a summary's words": (change("summaries", "advice = 'buy another'"), "summaries 1: was changed"),
    "a signature": (change("hand_overs", "signed_by = 'Li Wei'"), "hand_overs 1: its signed_by was changed"),
    "a signature was put in": (change("hand_overs", "note = 'all well'", "note IS NULL"), "its note was changed"),
    "a slip's signature": (change("loans", "signed_by = 'Li Wei'"), "loans 1: its signed_by was changed"),
    "a replaced part": (change("replacements", "fault_seen = 'burnt'"), "replacements 1: was changed"),
    "who decided": (change("quote_decisions", "decided_by = 'Li Wei'"), "its decided_by was changed"),
    "a quote's date": (change("quotes", "valid_until = issued_at"), "quotes 1: was changed"),
    "a quote's words": (change("quote_lines", "text = 'nothing'"), "quote_lines 1: was changed"),
    "a free line of a quote is gone": (
        delete(
            "quote_lines",
            "total_minor = 0 AND position = (SELECT max(position) FROM quote_lines q"
            " WHERE q.quote_id = quote_lines.quote_id)",
        ),
        "is gone; event",
    ),
    "a payment's way": (change("payments", "method = 'barter'"), "payments 1: was changed"),
    "a waiver's reason": (change("waivers", "reason = 'none'"), "waivers 1: its reason was changed"),
    "a document's edition": (change("documents", "edition = 7"), "documents 1: was changed"),
    "paper": (
        change("drawn_documents", f"data = {OTHER_PAPER}"),
        "its bytes do not match their hash",
    ),
    "paper of another": (change("drawn_documents", "language = 'xx'"), "its bytes do not match their hash"),
    "a person's name": (change("persons", "name = 'Li Wei'", "id > 1"), "its name was changed"),
    "a token's secret": (change("tokens", "token_hash = 'x'"), "tokens 1: was changed"),
    "a token's depot is another": (change("token_depots", "depot_id = 2"), "token_depots 1: was changed"),
    "a loaner unit's depot": (change("loaner_units", "depot_id = 2"), "loaner_units 1: was changed"),
    "a part's unit": (change("parts", "unit = 'g'", "NOT serialized"), ": was changed"),
    "a device is gone": (delete("devices"), "names devices 1 in device_id, which is gone"),
    "a customer is gone": (delete("customers"), "names customers 1 in customer_id, which is gone"),
    "a location is gone": (delete("locations"), "which is gone"),
}
