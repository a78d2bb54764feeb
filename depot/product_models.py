"""Product models 型号: one row per spelling of make and model; what folds alike is found together, never merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.numbers import is_currency
from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from depot.errors import AlreadyExists, NotFound, invalid
from depot.identifiers import fold
from depot.money import Money
from depot.turns import take_turn
from depot.versions import claim
from models import ProductModel

MOST_NAMED = 5


@dataclass(frozen=True)
class ResolvedModel:
    """A product model, and what the desk should look at."""

    product_model: ProductModel
    warnings: tuple[str, ...]


def find_model(session: Session, model_id: int) -> ProductModel:
    """The product model with this id, retired or not. Raises NotFound."""
    row = session.get(ProductModel, model_id)
    if row is None:
        raise NotFound(f"There is no product model {model_id}.")
    return row


def resolve_model(session: Session, make: str | None, model: str | None, now: datetime) -> ResolvedModel:
    """The row of exactly this spelling, made where there is none. Other spellings of it come as a warning.

    A make or model None is not stated, and has a row of its own; no unique constraint holds that to one, the turn does.
    """
    make, model = make and make.strip(), model and model.strip()
    take_turn(session, "product model", f"{make or ''}\n{model or ''}")
    row = _spelled(session, make, model) or _added(session, make, model, now)
    others = [f"{other.make} {other.model}" for other in variants_by_id(session, [row])[row.id]]
    if not others:
        return ResolvedModel(row, ())
    return ResolvedModel(row, (f"“{make} {model}” is also on record as {_named(others)}.",))


def _named(spellings: Sequence[str]) -> str:
    return ", ".join(f"“{spelling}”" for spelling in spellings[:MOST_NAMED])


def _spelled(session: Session, make: str | None, model: str | None) -> ProductModel | None:
    query = select(ProductModel).where(ProductModel.make == make, ProductModel.model == model)  # None makes IS NULL
    return session.scalars(query).one_or_none()


def _added(session: Session, make: str | None, model: str | None, now: datetime) -> ProductModel:
    folded = {"make_folded": fold(make or ""), "model_folded": fold(model or "")}
    row = ProductModel(make=make, model=model, created_at=now, **folded)
    session.add(row)
    session.flush()  # so that the product model has its id
    return row


def variants_by_id(session: Session, rows: Sequence[ProductModel]) -> dict[int, list[ProductModel]]:
    """For each of these product models the other spellings in use that fold alike: one query for all of them."""
    folded = {(row.make_folded, row.model_folded) for row in rows}
    known = session.scalars(
        select(ProductModel)
        .where(
            tuple_(ProductModel.make_folded, ProductModel.model_folded).in_(folded),
            ProductModel.retired_at.is_(None),
        )
        .order_by(ProductModel.id)
    ).all()
    return {row.id: [other for other in known if _folds_alike(row, other)] for row in rows}


def _folds_alike(row: ProductModel, other: ProductModel) -> bool:
    same = (row.make_folded, row.model_folded) == (other.make_folded, other.model_folded)
    return same and other.id != row.id


def select_models(make: str | None = None, model: str | None = None) -> Select[ProductModel]:
    """The query for the product models whose folded make and model begin so; the caller adds order and page."""
    query = select(ProductModel)
    if make is not None:
        query = query.where(ProductModel.make_folded.startswith(fold(make), autoescape=True))
    if model is not None:
        query = query.where(ProductModel.model_folded.startswith(fold(model), autoescape=True))
    return query


def create_model(session: Session, make: str, model: str, value: Money | None, now: datetime) -> ResolvedModel:
    """A new product model. Raises Invalid for a blank name, AlreadyExists for a spelling that is on record."""
    _demand_name("/make", make)
    _demand_name("/model", model)
    take_turn(session, "product model", f"{make.strip()}\n{model.strip()}")
    known = _spelled(session, make.strip(), model.strip())
    if known is not None:
        raise AlreadyExists(f"This spelling is on record as product model {known.id}.", product_model=known.id)
    resolved = resolve_model(session, make, model, now)
    _set_value(resolved.product_model, value)
    return resolved


def _demand_name(pointer: str, name: str) -> None:
    if not fold(name):
        raise invalid(pointer, "This may not be blank.")


def change_model(session: Session, row: ProductModel, value: Money | None, version: int | None) -> None:
    """Set what the model costs to replace, or unset it; another spelling is another product model. Raises Stale."""
    _demand_value(value)
    claim(session, row, version)
    _set_value(row, value)


def retire_model(session: Session, row: ProductModel, version: int | None, now: datetime) -> None:
    """Take a spelling out of the lists of variants; its devices keep it. Raises Stale."""
    claim(session, row, version)
    row.retired_at = row.retired_at or now


def _demand_value(value: Money | None) -> None:
    if value is not None and not is_currency(value.currency):
        raise invalid("/replacement_value/currency", "This is no ISO 4217 currency code.")
    if value is not None and not 0 <= value.amount_minor < 2**63:
        raise invalid("/replacement_value/amount_minor", "An amount is not negative.")


def _set_value(row: ProductModel, value: Money | None) -> None:
    _demand_value(value)
    row.replacement_value_minor = None if value is None else value.amount_minor
    row.replacement_value_currency = None if value is None else value.currency


def value_of(row: ProductModel) -> Money | None:
    """What this spelling's own row says that the model costs to replace."""
    if row.replacement_value_minor is None or row.replacement_value_currency is None:
        return None
    return Money(row.replacement_value_minor, row.replacement_value_currency)


def replacement_value(session: Session, row: ProductModel) -> Money | None:
    """What the model costs to replace: of this spelling, else of the oldest variant that has a value; None is unset."""
    spellings = (row, *variants_by_id(session, [row])[row.id])
    return next((value for value in map(value_of, spellings) if value is not None), None)
