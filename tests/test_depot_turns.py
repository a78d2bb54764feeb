from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from databases import NOW
from registers import a_customer, a_device, main_depot
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import DepotApp
from depot import depots, product_models, test_sheets
from depot.codes import Words, create_code
from depot.errors import AlreadyExists
from depot.test_sheets import CheckIn
from models import Code, CodeKind, Contact, Customer, Device, ProductModel, TestSheet

DESKS = 4


def all_at_once(app: DepotApp, does: str) -> list[str]:
    """Let several desks do the same thing, each in a unit of work of its own; what each of them was told."""
    app.unit_of_work(main_depot)
    start = Barrier(DESKS)

    def desk(_: int) -> str:
        start.wait()
        try:
            return str(app.unit_of_work(DEEDS[does]))
        except AlreadyExists:
            return "exists already"

    with ThreadPoolExecutor(DESKS) as desks:
        return list(desks.map(desk, range(DESKS)))


def count_of(app: DepotApp, model: type[object]) -> int:
    return app.unit_of_work(lambda session: session.scalar(select(func.count()).select_from(model)) or 0, False)


def new_customer(session: Session) -> int:
    return a_customer(session, depots.find_depot(session, "MAIN")).customer.id


def new_device(session: Session) -> int:
    return a_device(session, depots.find_depot(session, "MAIN")).device.id


def new_twin(session: Session) -> int:
    return a_device(session, depots.find_depot(session, "MAIN"), model="AR-30", confirmed_new=True).device.id


def new_code(session: Session) -> str:
    return create_code(session, CodeKind.CAUSE, "mice", Words("老鼠", "Mice"), NOW).code


def new_sheet(session: Session) -> int:
    row = product_models.resolve_model(session, "Gtech", "AR-20", NOW).product_model
    return test_sheets.create_sheet(session, row, [CheckIn("boots", "启动", "Boots", True)], NOW).id


DEEDS = {
    "customer": new_customer,
    "device": new_device,
    "twin": new_twin,
    "code": new_code,
    "sheet": new_sheet,
}


@pytest.mark.parametrize(("deed", "made"), [("customer", Customer), ("device", Device), ("twin", Device)])
def test_desks_that_take_in_the_same_new_thing_at_once_make_one(app: DepotApp, deed: str, made: type[object]) -> None:
    told = all_at_once(app, deed)

    assert len(set(told)) == 1
    assert count_of(app, made) == 1


def test_desks_that_add_the_same_contact_at_once_add_it_once(app: DepotApp) -> None:
    app.unit_of_work(lambda session: a_customer(session, main_depot(session), email="a@example.org"))

    all_at_once(app, "customer")

    assert (count_of(app, Customer), count_of(app, Contact)) == (1, 2)


@pytest.mark.parametrize(("deed", "made"), [("code", Code), ("sheet", TestSheet)])
def test_of_managers_who_create_the_same_key_at_once_one_succeeds(app: DepotApp, deed: str, made: type[object]) -> None:
    app.unit_of_work(main_depot)
    before = count_of(app, made)

    told = all_at_once(app, deed)

    assert told.count("exists already") == DESKS - 1
    assert count_of(app, made) == before + 1


def test_a_spelling_is_written_once_though_several_desks_meet_it(app: DepotApp) -> None:
    all_at_once(app, "device")

    assert count_of(app, ProductModel) == 1
