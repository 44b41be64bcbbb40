"""The tableau de gestion at the command line: nothing is due in the first year, nothing goes without a visa."""

from __future__ import annotations

from tests.acceptance.installation import TRAINEES, Installation


def test_nothing_is_due_yet_and_the_table_says_until_when(ready: Installation) -> None:
    shown = ready("retention", "show")
    assert shown.code == 0, shown.said
    assert f"{3 * TRAINEES} séries ne gardent rien" in shown.out.replace("\u00a0", " ").replace("\u202f", " ")
    acts = ready.root / "actes.csv"
    acts.write_text(f"acte;stagiaire;date\ndossier ouvert;{ready.people[0]['matricule']};17/01/2027\n", "utf-8-sig")
    assert ready("record", str(acts)).code == 0
    shown = ready("retention", "show")
    assert shown.out.count("à conserver jusqu’au") == 1
    size = ready.size()
    proposed = ready("retention", "propose")
    assert proposed.code == 0, proposed.said
    assert "Rien à proposer" in proposed.out
    assert ready.size() == size
    refused = ready("retention", "eliminate", "angers-01", "--yes")
    assert refused.code == 3
    assert "proposez-la d’abord" in refused.err
