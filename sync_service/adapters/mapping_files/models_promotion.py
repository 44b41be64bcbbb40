"""Model of promotions/<id>.toml."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from sync_service.adapters.mapping_files.models_certification import SecondPerson
from sync_service.adapters.mapping_files.models_cycle import Sha256, Text
from sync_service.adapters.mapping_files.problems import Strict

ObjectName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_:-]{0,60}$")]


class ReferentialPin(Strict):
    """The version in force at the promotion's start (R11); ``sha256`` refuses a version whose files changed."""

    version: Text
    sha256: Sha256 | None = None


class ContactModel(Strict):
    """Whom to write to or call."""

    general: str = ""
    absence: str = ""
    connection: str = ""
    accommodation: str = ""
    dossier: str = ""
    pages: str = ""


class JuryDateModel(Strict):
    """Session de jury; without a date, pages say « date non fixée » and deposits have no due date."""

    date: dt.date | None = None
    place: str = ""


class DossierModel(Strict):
    """Deposit of the dossier pour le jury."""

    days_before_jury: Annotated[int, Field(ge=0, le=365)] | None = None
    readers: str = ""


class ObserveModel(Strict):
    """Course and activities that already exist on a site in observe mode."""

    course_shortname: str = ""
    activities: dict[ObjectName, Annotated[int, Field(gt=0)]] = Field(default={})


class MoodleModel(Strict):
    """Where the course lives in Moodle."""

    site: Text
    category: str = ""
    shortname: Annotated[str, Field(min_length=1, max_length=100)]
    fullname: Annotated[str, Field(min_length=1, max_length=254)]
    lang: Text = "fr"
    visible: bool = False
    observe: ObserveModel = ObserveModel()


class PeopleModel(Strict):
    """How trainees are found in Moodle."""

    mode: Literal["match"] = "match"
    field: Annotated[str, Field(pattern=r"^(idnumber|username|email)$")] = "idnumber"


class GroupModel(Strict):
    """A group of trainees."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,30}$")]
    name: Text


class PromotionModel(Strict):
    """The whole of a promotion's file; its name is the promotion's id."""

    label: Text
    referential: ReferentialPin
    layout: Text
    site: Text
    zone: Text
    starts_on: dt.date
    ends_on: dt.date
    certificate_handover: str = ""
    contact: ContactModel = ContactModel()
    jury: JuryDateModel = JuryDateModel()
    dossier: DossierModel = DossierModel()
    moodle: MoodleModel
    people: PeopleModel = PeopleModel()
    groups: list[GroupModel] = Field(default=[])
    second_person: list[SecondPerson] = Field(default=[])
