"""The settings of a deployment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from depot.settings import BadSetting, data_folder, is_embedded, read_settings, secret_beside

LONG = "a-secret-of-more-than-thirty-two-characters"
SERVER = "postgresql://depot@db/depot"


def test_without_any_variable_the_database_is_a_file_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    settings = read_settings({})

    assert settings.database_url == f"sqlite:///{tmp_path}/.local/share/depot/depot.sqlite3"
    assert settings.embedded
    assert settings.public_url is None


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    first = read_settings({"DEPOT_DATA_DIR": str(tmp_path)})
    second = read_settings({"DEPOT_DATA_DIR": str(tmp_path)})

    kept = secret_beside(first.database_url)
    assert first.secret_key == second.secret_key == kept.read_text()
    assert kept.parent == tmp_path
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_of_many_first_starts_at_once_all_have_the_same_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: read_settings({"DEPOT_DATA_DIR": str(tmp_path)}).secret_key, range(8)))

    assert len(made) == 1


def test_a_given_secret_is_not_written_down(tmp_path: Path) -> None:
    settings = read_settings({"DEPOT_DATA_DIR": str(tmp_path), "DEPOT_SECRET_KEY": LONG})

    assert settings.secret_key == LONG
    assert list(tmp_path.iterdir()) == []


def test_the_secret_lies_beside_a_database_file_elsewhere(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/elsewhere/depot.db"

    read_settings({"DEPOT_DATA_DIR": str(tmp_path / "data"), "DEPOT_DATABASE_URL": url})

    assert (tmp_path / "elsewhere" / "secret").exists()


def test_a_broken_secret_file_is_not_papered_over(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("")

    with pytest.raises(BadSetting, match="restore that file"):
        read_settings({"DEPOT_DATA_DIR": str(tmp_path)})


@pytest.mark.parametrize("url", [SERVER, "postgres://depot@db/depot", "postgresql+psycopg://u@/d?host=a&host=b"])
def test_a_server_is_named_by_its_url(tmp_path: Path, url: str) -> None:
    variables = {"DEPOT_DATA_DIR": str(tmp_path), "DEPOT_DATABASE_URL": url, "DEPOT_SECRET_KEY": LONG}

    settings = read_settings(variables)

    assert settings.database_url.startswith("postgresql")
    assert not is_embedded(settings.database_url)


def test_a_server_wants_a_secret_and_is_told_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"DEPOT_SECRET_KEY is unset.*token_urlsafe"):
        read_settings({"DEPOT_DATA_DIR": str(tmp_path), "DEPOT_DATABASE_URL": SERVER})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEPOT_DATABASE_URL", "mysql://u@h/d"),
        ("DEPOT_DATABASE_URL", "sqlite:///relative.db"),
        ("DEPOT_DATABASE_URL", "nonsense"),
        ("DEPOT_SECRET_KEY", "short"),
        ("DEPOT_PUBLIC_URL", "depot.example"),
        ("DEPOT_PUBLIC_URL", "ftp://depot.example"),
        ("DEPOT_PUBLIC_URL", "https://depot.example/?x=1"),
        ("DEPOT_BODY_LIMIT", "12MB"),
        ("DEPOT_BODY_LIMIT", "0"),
        ("DEPOT_BODY_LIMIT", "-1"),
        ("DEPOT_ROOM", "１２"),
        ("DEPOT_WRITE_WAIT", "ten"),
        ("DEPOT_PRINT_ANYWHERE", "maybe"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read_settings({"DEPOT_DATA_DIR": str(tmp_path), name: value})


def test_what_was_read_stays(tmp_path: Path) -> None:
    settings = read_settings(
        {"DEPOT_DATA_DIR": str(tmp_path), "DEPOT_PUBLIC_URL": "https://depot.example/", "DEPOT_BODY_LIMIT": "1000"}
    )

    assert (settings.public_url, settings.body_limit) == ("https://depot.example", 1000)
    with pytest.raises(FrozenInstanceError):
        settings.body_limit = 2  # type: ignore[misc]


def test_secrets_do_not_show(tmp_path: Path) -> None:
    url = "postgresql://depot:a-password@db/depot"
    settings = read_settings({"DEPOT_DATA_DIR": str(tmp_path), "DEPOT_DATABASE_URL": url, "DEPOT_SECRET_KEY": LONG})

    assert "a-password" not in repr(settings)
    assert LONG not in repr(settings)


@pytest.mark.parametrize(("said", "meant"), [(None, False), ("", False), ("no", False), ("1", True), ("Yes", True)])
def test_printers_stay_in_the_house_unless_it_is_said(tmp_path: Path, said: str | None, meant: bool) -> None:
    given = {} if said is None else {"DEPOT_PRINT_ANYWHERE": said}

    assert read_settings({"DEPOT_DATA_DIR": str(tmp_path)} | given).print_anywhere is meant


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_data_folder_that_is_a_file_is_told_in_words(tmp_path: Path, below: str) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine", encoding="ascii")

    with pytest.raises(BadSetting, match=r"DEPOT_DATA_DIR names .* which is a file or in one; it must be a folder"):
        data_folder({"DEPOT_DATA_DIR": str(file / below)})

    assert file.read_text(encoding="ascii") == "mine"


def test_the_data_folder_is_made_with_nothing_in_it(tmp_path: Path) -> None:
    folder = data_folder({"DEPOT_DATA_DIR": str(tmp_path / "data")})

    assert (folder.is_dir(), list(folder.iterdir())) == (True, [])
