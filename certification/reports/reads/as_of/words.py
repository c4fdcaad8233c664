"""How an answer reads: its totals as a sentence, its rows narrowed and in order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.reports.reads.as_of.question import AnswerRow, Total
from certification.reports.reads.words import share_words

SORTS: Final = ("branch", "name", "until")


def total_words(total: Total) -> str:
    """Return the numbers of one certification as sentences; the share is a cell of the matrix."""
    counts = total.counts
    words = [
        ngettext("%(n)d person held it.", "%(n)d people held it.", total.held) % {"n": total.held}
    ]
    if counts.counted:
        words.append(
            _("Of %(counted)d required and due, %(compliant)d were certified: %(share)s.")
            % {
                "counted": counts.counted,
                "compliant": counts.compliant,
                "share": share_words(counts),
            }
        )
    else:
        words.append(_("It was required and due of nobody."))
    if counts.newcomers:
        words.append(
            ngettext("%(n)d was not due yet.", "%(n)d were not due yet.", counts.newcomers)
            % {"n": counts.newcomers}
        )
    return " ".join(words)


def narrow_rows(rows: Iterable[AnswerRow], *, text: str, sort: str) -> list[AnswerRow]:
    """Return the rows whose name or number holds a text, in the order asked for.

    Rows come by branch, then by name; what never lapses comes last of the last days.
    """
    wanted = text.casefold()
    found = [row for row in rows if wanted in f"{row.name} {row.employee_number}".casefold()]
    if sort == "name":
        found.sort(key=lambda row: (row.name.casefold(), row.employee_number))
    elif sort == "until":
        found.sort(key=lambda row: row.valid_until or date.max)
    return found
