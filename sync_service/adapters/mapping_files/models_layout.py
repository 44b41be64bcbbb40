"""Model of layouts/<name>.toml: sections, and activities as a union tagged by ``kind``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sync_service.adapters.mapping_files.models_cycle import Text
from sync_service.adapters.mapping_files.models_promotion import ObjectName
from sync_service.adapters.mapping_files.problems import Strict

TRACKABLE = ("scorm", "page", "assign")


MAX_FILES = 20
"""Files of a folder: what PHP takes in one request."""
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,80}$")]


class AccessModel(Strict):
    """When a section or an activity opens."""

    after: list[ObjectName] = Field(default=[])
    open_from: date | None = None
    open_until: date | None = None

    @model_validator(mode="after")
    def opens_before_it_closes(self) -> Self:
        """A period that ends before it begins opens nothing."""
        if self.open_from and self.open_until and self.open_until < self.open_from:
            raise ValueError("open_until vient avant open_from : rien ne s’ouvrirait")
        return self


class ActivityModel(AccessModel):
    """Keys that every kind of activity has."""

    key: ObjectName
    was: ObjectName | None = None
    mark: Literal["à faire", "conseillé", "information"]
    name: Text
    intro: str = ""
    show_intro: bool = False
    visible: bool = True
    owns: list[Annotated[str, Field(pattern=r"^[a-z_]+$")]] = Field(default=[])

    @model_validator(mode="after")
    def only_trackable_is_to_do(self) -> Self:
        """« À faire » is tracked, and only some kinds can be."""
        kind = getattr(self, "kind", "")
        if self.mark == "à faire" and kind not in TRACKABLE:
            raise ValueError(f"« à faire » n’est possible que pour {', '.join(TRACKABLE)} ; ici : {kind}")
        if self.mark == "à faire" and not self.visible:
            raise ValueError(
                "une activité « à faire » ne peut pas être cachée : Moodle la compterait dans la progression"
            )
        return self


class ScormModel(ActivityModel):
    """A package built from scorm_packages/<cycle>/<package>."""

    kind: Literal["scorm"]
    package: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")]


class AssignModel(ActivityModel):
    """A deposit of files; ``due = "dossier"`` is the only date an activity may have."""

    kind: Literal["assign"]
    due: Literal["dossier", "none"] = "none"
    drafts: bool = False
    max_files: Annotated[int, Field(ge=1, le=50)] = 1
    feedback_comments: bool = False


class PageModel(ActivityModel):
    """A page of text in Markdown."""

    kind: Literal["page"]
    content: Text


class LabelModel(ActivityModel):
    """A text in the section itself; its ``name`` is never sent to Moodle."""

    kind: Literal["label"]
    intro: Text


class UrlModel(ActivityModel):
    """A link."""

    kind: Literal["url"]
    address: Annotated[str, Field(pattern=r"^(\{wwwroot\}|https?://)")]


class ResourceModel(ActivityModel):
    """A file: an existing ``file``, a ``document`` in Markdown made into DOCX or ODT, or the ``calendar``."""

    kind: Literal["resource"]
    filename: FileName
    file: Text | None = None
    document: Text | None = None
    generated: Literal["calendar"] | None = None

    @model_validator(mode="after")
    def one_origin(self) -> Self:
        """Exactly one of the three origins."""
        if sum(origin is not None for origin in (self.file, self.document, self.generated)) != 1:
            raise ValueError("il faut exactement une des clés file, document ou generated")
        if self.document is not None and not self.filename.endswith((".docx", ".odt")):
            raise ValueError("un document devient un fichier .docx ou .odt : corrigez filename")
        return self


class FolderFileModel(Strict):
    """One file of a folder: an existing ``file``, or a ``document`` in Markdown made into DOCX or ODT."""

    filename: FileName
    file: Text | None = None
    document: Text | None = None

    @model_validator(mode="after")
    def one_origin(self) -> Self:
        """Exactly one of the two origins."""
        if (self.file is None) == (self.document is None):
            raise ValueError("il faut exactement une des clés file ou document")
        if self.document is not None and not self.filename.endswith((".docx", ".odt")):
            raise ValueError("un document devient un fichier .docx ou .odt : corrigez filename")
        return self


class FolderModel(ActivityModel):
    """Several files; those that people add to it in Moodle are never touched."""

    kind: Literal["folder"]
    files: Annotated[list[FolderFileModel], Field(min_length=1, max_length=MAX_FILES)]
    inline: bool = False

    @model_validator(mode="after")
    def names_differ(self) -> Self:
        """Each file has its own name."""
        names = [file.filename for file in self.files]
        if len(set(names)) != len(names):
            raise ValueError("deux fichiers du dossier portent le même nom : corrigez filename")
        return self


class ForumModel(ActivityModel):
    """A forum; its contents are never read."""

    kind: Literal["forum"]
    type: Literal["general", "news"] = "general"
    subscription: Literal["optional", "forced", "auto", "off"] = "optional"


AnyActivityModel = Annotated[
    ScormModel | AssignModel | PageModel | LabelModel | UrlModel | ResourceModel | FolderModel | ForumModel,
    Field(discriminator="kind"),
]


class SectionModel(AccessModel):
    """A section of the course; with ``module``, it is that module's."""

    key: ObjectName
    was: ObjectName | None = None
    name: Text
    summary: str = ""
    module: Annotated[int, Field(ge=1)] | None = None
    visible: bool = True
    activities: list[AnyActivityModel] = Field(default=[])


class LayoutModel(Strict):
    """The whole of a layout; the first section is Moodle's section 0."""

    summary: str = ""
    course_completion: bool = False
    sections: Annotated[list[SectionModel], Field(min_length=1)]
