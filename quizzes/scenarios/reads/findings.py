"""What is wrong with a graph, in the words of whoever writes role-plays."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quizzes.scenarios.rules import Finding, Scenario

WORDS = {
    "malformed": gettext_lazy(
        "something here cannot be read: no number, a wrong kind of value, or an id twice"
    ),
    "no_start": gettext_lazy("the step to begin with is missing"),
    "pass_percent_empty": gettext_lazy("nobody said how many percent are needed to pass"),
    "meter_start_empty": gettext_lazy("nobody said what the mood is at the start"),
    "mark_without_standard": gettext_lazy("one of the standards it practises is not chosen yet"),
    "mark_twice": gettext_lazy("it is listed twice among the standards it practises"),
    "points_without_standard": gettext_lazy("points are given for no standard"),
    "points_twice": gettext_lazy("points for one standard are given twice"),
    "missing_target": gettext_lazy("a choice leads nowhere"),
    "unreachable": gettext_lazy("nobody can ever get here"),
    "dead_end": gettext_lazy("this step has no choices"),
    "loop_without_exit": gettext_lazy("people would go round in circles for ever"),
    "no_ending_reachable": gettext_lazy("no ending can be reached from here"),
    "stub": gettext_lazy("this step is not written yet"),
    "condition_never_true": gettext_lazy(
        "a choice can never be offered: its condition never holds"
    ),
    "too_tangled": gettext_lazy("there are too many loops or conditions to work out the score"),
    "ending_without_outcome": gettext_lazy("this ending does not say how it went"),
    "duplicate_choices": gettext_lazy("two choices have the same text"),
    "missing_alt_text": gettext_lazy("a picture has no description"),
    "missing_transcript": gettext_lazy("a recording has no transcript"),
    "standard_never_scored": gettext_lazy(
        "it has to be reached, but no choice gives points for it"
    ),
    "standard_constant": gettext_lazy("it has to be reached, but everybody gets the same points"),
    "cannot_pass": gettext_lazy("nobody can pass: no path meets all marks"),
    "best_path_is_critical": gettext_lazy(
        "the best result needs a choice that fails the role-play"
    ),
    "single_choice": gettext_lazy("there is only one choice"),
    "feedback_missing": gettext_lazy("a weak choice has no feedback"),
    "graded_choice_without_verdict": gettext_lazy("a choice gives points but has no verdict"),
    "always_passes": gettext_lazy("everybody passes, whatever they choose"),
    "obvious_best": gettext_lazy("the best choice is always the longest, or always in one place"),
}


def write_finding(finding: Finding, graph: Scenario) -> str:
    """Return a finding as one sentence with the place it belongs to."""
    words = str(WORDS.get(finding.code, finding.code))
    if finding.choices:
        words = _name_choices(words, finding.choices)
    if finding.detail:
        return _("Standard “%(code)s”: %(words)s.") % {"code": finding.detail, "words": words}
    if finding.node is None:
        return _("The role-play as a whole: %(words)s.") % {"words": words}
    place = graph.steps.get(finding.node) or graph.endings.get(finding.node)
    title = (place.title if place else "") or finding.node
    return _("“%(title)s”: %(words)s.") % {"title": title, "words": words}


def _name_choices(words: str, choices: tuple[int, ...]) -> str:
    named = {"words": words, "numbers": ", ".join(str(number) for number in choices)}
    return (
        ngettext("%(words)s (choice %(numbers)s)", "%(words)s (choices %(numbers)s)", len(choices))
        % named
    )
