"""Labels over HTTP: of a device, its box, a part, a bin or a loaner unit, one by one or up to a thousand together.

What a label says is read from what is on record in one unit of work; drawing holds no transaction. A document of many
is asked for by POST, since that many keys are too long for an address; it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cattrs
from flask import Response
from sqlalchemy.orm import Session

from depot import label_values, loaner_units, locations, orders, parts
from depot.errors import Unprintable, invalid
from depot.label_values import Wanted
from labels import label
from labels.errors import DoesNotFit, NotEncodable
from labels.label import Label
from labels.label_values import BoxLabel, DeviceLabel, ItemLabel
from routes.api import Blueprint, allow
from routes.context import actor, own_units_of_work, service
from routes.idempotency import never_stored
from routes.paper import BINARY, PDF, paper
from routes.parts import know_anything
from routes.schemas.labels import MOST_LABELS, QUERIES, USUAL_QUERIES, LabelsIn

blueprint = Blueprint("labels", "Labels of devices, boxes, parts, bins and loaner units.")
blueprint.record(know_anything)

View = Callable[..., Response]


@dataclass(frozen=True)
class Printing:
    """How labels are wanted: on which stock, for how many dots per inch, each how often."""

    stock: str
    dpi: int
    copies: int = 1


Draw = Callable[[Sequence[Label], Printing], bytes | Iterable[bytes]]

FORMS: dict[str, tuple[str, Draw]] = {
    "svg": ("image/svg+xml", lambda values, how: label.draw_svg(values[0], how.stock, how.dpi)),
    "png": ("image/png", lambda values, how: label.draw_png(values[0], how.stock, how.dpi)),
    "pdf": (PDF, lambda values, how: label.draw_pdf(values, how.stock, how.dpi, how.copies)),
    "zpl": ("application/zpl", lambda values, how: label.draw_zpl(values, how.stock, how.dpi, how.copies)),
}
"""Per ending: the media type, and how it is drawn."""
OF_MANY = ("pdf", "zpl")


def labels_of(values: Iterable[label_values.Values], public_url: str | None) -> list[Label]:
    """What was read, as labels are drawn from it; a device's leads to its order's page, and asks there for the code."""
    found = [cattrs.structure(each, _shape(each)) for each in values]
    if public_url is None:
        return found
    return [
        replace(each, page=f"{public_url}/o/{each.number}") if isinstance(each, DeviceLabel) else each for each in found
    ]


def _shape(values: label_values.Values) -> type[Label]:
    if "kind" in values:
        return ItemLabel
    return BoxLabel if "address" in values else DeviceLabel


def drawn(form: str, values: Sequence[Label], how: Printing) -> bytes | Iterable[bytes]:
    """Labels as a file. Raises Unprintable, saying what does not fit and which stocks would do."""
    try:
        return FORMS[form][1](values, how)
    except DoesNotFit as error:
        raise Unprintable(str(error), stock=how.stock, dpi=how.dpi, stocks=error.stocks) from error
    except NotEncodable as error:
        raise Unprintable(str(error)) from error


def demand_few(keys: Sequence[str], copies: int) -> None:
    """Raise Invalid for more labels than one document or print job holds."""
    if len(keys) * copies > MOST_LABELS:
        raise invalid("/copies", f"That is {len(keys) * copies:,} labels; at most {MOST_LABELS:,} go together.")


def all_warnings(values: Iterable[Label]) -> tuple[str, ...]:
    """The warnings of all labels, each once."""
    return tuple(dict.fromkeys(warning for value in values for warning in label.warnings(value)))


def _document(form: str, values: Sequence[Label], how: Printing, name: str) -> Response:
    return paper(drawn(form, values, how), FORMS[form][0], f"{name}.{form}", all_warnings(values))


def _order(session: Session, number: str) -> list[label_values.Values]:
    return label_values.order_labels(session, [orders.find_order(session, number, actor())])


def _box(session: Session, number: str) -> list[label_values.Values]:
    return [label_values.box_label(orders.find_order(session, number, actor()))]


def _part(session: Session, part_number: str) -> list[label_values.Values]:
    return label_values.part_labels(session, [parts.find_part(session, part_number)])


def _location(session: Session, location_id: int) -> list[label_values.Values]:
    return label_values.location_labels(session, [locations.find_location(session, location_id, actor())])


def _unit(session: Session, code: str, asset_type: str | None = None) -> list[label_values.Values]:
    return label_values.unit_labels(session, [loaner_units.find_unit(session, code, actor())], asset_type)


def _view_of_one(form: str, read: Callable[..., list[label_values.Values]], what: str) -> View:
    def view(query: dict[str, Any], **key: Any) -> Response:
        how = Printing(query.pop("stock"), int(query.pop("dpi")), query.pop("copies"))
        found = service().unit_of_work(lambda session: read(session, **key, **query), writing=False)
        values = labels_of(found, service().settings.public_url)
        return _document(form, values, how, label.title_of(values[0]))

    view.__doc__ = f"The label of {what}, as {form.upper()}."
    return view


def _view_of_many(form: str) -> View:
    def view(body: dict[str, Any]) -> Response:
        demand_few(body["keys"], body["copies"])
        wanted = Wanted(body["kind"], body["keys"], body["depot"], body["asset_type"])
        found = service().unit_of_work(lambda s: label_values.list_labels(s, wanted, actor()), writing=False)
        how = Printing(body["stock"], body["dpi"], body["copies"])
        return _document(form, labels_of(found, service().settings.public_url), how, f"labels-{wanted.kind.value}")

    view.__doc__ = f"The labels of several things of one kind in one document, as {form.upper()}; changes nothing."
    return view


def _documented(view: View, form: str, operation: str) -> View:
    described = blueprint.response(200, BINARY, content_type=FORMS[form][0])(view)
    described = blueprint.alt_response(409, "CONFLICT")(described)
    allowed: View = allow(operation, FORMS[form][0])(described)
    return own_units_of_work(allowed)


OF_ONE: tuple[tuple[str, str, str, Callable[..., Any], str], ...] = (
    ("repair-order-label", "/repair-orders/<number>/label", "read", _order, "the device"),
    ("box-label", "/repair-orders/<number>/box-label", "read", _box, "the box in which an announced device is sent"),
    ("part-label", "/parts/<anything:part_number>/label", "read-stock", _part, "a part"),
    ("location-label", "/locations/<int:location_id>/label", "read-stock", _location, "a bin"),
    ("loaner-unit-label", "/loaner-units/<anything:code>/label", "read-stock", _unit, "a loaner unit"),
)
for _form in FORMS:
    for _name, _path, _operation, _read, _what in OF_ONE:
        _query = QUERIES.get(_name, USUAL_QUERIES)[_form in OF_MANY]
        _taking = blueprint.arguments(_query, location="query")(_view_of_one(_form, _read, _what))
        blueprint.get(f"{_path}.{_form}", endpoint=f"{_name}-{_form}")(_documented(_taking, _form, _operation))
for _form in OF_MANY:
    _taking = never_stored(blueprint.arguments(LabelsIn)(_view_of_many(_form)))
    blueprint.post(f"/labels.{_form}", endpoint=f"labels-{_form}")(_documented(_taking, _form, "read"))
