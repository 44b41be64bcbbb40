"""Time, bytes and reproducibility of a package, beside npm simple-scorm-packager on the same 20-page module.

In process, both read the module's files from a folder and write a zip; neither renders Markdown. Ours then builds the
same text from Markdown through the command line. Run by hand: python tests/bench/bench_scorm.py [RUNS]
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from sync_service.adapters.scorm.archive import pack
from sync_service.adapters.scorm.manifest import write_manifest
from sync_service.domain.scorm import Manifest

ROOT = Path(__file__).parents[2]
PEER = "simple-scorm-packager"
PAGES = 20
PICTURES = 11
RATIO_BAR = 10.0
CLI_BAR = 0.5
_WORDS = [
    "accueil",
    "enfant",
    "famille",
    "équipe",
    "projet",
    "lieu",
    "temps",
    "rôle",
    "élu",
    "partenaire",
    "question",
    "cadre",
    "session",
    "écrit",
    "regard",
]
_NODE = """const pack = require(process.argv[2]);
const [, , , runs, folders, out] = process.argv;
console.log = () => {};
const once = (number) => new Promise((done) => {
  const start = process.hrtime.bigint();
  pack({ version: "1.2", organization: "Bench", title: "Bench", language: "fr", identifier: "bench", masteryScore: 80,
    uuid: "00000000-0000-4000-8000-000000000000", startingPage: "p01.html", source: `${folders}/${number}`,
    package: { version: "1", zip: true, name: "bench", date: "2027-01-14", outputFolder: `${out}/${number}` } },
  () => done(Number(process.hrtime.bigint() - start) / 1e9));
});
(async () => {
  const times = [];
  for (let number = 0; number <= runs; number += 1) { times.push(await once(number)); }
  process.stdout.write(JSON.stringify(times.slice(1)));
})();
"""


def _paragraph(dice: random.Random) -> str:
    return " ".join(dice.choices(_WORDS, k=90)).capitalize() + "."


def _texts() -> list[list[str]]:
    dice = random.Random(20)  # the same words at every run, no secret
    return [[_paragraph(dice) for _ in range(6)] for _ in range(PAGES)]


def _write_pages(folder: Path) -> None:
    """Write the module as a browser reads it: pages, pictures, style and script."""
    folder.mkdir(parents=True)
    dice = random.Random(11)  # bytes that do not compress, as those of a photograph
    for number, texts in enumerate(_texts(), start=1):
        body = "".join(f"<p>{text}</p>" for text in texts)
        html = f'<!doctype html><html lang="fr"><title>Page {number}</title><h1>Page {number}</h1>{body}</html>'
        (folder / f"p{number:02d}.html").write_text(html, encoding="utf-8")
    for number in range(1, PICTURES + 1):
        (folder / f"image{number:02d}.jpg").write_bytes(dice.randbytes(20_000))
    (folder / "style.css").write_text("body{margin:1rem}\n" * 50, encoding="utf-8")
    (folder / "script.js").write_text('"use strict";\n' * 50, encoding="utf-8")


def _write_markdown(folder: Path) -> None:
    folder.mkdir(parents=True)
    names = [f"p{number:02d}.md" for number in range(1, PAGES + 1)]
    for number, (name, texts) in enumerate(zip(names, _texts(), strict=True), start=1):
        (folder / name).write_text(f"# Page {number}\n\n" + "\n\n".join(texts) + "\n", encoding="utf-8")
    lines = ['identifier = "bench-m01"', 'title = "Banc"', "minutes = 20", 'source = "banc"', f"pages = {names}"]
    (folder / "module.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _ours(source: Path, out: Path) -> None:
    files = {path.name: path.read_bytes() for path in source.iterdir()}
    manifest = write_manifest(Manifest("bench", "Bench", "p01.html", tuple(files), mastery=80))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(pack({"imsmanifest.xml": manifest, **files}))


def _time_ours(folder: Path, runs: int) -> tuple[float, list[Path]]:
    times, zips = [], []
    for number in range(runs + 1):
        source, out = folder / "ours" / str(number), folder / "ours-out" / f"{number}.zip"
        _write_pages(source)
        times.append(_seconds(lambda source=source, out=out: _ours(source, out)))  # type: ignore[misc]
        zips.append(out)
    return statistics.median(times[1:]), zips


def _time_theirs(folder: Path, runs: int, node: str, peer: Path) -> tuple[float, list[Path]]:
    for number in range(runs + 1):
        _write_pages(folder / "theirs" / str(number))
    script = folder / "theirs.js"
    script.write_text(_NODE, encoding="utf-8")
    command = [node, str(script), str(peer), str(runs), str(folder / "theirs"), str(folder / "theirs-out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return statistics.median(json.loads(done.stdout)), sorted((folder / "theirs-out").glob("*/*.zip"))


def _time_cli(folder: Path, runs: int) -> float:
    _write_markdown(folder / "scorm_packages" / "banc" / "m01")
    command = [str(Path(sys.executable).parent / "cyclesync"), "package", "banc/m01", "--out"]
    times = []
    for number in range(runs + 1):
        full = [*command, str(folder / f"cli-{number}")]
        times.append(_seconds(lambda full=full: subprocess.run(full, cwd=folder, capture_output=True, check=True)))  # type: ignore[misc]
        if not (folder / f"cli-{number}" / "banc" / "m01.zip").is_file():
            raise SystemExit("the command line built nothing")
    return statistics.median(times[1:])


def _seconds(action: Callable[[], object]) -> float:
    start = perf_counter()
    action()
    return perf_counter() - start


def _same(zips: list[Path]) -> bool:
    return len({hashlib.sha256(path.read_bytes()).hexdigest() for path in zips}) == 1


def _line(name: str, figure: str, passed: bool | None = None) -> None:
    verdict = "" if passed is None else "PASS" if passed else "MISSED"
    sys.stdout.write(f"{name:38}{figure:38}{verdict}".rstrip() + "\n")


def main(runs: int) -> None:
    """Print one line per figure; without node or the peer, print why there is nothing to compare with."""
    node = shutil.which("node")
    peer = Path(os.environ.get("CYCLESYNC_NODE_MODULES", ROOT / "node_modules")).resolve() / PEER
    if node is None or not peer.is_dir():
        sys.stdout.write(f"not run: node and npm's {PEER} are needed (npm install; CYCLESYNC_NODE_MODULES)\n")
        return
    folder = Path(tempfile.mkdtemp(prefix="bench-scorm-"))
    try:
        ours, our_zips = _time_ours(folder, runs)
        theirs, their_zips = _time_theirs(folder, runs, node, peer)
        cli = _time_cli(folder, min(runs, 5))
        size, their_size = our_zips[0].stat().st_size, their_zips[0].stat().st_size
        _line("module", f"{PAGES} pages, {PAGES + PICTURES + 2} files, median of {runs}")
        _line("time in process, ours / theirs", f"{ours * 1e3:.1f} ms / {theirs * 1e3:.1f} ms")
        _line("ratio (bar 10 times)", f"{theirs / ours:.1f}", theirs / ours >= RATIO_BAR)
        _line("bytes, ours / theirs (with XSDs)", f"{size} / {their_size}", size <= their_size)
        _line("reproducible, ours", "yes" if _same(our_zips) else "no", _same(our_zips))
        _line("reproducible, theirs (ids, date set)", "yes" if _same(their_zips) else "no")
        _line("CLI with Markdown (bar 0.5 s)", f"{cli:.2f} s", cli <= CLI_BAR)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
