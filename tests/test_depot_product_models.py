from __future__ import annotations

from datetime import datetime

import pytest
from registers import NASTY_TEXTS
from sqlalchemy.orm import Session

from depot import product_models
from depot.errors import AlreadyExists, Invalid, NotFound, Stale
from depot.money import Money


@pytest.mark.parametrize("text", [*NASTY_TEXTS, "---"])
def test_a_spelling_is_kept_as_typed_and_found_again(session: Session, now: datetime, text: str) -> None:
    first = product_models.resolve_model(session, f" {text} ", text, now)

    again = product_models.resolve_model(session, text, text, now)

    assert again.product_model is first.product_model
    assert (first.product_model.make, first.warnings) == (text, ())


def test_variants_are_warned_of_found_together_and_never_merged(session: Session, now: datetime) -> None:
    first = product_models.resolve_model(session, "Gtech", "AR-20", now).product_model

    second = product_models.resolve_model(session, "G-Tech", "ar 20", now)

    assert list(second.warnings) == ["“G-Tech ar 20” is also on record as “Gtech AR-20”."]
    variants = product_models.variants_by_id(session, [first, second.product_model])
    assert variants == {first.id: [second.product_model], second.product_model.id: [first]}


def test_no_rows_have_no_variants(session: Session) -> None:
    assert product_models.variants_by_id(session, []) == {}


@pytest.mark.parametrize(
    ("make", "model", "found"),
    [
        ("gt", None, True),
        ("G-TECH", "ar2", True),
        (None, "AR", True),
        ("tech", None, False),
        ("%", None, False),
        ("g", "x", False),
    ],
)
def test_a_list_is_narrowed_by_how_make_and_model_begin(
    session: Session, now: datetime, make: str | None, model: str | None, found: bool
) -> None:
    row = product_models.resolve_model(session, "Gtech", "AR-20", now).product_model

    assert list(session.scalars(product_models.select_models(make, model))) == ([row] if found else [])


def test_a_replacement_value_has_its_currency(session: Session, now: datetime) -> None:
    row = product_models.create_model(session, "Gtech", "AR-20", Money(199_900, "CNY"), now).product_model

    assert product_models.value_of(row) == Money(199_900, "CNY")
    product_models.change_model(session, row, None, version=1)
    assert product_models.value_of(row) is None


def test_a_variant_lends_its_replacement_value(session: Session, now: datetime) -> None:
    product_models.create_model(session, "Gtech", "AR-20", Money(199_900, "CNY"), now)
    row = product_models.resolve_model(session, "G-Tech", "AR-20", now).product_model

    assert product_models.value_of(row) is None
    assert product_models.replacement_value(session, row) == Money(199_900, "CNY")


def test_a_model_without_any_value_has_none(session: Session, now: datetime) -> None:
    row = product_models.resolve_model(session, "Gtech", "AR-20", now).product_model

    assert product_models.replacement_value(session, row) is None


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (Money(-1, "CNY"), "/replacement_value/amount_minor"),
        (Money(2**63, "CNY"), "/replacement_value/amount_minor"),
        (Money(1, "XYZ"), "/replacement_value/currency"),
    ],
)
def test_a_value_that_cannot_be_is_refused(session: Session, now: datetime, value: Money, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        product_models.create_model(session, "Gtech", "AR-20", value, now)

    assert refused.value.facts["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(("make", "model"), [(" ", "AR-20"), ("Gtech", "\u3000")])
def test_a_blank_name_is_refused(session: Session, now: datetime, make: str, model: str) -> None:
    with pytest.raises(Invalid):
        product_models.create_model(session, make, model, None, now)


def test_a_spelling_is_created_once(session: Session, now: datetime) -> None:
    row = product_models.create_model(session, "Gtech", "AR-20", None, now).product_model

    with pytest.raises(AlreadyExists) as refused:
        product_models.create_model(session, " Gtech", "AR-20 ", None, now)

    assert refused.value.facts == {"product_model": row.id}


def test_a_retired_spelling_is_no_variant_any_more(session: Session, now: datetime) -> None:
    first = product_models.resolve_model(session, "Gtech", "AR-20", now).product_model
    product_models.retire_model(session, first, 1, now)

    assert product_models.resolve_model(session, "G-Tech", "AR-20", now).warnings == ()
    assert product_models.find_model(session, first.id).retired_at == now


def test_a_change_on_an_old_version_is_refused(session: Session, now: datetime) -> None:
    row = product_models.resolve_model(session, "Gtech", "AR-20", now).product_model
    product_models.change_model(session, row, Money(1, "CNY"), 1)

    with pytest.raises(Stale):
        product_models.change_model(session, row, Money(2, "CNY"), 1)


def test_an_unknown_model_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        product_models.find_model(session, 2**62)
