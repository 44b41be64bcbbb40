"""JSON schemas of the mapping files, generated from their models: ``python -m …mapping_files.schemas FOLDER``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from sync_service.adapters.mapping_files.models_certification import CertificationModel
from sync_service.adapters.mapping_files.models_cycle import CycleModel
from sync_service.adapters.mapping_files.models_layout import LayoutModel
from sync_service.adapters.mapping_files.models_promotion import PromotionModel

MODELS: Mapping[str, type[BaseModel]] = {
    "cycle.schema.json": CycleModel,
    "certification.schema.json": CertificationModel,
    "layout.schema.json": LayoutModel,
    "promotion.schema.json": PromotionModel,
}


def schemas() -> dict[str, str]:
    """Return file name → text of every schema."""
    return {name: _text(model) for name, model in MODELS.items()}


def main(arguments: Sequence[str]) -> int:
    """Write the schemas in a folder; return 0."""
    folder = Path(arguments[0]) if arguments else Path("lms_mappings/schemas")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


def _text(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
