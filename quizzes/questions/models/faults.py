"""What a question still lacks, in the words of its editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from quizzes.questions.models.keys import GAP_IN_BODY
from quizzes.questions.rules import QuestionError, parse_question

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# The field of the editor that holds what is right, by type.
KEY_FIELDS = {
    "single": "options",
    "multiple": "options",
    "true_false": "answer",
    "short_text": "texts",
    "numeric": "numbers",
    "matching": "pairs",
    "ordering": "items",
    "gaps": "gaps",
    "open": "rubric",
}
# Which field a fault of the rules belongs to when it is not about what is right.
ERROR_FIELDS = {"unknown_scoring": "scoring", "word_limits": "max_words"}


def find_body_fault(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the field of the editor at fault and words about it; None for a whole question."""
    try:
        parse_question(body)
    except QuestionError as error:
        field = ERROR_FIELDS.get(error.code, KEY_FIELDS[body["type"]])
        if error.code == "gaps_do_not_fit":
            return _place_gap_fault(body), _explain_gaps(body)
        if error.code == "not_positive" and body["type"] != "gaps":
            field = "standards"
        if error.code == "no_right_option" and body["type"] == "true_false":
            return field, str(_("Say what is right: choose true or false."))
        return field, _explain(error)
    return None


def _explain(error: QuestionError) -> str:
    words = {
        "no_right_option": _("Say what is right: tick at least one right answer."),
        "no_full_credit": _("Tick one answer as fully right, and let none earn more than all."),
        "fractions_do_not_sum": _("The shares of the right options must add up to 100 %."),
        "empty_list": _("Nothing is here yet: add what people choose from or may answer."),
        "empty_pattern": _("One of the answers is empty."),
        "no_range": _("Give each range a lower end, an upper end or both."),
        "empty_range": _("A range begins above its end."),
        "not_a_number": _("This is not a number. Write for example 4, 2.5 or 1/3."),
        "not_a_tolerance": _("“May differ by” is a number of 0 or more, or a percentage."),
        "too_few_items": _("Putting in order needs at least two steps."),
        "id_missing": _("Every gap needs a name."),
        "id_repeated": _("Two gaps have the same name."),
        "word_limits": _("The fewest words must not be more than the most."),
    }
    return words.get(error.code, str(error))


def _place_gap_fault(body: Mapping[str, Any]) -> str:
    return "gap_text" if body.get("text") else "prompt"


def _explain_gaps(body: Mapping[str, Any]) -> str:
    """Name the gaps that are missing, unknown or written twice."""
    written = GAP_IN_BODY.findall(body.get("text") or body["prompt"])
    named = [gap["id"] for gap in body["gaps"]]
    faults = [
        (_("Not in the text: %(gaps)s."), [gap for gap in named if gap not in written]),
        (_("Not described below: %(gaps)s."), [gap for gap in written if gap not in named]),
        (_("More than once: %(gaps)s."), [gap for gap in named if written.count(gap) > 1]),
    ]
    words = [
        words % {"gaps": ", ".join(f"[[{gap}]]" for gap in dict.fromkeys(gaps))}
        for words, gaps in faults
        if gaps
    ]
    return " ".join([_("Write every gap into the text exactly once."), *words])
