"""`depot serve` and `depot demo`: one command from nothing to a service, and one that shows what it does."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from terminal import Terminal, fetch, serving, terminal_on

from app import create_app
from depot.settings import secret_beside
from models import RepairOrder
from routes.cli import demo as demo_command
from routes.cli import depot
from routes.cli import serve as serve_command
from routes.cli.demo_data import OTHERS
from routes.cli.demo_story import SCENES


@pytest.fixture(params=["sqlite", "postgresql"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    yield from terminal_on(request, tmp_path)


def test_one_command_serves_from_nothing_and_stops_cleanly(terminal: Terminal) -> None:
    with serving("serve", "--port", "0", settings=terminal.settings) as (address, printed):
        secret = next(line for line in printed if line.startswith("First start.")).split()[-1]
        statuses = [fetch(f"{address}/readyz"), fetch(f"{address}/api/v1/repair-orders", secret)]

    with serving(
        "serve", "--port", "0", settings=terminal.settings | {"DEPOT_PUBLIC_URL": "https://depot.example"}
    ) as (
        _,
        again,
    ):
        pass

    assert statuses == [200, 200]
    assert any("DEPOT_PUBLIC_URL is unset" in line for line in printed)
    assert any("Paper of the depot MAIN lacks name.zh" in line for line in printed)
    assert not any(line.startswith("First start.") or "DEPOT_PUBLIC_URL" in line for line in again)


def test_a_port_that_is_taken_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        given = {"DEPOT_DATA_DIR": str(tmp_path / "new")}
        result = CliRunner().invoke(depot, ["serve", "--port", port], obj=create_app, env=given)

    assert result.exit_code == 1
    assert f"The port {port} is taken. Stop what runs there, or choose another one: --port" in result.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("host", "said"), [("192.0.2.1", "This machine has no address"), ("no.such.host.invalid", "is no address")]
)
def test_an_address_that_is_not_here_is_named(host: str, said: str) -> None:
    result = CliRunner().invoke(depot, ["serve", "--host", host], obj=create_app)

    assert (result.exit_code, said in result.stderr) == (1, True), result.output


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "http://127.0.0.1:"), ("localhost", "http://")])
def test_the_address_is_one_to_click_on(host: str, address: str) -> None:
    with serve_command.listen(host, 0) as listening:
        assert serve_command.address_of(listening).startswith(address)


def test_the_demonstration_takes_a_device_through_all_stages_and_fills_every_list(
    terminal: Terminal, tmp_path: Path
) -> None:
    said = terminal.run("demo", "--out", str(tmp_path / "paper")).output
    assert not secret_beside(f"sqlite:///{terminal.settings['DEPOT_DATA_DIR']}/depot.sqlite3").exists()

    assert all(scene.stage in said and scene.told in said for scene in SCENES)
    assert "Verified: histories, stock, money and paper agree (repair orders: 12," in said
    written = sorted(path.name for path in (tmp_path / "paper").iterdir())
    labels = [f"label.{ending}" for ending in demo_command.LABELS]
    receipts = [f"{kind}.{language}.pdf" for kind in demo_command.RECEIPTS for language in demo_command.LANGUAGES]
    assert written == sorted(labels + receipts)
    assert all(str(tmp_path / "paper" / name) in said for name in written)
    app = terminal.opened("demo/1/depot.sqlite3")
    states = app.unit_of_work(lambda session: session.scalars(select(RepairOrder.state)).all(), writing=False)
    assert len(states) == len(OTHERS) + 1
    assert len(set(states)) >= 11


def test_a_folder_for_paper_that_cannot_be_made_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("no folder")
    given = {"DEPOT_DATA_DIR": str(tmp_path / "data")}

    result = CliRunner().invoke(depot, ["demo", "--out", str(tmp_path / "letter" / "paper")], obj=create_app, env=given)

    assert (result.exit_code, "Choose another: --out FOLDER" in result.stderr) == (1, True), result.output
    assert "Receive" not in result.output


def test_each_demonstration_has_a_folder_of_its_own(tmp_path: Path) -> None:
    folders = [demo_command.fresh_folder(tmp_path / "demo").name for _ in range(3)]

    assert folders == ["1", "2", "3"]


def test_the_demonstration_never_goes_on_top_of_data(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("token", "Ada", "--role", "admin")
    terminal.settings.setdefault("DEPOT_DATABASE_URL", f"sqlite:///{tmp_path}/depot.sqlite3")

    assert "a demonstration never goes on top of it" in terminal.run("demo", expect=1).stderr


def test_the_demonstration_can_go_on_serving_and_leaves_the_real_depot_alone(tmp_path: Path) -> None:
    given = {"DEPOT_DATA_DIR": str(tmp_path)}
    CliRunner().invoke(depot, ["token", "Ada", "--role", "admin"], obj=create_app, env=given)
    before = (tmp_path / "depot.sqlite3").read_bytes()

    with serving("demo", "--serve", "--port", "0", settings=given) as (address, _):
        status = fetch(f"{address}/readyz")

    assert status == 200
    assert (tmp_path / "depot.sqlite3").read_bytes() == before
