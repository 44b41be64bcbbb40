"""docs/fr/brochure.md: where each sentence of the source document went.

``python -m sync_service.adapters.mapping_files.brochure_table MAPPINGS PROMOTION OUT`` writes it.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from sync_service.adapters.mapping_files.brochure_sentences import Sentence, plain_text, sentences_of
from sync_service.adapters.mapping_files.loading import load_promotion
from sync_service.adapters.mapping_files.problems import Strict, read_toml
from sync_service.domain.french import plain
from sync_service.domain.promotion import PromotionFiles
from sync_service.domain.typography import french
from sync_service.errors import MappingError, Problem

HEAD = """# La brochure, phrase par phrase

Page générée depuis `lms_mappings/{cycle}/trace.toml` : ne la modifiez pas à la main. Chaque phrase de la brochure
du cycle « {title} » (référentiel {version}), la clé qui la porte, la règle qui en vient, et où le service et le
stagiaire la voient, ou pourquoi pas. « B:30 » est la ligne 30 de brochure.md. Les règles R01 à R22 et les questions
Q01 à Q28 sont dans certification.toml.

| Ligne | Phrase de la brochure | Clé | Règle | Où le service la voit | Où le stagiaire la voit |
|---|---|---|---|---|---|
"""


class RowModel(Strict):
    """One sentence and where it went."""

    sentence: str
    keys: list[str] = Field(default=[])
    rules: list[str] = Field(default=[])
    office: str
    trainee: list[str] = Field(default=[])
    cited: bool = False
    note: str = ""


class TraceModel(Strict):
    """The whole of trace.toml."""

    rows: list[RowModel]


def brochure_page(mappings_dir: Path, promotion: str) -> str:
    """Return the page.

    Raises:
        MappingError: a sentence without row, a row without sentence, a key or an activity that does not exist, or
            a key that does not hold the sentence.
    """
    files = load_promotion(mappings_dir, promotion)
    problems: list[Problem] = []
    trace = read_trace(mappings_dir / files.cycle.id, problems)
    sentences = source_sentences(files)
    if trace is not None:
        problems.extend(_row_problems(sentences, trace.rows, _data(mappings_dir, files), files))
    if trace is None or problems:
        raise MappingError("La page de la brochure ne peut pas être écrite :", problems)
    names = _names(files)
    cycle = files.cycle
    head = HEAD.format(cycle=cycle.id, title=cycle.title, version=cycle.referential.version)
    pairs = zip(sentences, trace.rows, strict=True)
    return french(head) + "".join(_line(sentence, row, names) for sentence, row in pairs)


def read_trace(cycle_dir: Path, problems: list[Problem]) -> TraceModel | None:
    """Read trace.toml, or note every mistake."""
    return read_toml(cycle_dir / "trace.toml", TraceModel, problems)


def source_sentences(files: PromotionFiles) -> tuple[Sentence, ...]:
    """Return the sentences of the cycle's source document."""
    referential = files.cycle.referential
    return sentences_of(referential.files[referential.source.file].decode("utf-8"))


def main(arguments: Sequence[str]) -> int:
    """Write the page; return 0."""
    mappings_dir, promotion, out = arguments
    Path(out).write_text(brochure_page(Path(mappings_dir), promotion), encoding="utf-8")
    return 0


def _row_problems(
    sentences: Sequence[Sentence], rows: Sequence[RowModel], data: Mapping[str, Any], files: PromotionFiles
) -> Iterator[Problem]:
    texts = [sentence.text for sentence in sentences]
    written = [row.sentence for row in rows]
    for sentence in sentences:
        if sentence.text not in written:
            yield Problem(
                f"brochure.md › ligne {sentence.line}", f"phrase sans ligne dans trace.toml : « {sentence.text} »"
            )
    if texts != written and not set(texts) - set(written):
        yield Problem("trace.toml", "les lignes ne suivent pas la brochure : même ordre, rien en trop")
    places = _names(files)
    for row in rows:
        where = f"trace.toml › {row.sentence[:40]}"
        if not (row.keys or row.note) or not row.office or not (row.trainee or row.note):
            yield Problem(where, "il faut une clé et un endroit où la phrase se voit, ou la raison (note)")
        yield from _key_problems(where, row, data)
        for name in row.trainee:
            if name not in places:
                yield Problem(where, f"« {name} » n’est ni une section ni une activité du cours")
        for rule in row.rules:
            if rule not in files.cycle.rules.sources:
                yield Problem(where, f"la règle {rule} n’existe pas")


def _key_problems(where: str, row: RowModel, data: Mapping[str, Any]) -> Iterator[Problem]:
    values = []
    for key in row.keys:
        try:
            values.append(_resolve(data, key))
        except (KeyError, IndexError, TypeError, ValueError):
            yield Problem(where, f"la clé « {key} » n’existe pas")
    sentence = _fold(row.sentence)
    texts = [_fold(value) for value in values if isinstance(value, str)]
    if row.keys and not any(sentence in text or (text and text in sentence) for text in texts) and not row.note:
        yield Problem(where, "aucune des clés ne contient cette phrase")


def _resolve(data: Mapping[str, Any], key: str) -> Any:
    value: Any = data
    for step in key.split("."):
        value = value[int(step) - 1] if step.isdigit() else value[step]
    return value


def _data(mappings_dir: Path, files: PromotionFiles) -> dict[str, Any]:
    referential = files.cycle.referential
    promotion = mappings_dir / files.cycle.id / "promotions" / f"{files.promotion.id}.toml"
    return {
        "cycle": tomllib.loads(referential.files["cycle.toml"].decode("utf-8")),
        "certification": tomllib.loads(referential.files["certification.toml"].decode("utf-8")),
        "promotion": tomllib.loads(promotion.read_text(encoding="utf-8")),
    }


def _names(files: PromotionFiles) -> dict[str, str]:
    names = {"course": "résumé du cours"}
    for section in files.layout.sections:
        module = files.cycle.module(section.module) if section.module else None
        names[section.key] = f"section « {section.name.replace('{module.label}', module.label if module else '')} »"
        names.update({activity.key: f"« {activity.name} »" for activity in section.activities})
    return names


def _line(sentence: Sentence, row: RowModel, names: Mapping[str, str]) -> str:
    seen = " ; ".join([*(names[name] for name in row.trainee), *([row.note] if row.note else [])])
    keys = ", ".join(f"`{key}`" for key in row.keys) or "–"
    cells = (f"B:{sentence.line}", sentence.text, keys, ", ".join(row.rules) or "–", row.office, seen)
    return "| " + " | ".join(cell if cell == keys else french(cell).replace("|", "\\|") for cell in cells) + " |\n"


def _fold(text: str) -> str:
    return plain(plain_text(text)).replace("’", "'").rstrip(" .;:")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
