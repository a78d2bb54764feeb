"""What a deployment may set: ``DEPOT_*`` variables, read once into a frozen dataclass.

The embedded database lives in the data folder, and so does its secret, made on first start and readable by its owner
alone. A database somewhere else has no such place: there the secret must be given, so that every process and every
restart has the same one.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from models.engine import database_path

SECRET_FILE = "secret"  # noqa: S105  a file's name
SECRET_LENGTH = 32
DEFAULT_BODY_LIMIT = 2 * 1024 * 1024
LONGEST_PUBLIC_URL = 100
DEFAULT_ROOM = 100 * 1024 * 1024


class BadSetting(ValueError):
    """A ``DEPOT_*`` variable has a value that cannot be used."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")


@dataclass(frozen=True)
class Settings:
    """Sizes are in bytes, waits in seconds. ``public_url`` unset: no QR code on paper.

    ``proxies`` is how many of ours stand in front: so many of the addresses in ``X-Forwarded-For`` are believed.
    ``print_anywhere``: printers may be on this machine too, and wherever else the network leads.
    """

    database_url: str = field(repr=False)
    data_dir: Path
    secret_key: str = field(repr=False)
    public_url: str | None = None
    body_limit: int = DEFAULT_BODY_LIMIT
    room: int = DEFAULT_ROOM
    write_wait: float = 10.0
    proxies: int = 0
    print_anywhere: bool = False

    @property
    def embedded(self) -> bool:
        """Whether the database is a file of ours rather than a server."""
        return is_embedded(self.database_url)


def is_embedded(database_url: str) -> bool:
    """Whether a database URL names an SQLite file."""
    return database_url.startswith("sqlite:")


def read_settings(variables: Mapping[str, str]) -> Settings:
    """The settings that the variables say; makes the data folder and the secret where the database is embedded."""
    data_dir = data_folder(variables)
    database_url = _database_url(variables.get("DEPOT_DATABASE_URL", ""), data_dir)
    return Settings(
        database_url=database_url,
        data_dir=data_dir,
        secret_key=_secret(variables, database_url),
        public_url=_public_url(variables.get("DEPOT_PUBLIC_URL", "")),
        body_limit=_whole(variables, "DEPOT_BODY_LIMIT", DEFAULT_BODY_LIMIT),
        room=_whole(variables, "DEPOT_ROOM", DEFAULT_ROOM),
        write_wait=_whole(variables, "DEPOT_WRITE_WAIT", 10),
        proxies=_whole(variables, "DEPOT_PROXIES", 0),
        print_anywhere=_flag(variables, "DEPOT_PRINT_ANYWHERE"),
    )


def data_folder(variables: Mapping[str, str]) -> Path:
    """The folder for data, made where there is none, with nothing in it. Raises BadSetting where it is a file."""
    folder = Path(variables.get("DEPOT_DATA_DIR") or Path.home() / ".local/share/depot").expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise BadSetting("DEPOT_DATA_DIR", f"names {folder}, which is a file or in one; it must be a folder") from error
    return folder


def secret_beside(database_url: str) -> Path:
    """Where the secret of an embedded database is kept."""
    return database_path(database_url).with_name(SECRET_FILE)


def _database_url(given: str, data_dir: Path) -> str:
    if not given:
        return f"sqlite:///{data_dir / 'depot.sqlite3'}"
    if given.startswith("postgres://"):
        given = given.replace("postgres://", "postgresql://", 1)
    if given.startswith(("sqlite:////", "postgresql://", "postgresql+psycopg://")):
        return given
    raise BadSetting("DEPOT_DATABASE_URL", "must begin with postgresql:// or with sqlite://// and an absolute path")


def _secret(variables: Mapping[str, str], database_url: str) -> str:
    given = variables.get("DEPOT_SECRET_KEY", "")
    if given and len(given) < SECRET_LENGTH:
        raise BadSetting("DEPOT_SECRET_KEY", f"must have at least {SECRET_LENGTH} characters")
    if given:
        return given
    if not is_embedded(database_url):
        raise BadSetting(
            "DEPOT_SECRET_KEY",
            "is unset: a database server needs one that stays the same; make it once with"
            ' python3 -c "import secrets; print(secrets.token_urlsafe(48))" and keep it with the service\'s settings',
        )
    return _kept_secret(secret_beside(database_url))


def _kept_secret(path: Path) -> str:
    if not path.exists():
        _keep_new_secret(path)
    kept = path.read_text(encoding="ascii").strip()
    if len(kept) < SECRET_LENGTH:
        raise BadSetting("DEPOT_SECRET_KEY", f"is unset and {path} holds no whole secret; restore that file")
    return kept


def replace_secret(settings: Settings, secret: str) -> bool:
    """Keep another secret beside an embedded database; False where the secret in use is not the one kept there."""
    path = secret_beside(settings.database_url) if settings.embedded else None
    if path is None or not path.exists() or path.read_text(encoding="ascii").strip() != settings.secret_key:
        return False
    _drafted(path, secret).replace(path)
    return True


def _keep_new_secret(path: Path) -> None:
    """Write a new secret whole or not at all; of two processes at once the first one's stays."""
    draft = _drafted(path, secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _drafted(path: Path, secret: str) -> Path:
    """A file beside ``path`` that holds a secret, is on the disk and readable by its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return Path(draft)


def _public_url(given: str) -> str | None:
    if not given:
        return None
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise BadSetting("DEPOT_PUBLIC_URL", "must be an http or https address without ? and #")
    if len(given) > LONGEST_PUBLIC_URL:
        raise BadSetting("DEPOT_PUBLIC_URL", f"must have at most {LONGEST_PUBLIC_URL} characters, to fit a QR code")
    return given.rstrip("/")


def _flag(variables: Mapping[str, str], name: str) -> bool:
    given = variables.get(name, "").strip().lower()
    if given not in {"", "0", "1", "no", "yes", "false", "true"}:
        raise BadSetting(name, f"must be yes or no, not {given!r}")
    return given in {"1", "yes", "true"}


def _whole(variables: Mapping[str, str], name: str, default: int) -> int:
    given = variables.get(name) or str(default)
    if not (given.isascii() and given.isdigit()) or (int(given) == 0 != default):
        raise BadSetting(name, f"must be a whole number above zero, not {given!r}")
    return int(given)
