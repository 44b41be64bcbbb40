"""layouts/<name>.toml to the domain's layout: Markdown rendered, documents made, files read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sync_service.adapters.mapping_files.markdown_text import to_html
from sync_service.adapters.mapping_files.models_layout import (
    AccessModel,
    ActivityModel,
    AssignModel,
    FolderFileModel,
    FolderModel,
    ForumModel,
    LayoutModel,
    PageModel,
    ResourceModel,
    ScormModel,
    SectionModel,
    UrlModel,
)
from sync_service.adapters.mapping_files.office_documents import docx, odt
from sync_service.adapters.mapping_files.problems import read_bytes, read_toml
from sync_service.domain.cycle import Cycle
from sync_service.domain.layout import (
    Access,
    Activity,
    AnyActivity,
    Assign,
    Folder,
    Forum,
    Label,
    Layout,
    LayoutSection,
    Mark,
    Page,
    Resource,
    Scorm,
    Url,
)
from sync_service.errors import Problem

_MARKS = {"à faire": Mark.TO_DO, "conseillé": Mark.ADVISED, "information": Mark.INFORMATION}
_SUBSCRIPTIONS = {"optional": 0, "forced": 1, "auto": 2, "off": 3}


def read_layout(cycle_dir: Path, name: str, cycle: Cycle, problems: list[Problem]) -> Layout | None:
    """Read a layout and the documents it names, or note every mistake."""
    before = len(problems)
    model = read_toml(cycle_dir / "layouts" / f"{name}.toml", LayoutModel, problems)
    if model is None:
        return None
    reader = _Reader(cycle_dir / "documents", f"{name}.toml", cycle, problems)
    sections = tuple(reader.section(section) for section in model.sections)
    made = Layout(name, sections, to_html(model.summary), model.course_completion)
    return made if len(problems) == before else None


class _Reader:
    def __init__(self, documents: Path, file: str, cycle: Cycle, problems: list[Problem]) -> None:
        self._documents = documents
        self._file = file
        self._numbers = {module.number: module for module in cycle.modules}
        self._cycle = cycle
        self._problems = problems

    def section(self, model: SectionModel) -> LayoutSection:
        module = self._numbers.get(model.module) if model.module else None
        if model.module and module is None:
            self._note(model.key, f"le cycle n’a pas de module {model.module}")
        visible = model.visible and (module is None or module.described)
        activities = tuple(self.activity(activity, model.module) for activity in model.activities)
        if not visible and any(activity.tracked for activity in activities):
            self._note(
                model.key, "une section cachée ne peut pas contenir d’activité « à faire » : Moodle la compterait"
            )
        return LayoutSection(
            key=model.key,
            name=model.name,
            summary=to_html(model.summary),
            visible=visible,
            activities=activities,
            module=model.module,
            was=model.was or "",
            access=_access(model),
        )

    def activity(self, model: ActivityModel, module: int | None) -> AnyActivity:
        mark = _MARKS[model.mark]
        base = Activity(
            key=model.key,
            was=model.was or "",
            mark=mark,
            name=f"{model.name} ({mark.value})",
            intro=to_html(model.intro),
            show_intro=model.show_intro,
            visible=model.visible,
            module=module,
            owns=frozenset(model.owns),
            access=_access(model),
        )
        return self._of_kind(model, {name: getattr(base, name) for name in Activity.__dataclass_fields__})

    def _of_kind(self, model: ActivityModel, base: dict[str, Any]) -> AnyActivity:
        match model:
            case ScormModel():
                made: AnyActivity = Scorm(**base, package=model.package)
            case AssignModel():
                made = self._assign(model, base)
            case PageModel():
                made = Page(**base, content=to_html(model.content))
            case UrlModel():
                made = Url(**base, address=model.address)
            case ResourceModel():
                made = Resource(**base, filename=model.filename, content=self._content(model.key, model))
            case FolderModel():
                files = {file.filename: self._content(model.key, file) or b"" for file in model.files}
                made = Folder(**base, files=files, inline=model.inline)
            case ForumModel():
                made = Forum(**base, type=model.type, subscription=_SUBSCRIPTIONS[model.subscription])
            case _:
                made = Label(**base)
        return made

    def _assign(self, model: AssignModel, base: dict[str, Any]) -> Assign:
        rules = self._cycle.rules.dossier
        return Assign(
            **base,
            due=model.due == "dossier",
            drafts=model.drafts,
            max_files=model.max_files,
            max_bytes=rules.max_bytes,
            file_types=rules.formats,
            feedback_comments=model.feedback_comments,
        )

    def _content(self, key: str, model: ResourceModel | FolderFileModel) -> bytes | None:
        if isinstance(model, ResourceModel) and model.generated is not None:
            return None
        name = model.document or model.file or ""
        if Path(name).name != name:
            self._note(key, f"« {name} » : le fichier doit être dans le dossier documents, sans chemin")
            return b""
        raw = read_bytes(self._documents / name, self._problems) or b""
        if model.document is None:
            return raw
        try:
            return (docx if model.filename.endswith(".docx") else odt)(raw.decode("utf-8"))
        except UnicodeDecodeError:
            self._note(key, f"« {name} » n’est pas en UTF-8 : enregistrez-le avec cet encodage")
            return b""

    def _note(self, key: str, reason: str) -> None:
        self._problems.append(Problem(f"{self._file} › {key}", reason))


def _access(model: AccessModel) -> Access:
    return Access(after=tuple(model.after), opens=model.open_from, closes=model.open_until)
