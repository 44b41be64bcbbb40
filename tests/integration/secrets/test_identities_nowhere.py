"""Thirty known people, from the office's list to the reports: the register's files hold no identifier, nor its hash."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.installation import PROMOTION, Installation, apply_all, make_ready, username
from tests.integration.secrets.searching import files_below, found_in, hashed

NAMES = ("Lefèvre", "D’Hervé", "Le Goff", "Müller", "Nguyen Van", "Çelik")
FIRST = ("Étienne", "Anne-Lise", "Zoé-Anne", "Maëlle", "François")
STORES = ("cyclesync.sqlite", "keys.sqlite", "cyclesync.log", "checkpoints")


def thirty_people() -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        ["matricule", "nom de naissance", "nom d'usage", "prénom", "e-mail", "collectivité", "fonction",
         "date de prise de fonction", "groupe"]
    )  # fmt: skip
    for n in range(30):
        writer.writerow(
            [f"AGT-{n:02d}-ZQ", f"{NAMES[n % 6]}{n:02d}zq", f"Usage{n:02d}zq" if n % 4 == 0 else "", f"{FIRST[n % 5]}{n:02d}zq",
             f"agent{n:02d}zq@collectivite.exemple.invalid", f"Commune de Zq{n:02d}", "Coordonnatrice petite enfance",
             "01/03/2025", f"Groupe {'AB'[n % 2]}"]
        )  # fmt: skip
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def identifiers(made: Installation) -> Iterator[str]:
    """Yield everything that says who someone is, alone and put together."""
    for person in made.people:
        names = {person["nom de naissance"], person["nom d'usage"], person["prénom"]} - {""}
        yield from names
        yield from (person["matricule"], person["e-mail"], username(person), person["collectivité"])
        shown = person["nom d'usage"] or person["nom de naissance"]
        yield from (f"{person['prénom']} {shown}", f"{shown} {person['prénom']}", f"{shown.upper()} {person['prénom']}")


@pytest.mark.slow  # the whole thread with thirty people
def test_nobody_can_be_found_in_the_register(tmp_path: Path) -> None:
    root = tmp_path / "thirty"
    root.mkdir()
    made = apply_all(
        make_ready(
            root, sections=("s-dossier",), activities=("ce-que-je-dois-remettre", "depot-a"), roster=thirty_people()
        )
    )
    with made.sandbox() as site:
        for number in range(6):
            learner = made.learner(site, number)
            learner.read_page("Ce que je dois remettre")
            name = f"dossier_{username(made.people[number])}.pdf"
            learner.deposit("Dépôt A", name, b"%PDF-1.4", hand_in=number % 2 == 0)
        site.delete_user(int(site.user_id(username(made.people[7])) or 0))
    said = "".join(made("-v", *command).said for command in (["pull"], ["pull", "--full"], ["ledger", "checkpoint"]))
    for report in (["promotion"], ["missing"], ["candidate", "--candidate", made.people[3]["matricule"]]):
        assert made("report", *report).code == 0
    stores = {name: content for name, content in files_below(made.root).items() if name.split("/")[0] in STORES}
    assert {"cyclesync.sqlite", "keys.sqlite", "cyclesync.log"} <= set(stores)
    for who in identifiers(made):
        forms = list(hashed(who))
        for place, content in {**stores, "what pull printed": said.encode()}.items():
            assert not found_in(content, forms), (place, who)


def test_the_search_finds_them_where_they_may_be(tmp_path: Path) -> None:
    root = tmp_path / "found"
    root.mkdir()
    made = make_ready(root, sections=("s-dossier",), activities=("ce-que-je-dois-remettre",), trainees=3)
    assert made("report", "promotion", "--promotion", PROMOTION).code == 0
    (report,) = (made.root / "exports").iterdir()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert found_in(report.read_bytes(), hashed(made.people[0]["prénom"]))
