"""Moodle's own errors: what a function raises, and the object that is answered with HTTP 200."""

from __future__ import annotations

from typing import Any

_DEBUG_CODES = frozenset({"invalidparameter", "codingerror"})


class MoodleFailure(Exception):  # noqa: N818 # Moodle's word for it is exception; ours end with Error
    """An exception of Moodle: its PHP class, its code, its English message."""

    def __init__(self, exception: str, errorcode: str, message: str, debuginfo: str = "") -> None:
        """Keep what the answer shows; ``debuginfo`` is only shown when the site is set to."""
        super().__init__(message)
        self.exception = exception
        self.errorcode = errorcode
        self.message = message
        self.debuginfo = debuginfo

    def answer(self) -> dict[str, Any]:
        """Return the object of REST answers."""
        return {"exception": self.exception, "errorcode": self.errorcode, "message": self.message}

    def inner_answer(self, url: str) -> dict[str, Any]:
        """Return the object that a batch holds for a request that failed."""
        if self.errorcode == "accessexception":
            return {"errorcode": "accessexception", "module": "webservice"}
        module = "debug" if self.errorcode in _DEBUG_CODES else "moodle"
        more = f"https://docs.moodle.org/405/en/error/{module}/{self.errorcode}"
        return {"message": self.message, "errorcode": self.errorcode, "link": f"{url}/", "moreinfourl": more}

    def file_answer(self) -> dict[str, Any]:
        """Return the object of upload.php and pluginfile.php."""
        return {
            "error": self.message,
            "errorcode": self.errorcode,
            "stacktrace": None,
            "debuginfo": None,
            "reproductionlink": None,
        }


def moodle_exception(code: str, message: str) -> MoodleFailure:
    """Return a plain moodle_exception."""
    return MoodleFailure("core\\exception\\moodle_exception", code, message)


def invalid_parameter(debuginfo: str) -> MoodleFailure:
    """Return the error of a parameter that is missing, unknown or of a wrong type."""
    return MoodleFailure(
        "core\\exception\\invalid_parameter_exception",
        "invalidparameter",
        "Invalid parameter value detected",
        debuginfo,
    )


def missing_record(table: str) -> MoodleFailure:
    """Return the error of an id that no row of ``table`` has."""
    return MoodleFailure(
        "dml_missing_record_exception",
        "invalidrecord",
        f"Can't find data record in database table {table}.",
    )


def invalid_user() -> MoodleFailure:
    """Return the error of an account that is not there."""
    return MoodleFailure("dml_missing_record_exception", "invaliduser", "Invalid user")


def invalid_token() -> MoodleFailure:
    """Return the error of a token that the site does not hold."""
    return moodle_exception("invalidtoken", "Invalid token - token not found")


def no_access() -> MoodleFailure:
    """Return the error of a function that is not in the token's service."""
    return MoodleFailure("webservice_access_exception", "accessexception", "Access control exception")


def no_permission(what: str) -> MoodleFailure:
    """Return the error of a capability that the account lacks; ``what`` is its English name."""
    return MoodleFailure(
        "core\\exception\\required_capability_exception",
        "nopermissions",
        f"Sorry, but you do not currently have permissions to do that ({what}).",
    )


def not_enrolled() -> MoodleFailure:
    """Return the error of a course or activity that the account may not enter."""
    return MoodleFailure(
        "core\\exception\\require_login_exception",
        "requireloginerror",
        "Course or activity not accessible.",
    )


def closed_course(course_id: int) -> MoodleFailure:
    """Return the error of a course page that the account may not open."""
    message = (
        f"You cannot execute functions in the course context (course id:{course_id}). "
        "The context error message was: Course or activity not accessible."
    )
    return moodle_exception("errorcoursecontextnotvalid", message)


def coding_error(what: str) -> MoodleFailure:
    """Return the error that Moodle calls a programmer's."""
    message = f"Coding error detected, it must be fixed by a programmer: {what}"
    return MoodleFailure("core\\exception\\coding_exception", "codingerror", message)
