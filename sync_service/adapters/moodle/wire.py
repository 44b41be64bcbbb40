"""Replies of Moodle's core functions, as far as they are used; every other key is ignored.

A reply that does not fit raises an error that names the place, never the value: values are people's.
"""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from sync_service.adapters.moodle.decode import invalid_reply
from sync_service.errors import MoodleAnswerError

M = TypeVar("M", bound=BaseModel)


class Reply(BaseModel):
    """Base of all replies: unknown keys are ignored, instances never change."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


def read(model: type[M], value: object, *, function: str) -> M:
    """Return ``value`` as ``model``.

    Raises:
        MoodleAnswerError: it does not fit.
    """
    problem = _check(TypeAdapter(model), value, function)
    if isinstance(problem, MoodleAnswerError):
        raise problem
    result: M = problem
    return result


def read_list(model: type[M], value: object, *, function: str) -> list[M]:
    """Return ``value`` as a list of ``model``. Raises MoodleAnswerError when it does not fit."""
    problem = _check(TypeAdapter(list[model]), value, function)  # type: ignore[valid-type]
    if isinstance(problem, MoodleAnswerError):
        raise problem
    result: list[M] = problem
    return result


def _check(adapter: TypeAdapter[Any], value: object, function: str) -> Any:
    """Return the parsed value or the error; pydantic's own error quotes values, so it is never chained."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        return invalid_reply(function, ".".join(map(str, first["loc"])) or "racine")


class BatchResponse(Reply):
    """One answer inside a batch."""

    error: bool
    data: str | None = None
    exception: str | None = None


class BatchReply(Reply):
    """tool_mobile_call_external_functions."""

    responses: list[BatchResponse]


class UploadedFile(Reply):
    """One element of upload.php's list: a file that was stored, or one that was refused."""

    itemid: int = 0
    filename: str = ""
    errortype: str = ""


class NamedFunction(Reply):
    """A function of the service."""

    name: str


class CoreSiteInfo(Reply):
    """core_webservice_get_site_info."""

    siteurl: str
    release: str = ""
    username: str = ""
    userid: int
    functions: list[NamedFunction] = Field(default_factory=list)
    uploadfiles: int = 0
    userissiteadmin: bool = False


class Warned(Reply):
    """A warning beside an answer: what it is about, and a code."""

    item: str = ""
    itemid: int = 0
    warningcode: str = ""


class Course(Reply):
    """A course of core_course_get_courses_by_field."""

    id: int
    idnumber: str = ""
    visible: int = 1
    enablecompletion: int = 0


class Courses(Reply):
    """core_course_get_courses_by_field."""

    courses: list[Course]


class CourseModule(Reply):
    """An activity of the course tree."""

    id: int
    instance: int = 0
    modname: str
    visible: int = 1
    completion: int = 0


class Section(Reply):
    """A section of core_course_get_contents."""

    id: int
    visible: int = 1
    modules: list[CourseModule] = Field(default_factory=list)


class ModuleDetail(Reply):
    """The part of core_course_get_course_module that holds the idnumber."""

    id: int
    idnumber: str | None = ""


class ModuleReply(Reply):
    """core_course_get_course_module."""

    cm: ModuleDetail


class HeldRole(Reply):
    """A role that a person holds in a course."""

    shortname: str


class Enrolled(Reply):
    """A person of core_enrol_get_enrolled_users, without a name."""

    id: int
    roles: list[HeldRole] = Field(default_factory=list)


class CompletionStatus(Reply):
    """The completion of one activity by one person; ``timecompleted`` is really the row's time of change."""

    cmid: int
    state: int
    timecompleted: int = 0
    tracking: int = 0
    overrideby: int | None = None


class CompletionReply(Reply):
    """core_completion_get_activities_completion_status."""

    statuses: list[CompletionStatus]


class Sco(Reply):
    """A learning object of a package."""

    id: int
    scormtype: str = ""
    launch: str = ""


class ScoReply(Reply):
    """mod_scorm_get_scorm_scoes."""

    scoes: list[Sco]


class AttemptCount(Reply):
    """mod_scorm_get_scorm_attempt_count."""

    attemptscount: int


class Track(Reply):
    """One tracked element; a value is text or a number, as Moodle pleases."""

    element: str
    value: str | int | float | None = None


class Tracks(Reply):
    """The tracks of one attempt."""

    attempt: int = 0
    tracks: list[Track] = Field(default_factory=list)


class TracksReply(Reply):
    """mod_scorm_get_scorm_sco_tracks."""

    data: Tracks


class SubmittedFile(Reply):
    """A file of a submission."""

    filename: str = ""
    filesize: int = 0


class FileArea(Reply):
    """A file area of a submission plugin."""

    files: list[SubmittedFile] = Field(default_factory=list)


class SubmissionPlugin(Reply):
    """What one submission plugin holds."""

    type: str = ""
    fileareas: list[FileArea] = Field(default_factory=list)


class Submission(Reply):
    """The latest submission of one person."""

    userid: int
    attemptnumber: int = 0
    timemodified: int = 0
    status: str
    plugins: list[SubmissionPlugin] = Field(default_factory=list)


class AssignmentSubmissions(Reply):
    """The submissions of one assignment."""

    assignmentid: int
    submissions: list[Submission] = Field(default_factory=list)


class SubmissionsReply(Reply):
    """mod_assign_get_submissions; an assignment that cannot be read is only a warning there."""

    assignments: list[AssignmentSubmissions]
    warnings: list[Warned] = Field(default_factory=list)


class Account(Reply):
    """A person of core_user_get_users_by_field; hidden fields are absent."""

    id: int
    username: str = ""
    idnumber: str = ""
    firstname: str = ""
    lastname: str = ""
    email: str = ""
    suspended: bool | None = None
