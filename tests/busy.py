"""A busy depot for the fuzzer: orders in every state, stock, loaners, registers; and real keys to put into requests.

Random keys hit nothing, so most of what the fuzzer makes up is given keys of this depot, by a luck that can be
repeated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any
from urllib.parse import quote

from conftest import Client
from desk import DIAGNOSIS, INTAKE, SHORT_OF, WAY, WAYS, Desk, cny
from photos import a_photo, upload
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation

from app import DepotApp
from depot import tokens
from depot.actors import SYSTEM
from models import Role

Pools = Mapping[str, Sequence[Any]]

STATES = (*(state for *_, state in WAY), *WAYS)
SERIALIZED = {"part_number": "SSD/1TB #2", "name": "SSD 1 TB", "serialized": True, "sale_price": cny(39900)}
MEASURED = {"part_number": "PASTE 导热膏", "name": "thermal paste", "unit": "g", "sale_price": cny(200)}
AGREED = {"decision": "approved", "decided_by": "张䶮", "channel": "walk_in", "quote_version": 1}
GUARD = "beyond_economic_share"
SLIP = {"due_on": "2026-12-20", "condition": "as new", "signed_by": "张䶮"}
ENTITLEMENT = {"make": "Gtech", "kind": "service_contract", "valid_from": "2026-01-01", "valid_until": "2030-01-01"}
SHEET = {"make": "Gtech", "model": "AR-21", "checks": [{"name": "works", "title": {"zh": "能用", "en": "works"}}]}
FORMATTED: Pools = {
    "currency": ["CNY"],
    "time_zone": ["Asia/Shanghai", "Europe/Berlin"],
    "phone": ["+86 571 0000 0000", "0571 8888 0001"],
    "email": ["a@example.org", "b@example.org"],
    "serial_number": ["S-1", "S-2", "SN-00001", "Z-9"],
    "due_on": ["2026-12-20"],
    "quantity": [1, 2],
    "event": [1],
    "quote_version": [1],
    "amount_minor": [100, 1],
    "signed_by": ["张䶮"],
    "signature_origin": ["customer_at_counter"],
    "value": ["d@example.org", "T-2"],
    "guard": [GUARD],
    "depots code": ["MAIN", "NORTH"],
    "depot": ["MAIN", "NORTH"],
}
"""What has a form of its own, or a meaning that a schema cannot say."""
OFTEN = 0.9
ELSEWHERE = (ParameterLocation.PATH, ParameterLocation.QUERY, ParameterLocation.BODY)
USUAL: Mapping[str, Any] = {
    **{name: INTAKE[name] for name in ("condition", "accessories", "data", "warranty", "promised_on")},
    **{name: INTAKE["customer"][name] for name in ("name", "phone", "email")},
    **INTAKE["device"],
    "contacts": [{"kind": "email", "value": "c@example.org"}],
    "depot": "MAIN",
    "cause": "other",
    "accessories_returned": True,
    "data_destroyed": True,
    "voucher_returned": True,
    "work_done": "fan replaced",
    "coverage": "warranty",
    "outcome": "used",
    "reason": "used up in the workshop",
    "consent": "letter of 2026-11-19",
}
"""By the name of a member: what stands in place of most nulls, because something is needed there."""
CODES = ("symptom", "cause", "action", "attribution")
LISTS = {
    "customer_id": ("/customers", "id"),
    "device_id": ("/devices", "id"),
    "location_id": ("/locations", "id"),
    "loan_id": ("/loans", "id"),
    "model_id": ("/product-models", "id"),
    "entitlement_id": ("/entitlements", "id"),
    "sheet_id": ("/test-sheets", "id"),
    "part_number": ("/parts", "part_number"),
    "loaner_unit": ("/loaner-units", "code"),
    "loaner-units code": ("/loaner-units", "code"),
    "location": ("/locations", "code"),
}
"""Which list each kind of key is in, and under which name."""


def desk_of(app: DepotApp) -> Desk:
    """A desk on an application, its tokens issued in units of work."""

    def issue(role: str = "admin", depots: Sequence[str] = (), name: str = "") -> str:
        called = name or f"somebody of {role}"
        return app.unit_of_work(lambda s: tokens.issue(s, called, Role(role), depots, SYSTEM, app.clock())).secret

    return Desk(Client(app), issue)


def furnish(app: DepotApp) -> Pools:
    """Fill a depot, and give the keys of what is in it."""
    desk = desk_of(app)
    _stock(desk)
    _add_unused(desk)
    numbers = [desk.until(state) for state in STATES for _ in range(2)]
    _lend(desk, numbers)
    pools = _pools(desk, numbers)
    return {**pools, **_what_fits_together(desk, numbers[0]), **FORMATTED}


def _stock(desk: Desk) -> None:
    desk.client.send("PUT", "/depots/MAIN", json={"labour_rate": cny(60000)}, token=desk.token("admin"))
    desk.stock(SHORT_OF, 0, 900)
    desk.stock("FAN-40", 50, 4500)
    desk.post("/parts", SERIALIZED, expect=201)
    desk.arrive(SERIALIZED["part_number"], 3, serial_numbers=["S-1", "S-2", "S-3"])
    desk.post("/parts", MEASURED, expect=201)
    desk.arrive(MEASURED["part_number"], 250)
    desk.post("/test-sheets", SHEET, expect=201)


def _add_unused(desk: Desk) -> None:
    """What can be retired."""
    desk.post("/customers", {"name": "Nobody Yet", "phone": "+86 571 0000 0001"}, expect=201)
    desk.post("/locations", {"code": "Z-9"}, expect=201)
    desk.post("/entitlements", ENTITLEMENT, expect=201)
    desk.post("/parts", {"part_number": "OLD-1", "name": "for a device that is no more"}, expect=201)


def _what_fits_together(desk: Desk, number: str) -> Pools:
    """Keys that are of use only with each other, by parameter and path."""
    charged, secret = desk.until("awaiting_approval"), desk.until("received", data={"passcode": "1234"})
    desk.step(charged, "decide", AGREED)
    desk.step(secret, "start-inspection", role="admin")
    fans = desk.until("inspecting")
    desk.step(fans, "diagnose", dict(DIAGNOSIS) | {"parts": [{"part_number": "FAN-40", "quantity": 20}]})
    desk.step(fans, "start-repair")
    at = "/repair-orders/{}/{}".format
    payment = desk.post(at(number, "payments"), {"amount": cny(100), "method": "cash"}, expect=201)
    waiver = desk.post(at(charged, "waivers"), {"amount": cny(100), "reason": "regular"}, expect=201)
    override = desk.post(at(secret, "overrides"), {"guard": GUARD, "reason": "regular"}, expect=201)
    tagged = desk.post("/devices/1/identifiers", {"kind": "asset_tag", "value": "T-1"}, expect=201)
    desk.post("/depots", {"code": "NORTH"}, expect=201)
    photo = upload(desk, number, a_photo())
    return {
        "attachment_id": [photo["id"]],
        "number of {attachment_id}": [number],
        "payment_id": [payment.get_json()["id"]],
        "waiver_id": [waiver.get_json()["id"]],
        "override_id": [override.get_json()["id"]],
        "number of {waiver_id}": [charged],
        "number of {override_id}": [secret],
        "number of {payment_id}": [number],
        "identifier_id": [tagged.get_json()["id"]],
        "device_id of {identifier_id}": [1],
        "number of waivers": [charged],
        "number of replace-part": [fans],
        "number of overrides": [secret],
        "number of passcode-views": [secret],
    }


def _lend(desk: Desk, numbers: Sequence[str]) -> None:
    for place in range(5):
        unit = {"make": "Gtech", "model": "AR-20", "serial_number": f"L-{place}"}
        desk.post("/loaner-units", unit | {"code": f"LN/{place}", "accessories": ["charger"]}, expect=201)
    for place in range(3):
        slip = SLIP | {"loaner_unit": f"LN/{place}", "repair_order": numbers[2 * place]}
        loan = desk.post("/loans", slip, expect=201).get_json()["id"]
        if place == 0:
            desk.post(f"/loans/{loan}/return", {"condition": "as lent", "accessories_returned": True})


def _pools(desk: Desk, numbers: Sequence[str]) -> Pools:
    """By the name of a path parameter or member: keys that exist. ``number of X``: orders that may take the step X."""
    pools: dict[str, list[Any]] = defaultdict(list)
    for key, (path, member) in LISTS.items():
        pools[key] = [item[member] for item in desk.get(path).get_json()["items"]]
    for kind in CODES:
        pools["codes kind"].append(kind)
        pools[kind] = [item["code"] for item in desk.get(f"/codes/{kind}").get_json()["items"]]
    for number in numbers:
        for allowed in desk.order(number)["allowed_actions"]:
            pools[f"number of {allowed['action']}"].append(number)
    people = {item["name"]: item["id"] for item in desk.get("/people").get_json()["items"]}
    pools["person"] = [people["somebody of technician"]]
    pools["person_id"] = [key for name, key in people.items() if name != "somebody of admin"]  # that is who asks
    pools["part_number"] += ["FAN-40"] * 6
    pools["number"] = pools["repair_order"] = pools["key"] = list(numbers)
    return pools


def feed(case: Case, pools: Pools, luck: Random) -> None:
    """Put keys of this depot into a request, in most of the places where one belongs and none is meant to be wrong."""
    if not _is_wrong(case, ParameterLocation.PATH) and luck.random() < OFTEN:
        for name in case.path_parameters:
            case.path_parameters[name] = quote(str(luck.choice(_pool(case, name, pools))), safe="")
    for name in sorted(set(case.query) & set(pools)):
        if not _is_wrong(case, ParameterLocation.QUERY) and luck.random() < OFTEN:
            case.query[name] = luck.choice(pools[name])
    if not _is_wrong(case, ParameterLocation.HEADER) or any(_is_wrong(case, place) for place in ELSEWHERE):
        _feed_headers(case, luck)
    if isinstance(case.body, (dict, list)):
        case.body = _fed(case.body, pools, luck)


def _is_wrong(case: Case, where: ParameterLocation) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_negative and case.meta.is_negative_at(where)


def _pool(case: Case, name: str, pools: Pools) -> Sequence[Any]:
    """Keys for a path parameter: those of use with what follows in the path, if there are such, else any."""
    if name == "code" and "kind" in case.path_parameters:
        return pools.get(case.path_parameters["kind"]) or ["other"]
    for segment in case.path.partition("{" + name + "}")[2].split("/"):
        if f"{name} of {segment}" in pools:
            return pools[f"{name} of {segment}"]
    return pools.get(f"{case.path.split('/')[3]} {name}") or pools.get(name) or [case.path_parameters[name]]


def _feed_headers(case: Case, luck: Random) -> None:
    """A key of its own for each request, and rarely a version: most of them would be refused for it."""
    if luck.random() < OFTEN:
        case.headers.pop("If-Match", None)
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(luck.random())


def _fed(value: Any, pools: Pools, luck: Random, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _fed(inner, pools, luck, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_fed(inner, pools, luck, name.removesuffix("s")) for inner in value]
    if luck.random() > OFTEN:
        return value
    if value in (None, False, []):
        return USUAL.get(name, value)
    pool = pools.get(name)
    fits = pool and type(value) is type(pool[0]) and 0 < len(str(value)) <= 200
    return luck.choice(pool) if pool and fits else value
