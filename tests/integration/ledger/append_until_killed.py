"""Appends to a register until it is killed; prints a line after each append that was committed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sync_service.adapters.ledger_sql import RegisterSecrets, open_register, sign_checkpoint
from sync_service.domain.event import Actor, Draft, Evidence, SourceRef
from sync_service.domain.facts import ReadMark

T0 = datetime(2027, 1, 14, 9, 0, tzinfo=UTC)


def _fact(turn: int, number: int) -> Draft:
    fields: dict[str, str | int | bool | None] = {"state": "complete" if turn % 2 else "incomplete", "override": False}
    return Draft(
        type="activity.observed",
        subject="cand_" + "abcdefghijklmnopqrstuvwxyz234567"[number] * 26,
        source=SourceRef("moodle", "s", "activity.observed", "cs:p:m01", "feed", f"run-{turn}"),
        actor=Actor("system", "cyclesync", "daemon"),
        evidence=Evidence("E1"),
        observed_at=T0,
        private=fields,
        decisive=fields,
        read_mark=ReadMark("e", turn, T0),
        promotion="p",
    )


def main(folder: Path, first: int) -> None:
    """Write 20 facts and the cursor at each turn, a checkpoint at every third."""
    texts = [(folder / "secrets" / f"{name}.key").read_bytes() for name in ("master", "register", "signing")]
    stores = open_register(
        f"sqlite:///{folder}/register.sqlite", folder / "keys.sqlite", RegisterSecrets(*texts),
        checkpoints_dir=folder / "checkpoints",
    )  # fmt: skip
    for turn in range(first, first + 10_000):
        now = T0 + timedelta(seconds=turn)
        stores.ledger.append([_fact(turn, n) for n in range(20)], now=now, cursor=("s", str(turn)))
        sys.stdout.write(f"{turn}\n")
        sys.stdout.flush()
        if turn % 3 == 0:
            sign_checkpoint(stores, now)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
