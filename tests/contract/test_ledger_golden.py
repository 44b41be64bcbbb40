"""Format v1 for ever: forty events, their leaves and the root at every size, the same bytes on every database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from sync_service.adapters.ledger_sql import RegisterSecrets, verify_register
from sync_service.domain.envelope import decode
from sync_service.domain.event import Actor, Draft, Evidence, Series, SourceRef
from sync_service.domain.merkle import Frontier

GOLDEN = Path(__file__).parents[1] / "golden" / "ledger-v1.jsonl"
T0 = datetime(2027, 1, 14, 8, 30, 0, 250_000, tzinfo=UTC)
_TEXTS = (
    b"cyclesync-key:v1:master:demo:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n",
    b"cyclesync-key:v1:register:demo:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n",
    b"cyclesync-key:v1:signing:demo:AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=\n",
)
SECRETS = RegisterSecrets(*_TEXTS)
OFFICE = Actor("officer", "o.martin", "cli", capacity="gestionnaire")
PRESIDENT = Actor("president", "p.durand", "cli", capacity="président", delegation="arrêté n° 2027-12")


def _first_half(kit: Any) -> list[Draft]:
    hour = timezone(timedelta(hours=1))
    sess = replace(kit.session(), valid_from=datetime(2027, 1, 14, 9, 0, tzinfo=hour), valid_to=date(2027, 1, 15))
    register = kit.act(
        "promotion", "promotion.opened", subject="prom:p", cycle="cpe", referential="2026.1+" + "ab" * 32
    )
    return [
        replace(register, data={"zone": "Europe/Paris", "starts_on": "2027-01-14", "places": 18}),
        sess,
        replace(sess, type="session.changed", data={"session": "s1", "state": "held"}, decisive={"state": "held"}),
        kit.created(1, "M001", "LEFÈVRE-D’HERVÉ"),
        kit.created(2, "M002", "ÇELİK"),
        kit.linked(1, 7001),
        kit.linked(2, 7002),
        kit.act("e1", valid_from=date(2026, 9, 1)),
        kit.act("e2", number=2, valid_from=date(2026, 9, 1)),
        kit.act("r01", "eligibility.signalled", 2, data={"rule": "R01"}, private={"signals": ["ancienneté"]}),
        kit.fact(1, "incomplete", 1),
        kit.fact(2, "incomplete", 1),
        kit.fact(1, "complete", 2),
        kit.fact(1, "incomplete", 3),
        kit.fact(1, "complete", 4),
        replace(
            kit.fact(2), type="source.vanished", data={"kind": "activity.observed"}, private=None,
            decisive={"vanished": True}, read_mark=kit.mark(5),
        ),
        replace(kit.fact(2, "complete", 6), type="source.reappeared", data={"kind": "activity.observed"}),
    ]  # fmt: skip


def _second_half(kit: Any) -> list[Draft]:
    sheet, view = sha256(b"feuille signee").hexdigest(), sha256(b"vue du jury").hexdigest()
    halves = [
        kit.act(
            f"h{n}{half}", "halfday.recorded", n, data={"session": "s1", "date": "2027-01-14", "half": half},
            private={"status": status}, evidence=Evidence("E4", (sheet,)), actor=OFFICE,
        )
        for n, half, status in ((1, "am", "present"), (1, "pm", "present"), (2, "am", "absent_justifie"), (2, "pm", "present"))
    ]  # fmt: skip
    jury = {"subject": "jury:j1", "actor": OFFICE}
    number = {"number": "ANGERS-CPE-2027-0001", "year": 2027, "jury": "j1"}
    return [
        *halves,
        kit.act("d1", "dossier.submitted", data={"version": 1, "pieces": ["dpa", "action_1"]}),
        kit.act("rem", "reminder.sent", 2, data={"missing": 1, "due_on": "2027-05-14"}),
        kit.act("d2", "dossier.declared_complete", data={"version": 1}),
        kit.act("d3", "dossier.declared_admissible", data={"version": 1}),
        kit.act("d4", "dossier.sealed_for_jury", data={"jury": "j1"}),
        kit.act("j1", "jury.constituted", data={"members": 3, "externals": 2}, **jury),
        kit.act("j2", "jury.view_frozen", data={"jury": "j1", "size": 29, "sha256": view}),
        kit.act(
            "j3", "jury.decision", data={"jury": "j1"}, actor=replace(OFFICE, kind="jury", ref="jury.j1"),
            private={"jury": "j1", "decision": "favorable"},
        ),
        kit.act("j4", "minutes.signed", data={"jury": "j1", "reference": "PV-2027-01"}, **jury),
        kit.act("c1", "certificate.number_reserved", data=number),
        kit.act("c2", "certificate.signed", data=number, actor=PRESIDENT),
        kit.act("c3", "certificate.issued", data=number, actor=PRESIDENT),
        kit.act("doc", "document.issued", data={"document": "attestation"}, series=Series.ATTENDANCE, private={"pages": 2}),
        kit.act("x", "export.produced", data={"report": "R1", "rows": 2}, subject="prom:p"),
        replace(
            kit.act("map", "mapping.recorded", subject="prom:p"),
            source=SourceRef("cyclesync", "site-1", "mapping", "cs:p:m01", "act", "run-9"),
        ),
    ]  # fmt: skip


def _write(place: Any, kit: Any) -> list[bytes]:
    """Write the forty events: the opening, two batches, a correction, then one after the clock went back."""
    here = replace(place, secrets=SECRETS, entropy=kit.fixed_entropy("golden v1"))
    here.init(now=T0, origin="demo/golden")
    stores = here.open()
    try:
        first = stores.ledger.append(_first_half(kit), now=T0 + timedelta(minutes=5))
        stores.ledger.append(_second_half(kit), now=T0 + timedelta(hours=3))
        wrong = first.events[10]
        assert wrong is not None
        corrected = kit.act("fix", "correction", replaces=(wrong.id,), reason="erreur_de_saisie", actor=OFFICE)
        stores.ledger.append([corrected], now=T0 + timedelta(hours=3))
        stores.ledger.append([kit.act("late", "enrolment.completed")], now=T0 + timedelta(hours=2))
        assert verify_register(stores).findings == ()
        return list(stores.ledger.canonical())
    finally:
        stores.close()


def _lines(contents: list[bytes]) -> list[dict[str, str]]:
    frontier, lines = Frontier(), []
    for content in contents:
        leaf = sha256(b"\x00" + content).digest()
        frontier.append(leaf)
        lines.append({"canonical": content.decode(), "leaf": leaf.hex(), "root": frontier.root().hex()})
    return lines


def _golden() -> list[dict[str, str]]:
    return [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


def test_the_same_drafts_give_the_same_bytes_and_roots_for_ever_and_everywhere(place: Any, kit: Any) -> None:
    assert _lines(_write(place, kit)) == _golden()


def test_the_golden_file_holds_what_the_format_says() -> None:
    lines = _golden()
    assert len(lines) == 40
    assert lines == _lines([line["canonical"].encode() for line in lines])
    bodies = [json.loads(line["canonical"]) for line in lines]
    assert [b["seq"] for b in bodies] == list(range(40))
    assert [b["prev"] for b in bodies] == ["0" * 64, *(line["leaf"] for line in lines[:-1])]
    assert all(a["recorded_at"] <= b["recorded_at"] for a, b in pairwise(bodies))
    assert len({b["idem"] for b in bodies}) == len({b["id"] for b in bodies}) == 40
    assert {"clock.moved_back", "correction", "source.vanished", "certificate.issued"} <= {b["type"] for b in bodies}


@pytest.mark.parametrize("line", _golden() if GOLDEN.exists() else [], ids=lambda line: line["leaf"][:8])
def test_every_golden_event_is_canonical_and_is_read(line: dict[str, str]) -> None:
    content = line["canonical"].encode()
    assert rfc8785.dumps(json.loads(content)) == content
    assert decode(content).leaf == line["leaf"]
