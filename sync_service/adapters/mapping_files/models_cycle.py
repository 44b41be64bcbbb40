"""Model of referentials/<version>/cycle.toml."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sync_service.adapters.mapping_files.problems import Strict

Text = Annotated[str, Field(min_length=1)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
MODULES = 9


class SourceModel(Strict):
    """The document that the cycle comes from."""

    file: Text
    sha256: Sha256


class DurationModel(Strict):
    """R04."""

    days: Annotated[int, Field(gt=0, le=400)]
    approximate: bool
    halfdays_per_day: Annotated[int, Field(ge=1, le=2)]
    text: Text


class OrganiserModel(Strict):
    """Address block of the source document."""

    name: Text
    institute: Text
    street: Text
    postcode: Text
    city: Text
    phone: Text
    fax: str = ""
    website: str = ""


class DossierElementModel(Strict):
    """One kind of element of the dossier pour le jury."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{1,8}$")]
    nature: Literal["presentation_acquis", "document_action"]
    label: Text
    description: Text


class ModuleModel(Strict):
    """One module; an undescribed one has neither title nor text, and none is ever invented."""

    number: Annotated[int, Field(ge=1, le=99)]
    described: bool
    title: Text | None = None
    text: list[Text] = Field(default=[])

    @model_validator(mode="after")
    def described_has_text(self) -> Self:
        """A described module has a title and a text; the other has none (R02)."""
        if self.described and not (self.title and self.text):
            raise ValueError(f"le module {self.number} est décrit : il doit avoir un titre et un texte")
        if not self.described and (self.title or self.text):
            raise ValueError(f"le module {self.number} est non décrit : il ne peut avoir ni titre ni texte (R02)")
        return self


class TextsModel(Strict):
    """Sentences of the source document that have no other place."""

    kind: Text
    assessment: Text
    dossier_intro: Text
    principles_lead: Text
    objectives_lead: Text
    required_documents: Text
    delivery: Text
    certificate_note: Text
    title_note: Text
    support_sequences: Text
    slogan: str = ""


class CycleModel(Strict):
    """The whole of cycle.toml."""

    version: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]+$")]
    id: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
    code: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,10}$")]
    title: Text
    regime: Literal["certificat_cnfpt", "rncp", "rs"]
    source: SourceModel
    duration: DurationModel
    audience: list[Text]
    context: list[Text]
    aim: list[Text]
    objectives: list[Text]
    principles: list[Text]
    methods: list[Text]
    texts: TextsModel
    dossier: list[DossierElementModel]
    modules: list[ModuleModel]
    organiser: OrganiserModel

    @model_validator(mode="after")
    def nine_modules(self) -> Self:
        """R02: nine modules, numbered 1 to 9; R07: both kinds of elements."""
        numbers = [module.number for module in self.modules]
        if numbers != list(range(1, MODULES + 1)):
            raise ValueError(f"il faut les 9 modules, numérotés de 1 à 9, dans l’ordre (R02) ; lu : {numbers}")
        if {element.nature for element in self.dossier} != {"presentation_acquis", "document_action"}:
            raise ValueError("le dossier comprend deux types d’éléments : presentation_acquis et document_action (R07)")
        return self
