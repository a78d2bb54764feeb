"""``/people``: the people and machines that events can name. For admins."""

from __future__ import annotations

from typing import Any

from flask import url_for

from depot import people
from models import Person
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import actor, now, session
from routes.paging import page_schema, paged
from routes.schemas.people import PeopleQuery, PersonChange, PersonIn, PersonOut

blueprint = Blueprint("people", "The people and machines that events can name.")


@blueprint.post("/people")
@allow("change-people")
@blueprint.arguments(PersonIn)
@blueprint.response(201, PersonOut)
def create_person(body: dict[str, Any]) -> tuple[Person, dict[str, str]]:
    """Create a person or machine."""
    person = people.create(session(), body["name"], body["kind"], actor(), now())
    return person, {"Location": url_for("people.read_person", person_id=person.id)}


@blueprint.get("/people")
@allow("change-people")
@blueprint.arguments(PeopleQuery, location="query")
@blueprint.response(200, page_schema(PersonOut))
def list_people(query: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """List people, in the order in which they came."""
    return paged(people.list_people(query["name"]), [Person.id], query)


@blueprint.get("/people/<int:person_id>")
@allow("change-people")
@blueprint.response(200, PersonOut)
def read_person(person_id: int) -> Person:
    """Read a person."""
    return people.find(session(), person_id)


@blueprint.put("/people/<int:person_id>")
@allow("change-people")
@blueprint.arguments(PersonChange)
@blueprint.response(200, PersonOut)
def change_person(body: dict[str, Any], person_id: int) -> Person:
    """Correct a person's name."""
    person = people.find(session(), person_id)
    name = changes(body, person, PersonOut).get("name", person.name)
    return people.rename(session(), person, name, actor(), now())


@blueprint.post("/people/<int:person_id>/retire")
@allow("change-people")
@blueprint.response(200, PersonOut)
def retire_person(person_id: int) -> Person:
    """Let a person go; their tokens stop working."""
    return people.retire(session(), people.find(session(), person_id), actor(), now())
