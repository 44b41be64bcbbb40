"""What an administrator reads: compared with golden files, and a few properties of the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sync_service.adapters.preview import to_html, to_text
from sync_service.domain.lms_state import Kind
from sync_service.domain.plan import Plan
from tests.unit.usecases.courses import Desk, changed, enrolment, key, page, usual, without

GOLDEN = Path(__file__).parents[3] / "golden"
LABEL = "promotion Angers 2026-2027"
BANNED = ("tuteur", "devoir", "note", "inconnu", "fingerprint", "roster", "drift")


def first() -> Plan:
    return Desk().plan(usual(people=2))


def by_hand() -> Plan:
    """A course that people changed by hand, a package that may not be replaced, a conflict, a copy, a deletion."""
    desk = Desk()
    desk.do(usual())
    desk.site.add("", Kind.MODULE, "page", key("m01"), {"name": "Document de l’intervenante"})
    desk.site.edit(key("m01"), name="Module 1 (mardi)")
    desk.site.edit(key("contact"), name="Contacts", content="<p>Appelez-moi</p>")
    desk.site.edit(key("m01-prep"), completionstatusrequired=6)
    desk.site.study(key("m01-prep"), 14, would_lose=14)
    desk.site.forget(key("g1"))
    desk.site.delete(key("session-1"))
    objects = changed(usual(), "contact", content="<p>Tél. 02 41 22 41 22</p>")
    objects = changed(objects, "m01-prep", package_digest="b" * 64)
    objects = changed(objects, "depot-a", duedate=1811000000, maxbytes=20971520)
    plan = desk.plan((*without(objects, "e-103"), enrolment(130)), lost={key("m01-prep"): 14})
    notes = ("Camille Dupont\u00a0: deux comptes Moodle ont ce matricule, choisissez-en un.",)
    return Plan(**{name: getattr(plan, name) for name in plan.__slots__} | {"people_notes": notes})


def nothing() -> Plan:
    desk = Desk()
    desk.do(usual())
    return desk.plan(usual())


def refused() -> Plan:
    desk = Desk()
    desk.do(usual())
    return desk.plan(without(usual(), "e-100", "e-101", "e-102", "e-103"))


PLANS = {"first": first, "by-hand": by_hand, "nothing": nothing, "refused": refused}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("form", ["txt", "html"])
def test_preview_is_the_golden_one(name: str, form: str) -> None:
    plan = PLANS[name]()
    draw = to_text if form == "txt" else to_html
    made = draw(plan, label=LABEL, names={key("e-130"): "Inès Martin"})
    path = GOLDEN / f"plan-{name}.{form}"
    assert made == path.read_text(encoding="utf-8"), f"read both, then write {path.name} again if the new one is right"


@pytest.mark.parametrize("name", PLANS)
def test_the_page_stands_alone_and_speaks_the_trade_s_french(name: str) -> None:
    made = to_html(PLANS[name](), label=LABEL)
    assert '<html lang="fr">' in made
    assert not re.search(r"<script|https?://|src=", made)
    assert made.count("<h1>") == 1
    text = re.sub(r"<style>.*?</style>|<code>.*?</code>|<[^>]+>", " ", made, flags=re.DOTALL).lower()
    assert [word for word in BANNED if re.search(rf"\b{word}\b", text)] == []
    assert [found for found in re.findall(r" [:;?!%»]", text) if found] == []


def test_the_text_begins_with_five_counts_and_ends_with_the_line_to_copy() -> None:
    plan = first()
    lines = to_text(plan, label=LABEL).strip().splitlines()
    assert [line.split("\u00a0:")[0].strip() for line in lines[2:7]] == [
        "Objets créés", "Objets modifiés", "Personnes concernées", "Résultats perdus", "Messages envoyés",
    ]  # fmt: skip
    assert lines[6].endswith("aucun")
    assert lines[-1].strip() == f"cyclesync apply angers-2026 --fingerprint {plan.code}"


def test_what_moodle_holds_is_never_markup_in_the_page() -> None:
    desk = Desk()
    objects = (*usual(), page("p", "m01", 5, name="<img src=x onerror=alert(1)>", content="<p>&lt;script&gt;</p>"))
    made = to_html(desk.plan(objects), label="<b>promotion</b>")
    assert "<img" not in made
    assert "<script" not in made
    assert "<b>" not in made
