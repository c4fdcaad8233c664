"""What is said about a file or a row that was refused: what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from lms.organisation.rules import FileProblem, FileReason, Reason, Rejection

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ROW_WORDS: Mapping[Reason, _StrPromise] = {
    Reason.CELLS: gettext_lazy("The row does not have as many cells as the header."),
    Reason.REQUIRED: gettext_lazy("This must not be empty."),
    Reason.CONTROL: gettext_lazy("This holds a line break or another control character."),
    Reason.TOO_LONG: gettext_lazy("This is too long."),
    Reason.DATE: gettext_lazy("This is not a date. Write it as 2026-03-31."),
    Reason.DATE_ORDER: gettext_lazy("This day must come after the first day."),
    Reason.EMAIL: gettext_lazy("This is not an e-mail address."),
    Reason.EMAIL_TWICE: gettext_lazy("Somebody else has this e-mail address."),
    Reason.DUPLICATE: gettext_lazy("This code already stands in row %(other)s."),
    Reason.LOCALE: gettext_lazy("This is not a language code such as “en” or “pt-BR”."),
    Reason.TIME_ZONE: gettext_lazy("This is not a time zone such as “Europe/Berlin”."),
    Reason.REGION_PATH: gettext_lazy("Write the region as a path such as “EMEA/Germany/South”."),
    Reason.UNKNOWN_BRANCH: gettext_lazy("There is no such branch. Import the branches first."),
    Reason.UNKNOWN_ROLE: gettext_lazy("There is no such job role. Import the job roles first."),
    Reason.UNKNOWN_MANAGER: gettext_lazy("Nobody has this number, here or on the roster."),
    Reason.MANAGER_REFUSED: gettext_lazy(
        "The manager's own row was refused, so the person has no manager for now."
    ),
    Reason.MANAGER_CYCLE: gettext_lazy("People would be their own manager's manager."),
    Reason.OUT_OF_SCOPE: gettext_lazy("This employee number is not yours to import."),
    Reason.HISTORY: gettext_lazy(
        "What the roster holds about this person stands against these dates."
    ),
}
FILE_WORDS: Mapping[FileReason, _StrPromise] = {
    FileReason.EMPTY: gettext_lazy("The file is empty."),
    FileReason.TOO_LARGE: gettext_lazy("The file is too large. Split it."),
    FileReason.UTF16: gettext_lazy(
        "The file is in UTF-16. Save it as “CSV UTF-8” and send it again."
    ),
    FileReason.NOT_UTF8: gettext_lazy(
        "Line %(line)s is not UTF-8. Save the file as “CSV UTF-8” and send it again."
    ),
    FileReason.BROKEN: gettext_lazy(
        "In the row that starts in line %(line)s a quotation mark is not closed or stands "
        "inside a value."
    ),
    FileReason.FIELD_TOO_LARGE: gettext_lazy(
        "In the row that starts in line %(line)s a value is far too long. Is a quotation mark "
        "missing?"
    ),
    FileReason.HEADER_TWICE: gettext_lazy("These columns stand there twice: %(names)s."),
    FileReason.HEADER_MISSING: gettext_lazy(
        "These columns are missing: %(names)s. The first row must hold the column names, "
        "separated by comma or semicolon."
    ),
}


def explain_rejection(rejection: Rejection) -> str:
    """Return why a row was refused, in the active language."""
    return str(ROW_WORDS[rejection.reason]) % {"other": rejection.other_row}


def explain_file_problem(problem: FileProblem) -> str:
    """Return why a file was refused, in the active language."""
    words = {"line": problem.line, "names": ", ".join(problem.names)}
    return str(FILE_WORDS[problem.reason]) % words
