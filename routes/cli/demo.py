"""``depot demo``: what the service does, seen in a minute, on a depot that touches no real one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from depot import verify
from depot.settings import Settings, data_folder, read_settings
from models import Part, RepairOrder, Token
from routes.cli import serve
from routes.cli.demo_depot import Course, begin, bring_others, furnish, hire
from routes.cli.demo_story import SCENES, Scene
from routes.cli.opening import Application, MakeApp, bring_up, has_no_tables, place_of
from routes.cli.verify import said_in_counts

LABELS = ("svg", "png", "pdf", "zpl")
RECEIPTS = ("intake-receipt", "repair-receipt")
LANGUAGES = ("zh", "en", "both")


@click.command()
@click.option("--serve", "stay", is_flag=True, help="Go on serving that depot, and print tokens to play with.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for label and receipts.")
@serve.port_option
@serve.host_option
@click.pass_obj
def command(make_app: MakeApp, stay: bool, out: Path | None, port: int, host: str) -> None:
    """Fill a depot with invented data and take one device through all stages.

    The depot has a folder of its own, demo/N below DEPOT_DATA_DIR, new each time; real data is never touched. Where
    DEPOT_DATABASE_URL is set, that database is used, and it must be empty.
    """
    if not stay:
        show(make_app, f"http://{host}:{port}", out)
        click.echo("To look around in one like it: depot demo --serve")
        return
    with serve.listen(host, port) as listening:
        course = show(make_app, serve.address_of(listening), out)
        serve.run(course.app, listening, lambda address: tell_tokens(course, address))


def show(make_app: MakeApp, public_url: str, out: Path | None) -> Course:
    """Make a depot and play the story on it; its paper is written and everything verified."""
    settings = own_settings(public_url)
    folder = made(out or settings.data_dir / "paper")
    app = make_app(settings)
    demand_empty(app)
    bring_up(app)
    clock = app.clock
    course = play(app, Console(highlight=False, soft_wrap=True))
    app.clock = clock
    tell_paper(course, folder)
    tell_verified(app)
    click.echo(f"\nThe depot is in {place_of(app)}.")
    return course


def made(folder: Path) -> Path:
    """The folder for paper, made where there is none. Raises ClickException where it cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(
            f"{folder} cannot be made: {error.strerror}. Choose another: --out FOLDER"
        ) from error
    if not os.access(folder, os.W_OK):
        raise click.ClickException(f"{folder} cannot be written to. Choose another: --out FOLDER")
    return folder


def own_settings(public_url: str) -> Settings:
    """Settings on a folder that nobody has used, or on the database that was named."""
    folder = fresh_folder(data_folder(os.environ) / "demo")
    settings = read_settings({**os.environ, "DEPOT_DATA_DIR": str(folder)})
    return replace(settings, public_url=settings.public_url or public_url)


def fresh_folder(parent: Path) -> Path:
    """A new folder, numbered, below another: a demonstration may still be serving from the last one."""
    parent.mkdir(parents=True, exist_ok=True)
    taken = [int(path.name) for path in parent.iterdir() if path.name.isdecimal()]
    folder = parent / str(max(taken, default=0) + 1)
    folder.mkdir(mode=0o700)
    return folder


def demand_empty(app: Application) -> None:
    """Raise ClickException where somebody has begun to use the database."""
    if has_no_tables(app):
        return
    if app.unit_of_work(_is_used, writing=False):
        raise click.ClickException(
            f"There is data in {place_of(app)}; a demonstration never goes on top of it."
            " Unset DEPOT_DATABASE_URL, or name an empty database."
        )


def _is_used(session: Session) -> bool:
    used = (exists().where(table.id.is_not(None)) for table in (Token, RepairOrder, Part))
    return any(session.scalar(select(each)) for each in used)


def play(app: Application, console: Console) -> Course:
    """Fill the depot and play the story, telling each scene."""
    course = begin(app)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True,
        disable=not console.is_terminal,
    )  # fmt: skip
    with bar:
        console.print("[bold]A depot is furnished[/bold]: people, parts in their bins, a loaner unit, a test sheet.")
        hire(course)
        furnish(course)
        console.print("Other orders come in and get as far as they get, so that every list has something in it.")
        bring_others(course)
        for scene in told_by_stage(bar, console):
            course.now += scene.after
            said = scene.play(course)
            if said:
                console.print(f"    [dim]{said}[/dim]")
    return course


def told_by_stage(bar: Progress, console: Console) -> Iterator[Scene]:
    """The scenes, each told before it is played, with a heading where a stage begins."""
    task = bar.add_task("", total=len(SCENES))
    stage = ""
    for scene in SCENES:
        if scene.stage != stage:
            stage = scene.stage
            console.print(f"\n[bold]{stage}[/bold]")
            bar.update(task, description=stage)
        console.print(f"  {scene.told}")
        yield scene
        bar.advance(task)


def tell_paper(course: Course, folder: Path) -> None:
    """Write the label and the receipts of the story's order into a folder and print where they are."""
    click.echo("\nIts paper:")
    for name, path in _paper(course.number):
        file = folder / name
        file.write_bytes(course.call("GET", path).data)
        click.echo(f"  {file.absolute()}")


def _paper(number: str) -> Iterator[tuple[str, str]]:
    for ending in LABELS:
        yield f"label.{ending}", f"/repair-orders/{number}/label.{ending}"
    for receipt in RECEIPTS:
        for language in LANGUAGES:
            yield f"{receipt}.{language}.pdf", f"/repair-orders/{number}/{receipt}.pdf?language={language}"


def tell_verified(app: Application) -> None:
    """Check the depot as `depot verify` does. Raises ClickException where something is wrong: that must not happen."""
    faults = app.unit_of_work(lambda session: list(verify.faults(session)), writing=False)
    if faults:
        raise click.ClickException("\n".join(["The demonstration's depot is not in order; please report it:", *faults]))
    counts = app.unit_of_work(verify.counted, writing=False)
    click.echo(f"\nVerified: histories, stock, money and paper agree ({said_in_counts(counts)}).")


def tell_tokens(course: Course, address: str) -> None:
    """The address, and a token for each role."""
    click.echo(f"\nThe demonstration's depot is running at {address}  (Ctrl-C stops it)")
    click.echo(f"The API, to read: {address}/api/v1/docs")
    click.echo("Tokens to play with:")
    for role, secret in course.tokens.items():
        click.echo(f"  {role:<13} {secret}")
    bearer = f"Authorization: Bearer {course.tokens['manager']}"
    click.echo(f"Try: curl -H '{bearer}' {address}/api/v1/repair-orders/{course.number}")
