"""What the debrief shows: the result, and the player's path beside the best one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import floor

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.api import StandardText, StandardVersion, describe_version
from quizzes.scenarios.models import Play, ScenarioVersion
from quizzes.scenarios.reads.readings import Reading, find_weak, list_readings
from quizzes.scenarios.reads.walks import Mood, describe_mood, read_walk
from quizzes.scenarios.rules import (
    Choice,
    Decision,
    Scenario,
    align,
    find_better,
    read_share,
)
from quizzes.scenarios.rules import Play as Walked
from quizzes.scenarios.rules import play as follow

VERDICT_WORDS = {
    "follows": gettext_lazy("follows the standard"),
    "partly": gettext_lazy("follows the standard in part"),
    "violates": gettext_lazy("goes against the standard"),
    "neutral": gettext_lazy("neither good nor bad"),
}
VERDICT_TONES = {"follows": "ok", "partly": "warn", "violates": "bad", "neutral": "info"}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing to say, judged. ``tone`` is ok, warn, bad or info and names its icon too."""

    text: str
    verdict: str
    tone: str
    critical: bool
    feedback: str
    standards: tuple[StandardText, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One step of the two paths. ``own`` None: only the best path comes here; ``best`` likewise.

    ``number`` is the decision's, for practice from here. ``better`` is offered where the best
    path does not come. ``repeat`` says that an earlier visit has already counted.
    """

    number: int | None
    title: str
    line: str
    own: Said | None
    best: Said | None
    better: Said | None
    same: bool
    repeat: bool
    given: bool
    before: Mood | None
    after: Mood | None


@dataclass(frozen=True, slots=True)
class StandardBar:
    """How one standard went in whole per cent, and the version that held when it was played.

    ``percent`` None: this play could not show it; ``needed`` None: no mark of its own.
    """

    code: str
    title: str
    percent: int | None
    needed: int | None
    reached: bool
    text: StandardText | None


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The mood after a decision; number 0 is the start."""

    number: int
    title: str
    mood: Mood


@dataclass(frozen=True, slots=True)
class DebriefPage:
    """Everything about a finished play, in the order a person asks for it."""

    title: str
    passed: bool
    practice: bool
    percent: int | None
    pass_percent: int
    reasons: tuple[str, ...]
    readings: tuple[Reading, ...]
    ending_title: str
    ending_text: str
    bars: tuple[StandardBar, ...]
    rows: tuple[Row, ...]
    curve: tuple[CurvePoint, ...]


def read_debrief_page(*, play: Play) -> DebriefPage:
    """Return the debrief of a finished play. Two queries; ``play.scenario_version`` is loaded.

    A play that did not pass also names lessons: a third, and what the providers ask.
    """
    version = play.scenario_version
    scenario = version.read()
    walked = follow(scenario, read_walk(play))
    texts = read_standards_then(
        version, {*version.body["standards"], *scenario.standards}, play.started_at
    )
    bars = _list_bars(scenario, play, texts)
    percent = read_share(play.result["percent"])
    ending = walked.ending
    return DebriefPage(
        title=version.body["title"],
        passed=bool(play.passed),
        practice=play.purpose == Play.Purpose.PRACTICE,
        percent=_floor(percent),
        pass_percent=_round_up(scenario.pass_percent),
        reasons=_list_reasons(scenario, play, bars, percent),
        readings=() if play.passed else _list_readings(bars, walked),
        ending_title=ending.title if ending else "",
        ending_text=ending.text if ending else "",
        bars=bars,
        rows=tuple(_list_rows(scenario, walked, version, texts, len(play.opening))),
        curve=_list_curve(scenario, walked),
    )


def read_standards_then(
    version: ScenarioVersion, codes: Iterable[str], moment: datetime
) -> dict[str, StandardText]:
    """Return the text of each standard that held at a moment. One query.

    A standard that was taken in later is shown as it was when the role-play was published.
    """
    rows = StandardVersion.objects.filter(standard__code__in=list(codes))
    found: dict[str, StandardVersion] = {}
    for row in rows.select_related("standard").order_by("number"):
        code = row.standard.code
        stored = version.standard_versions.get(code, {}).get("number")
        if row.published_at <= moment or code not in found or row.number == stored:
            found[code] = row
    return {code: describe_version(row) for code, row in found.items()}


def _list_bars(
    scenario: Scenario, play: Play, texts: Mapping[str, StandardText]
) -> tuple[StandardBar, ...]:
    bars = []
    for code, stored in sorted(play.result["standards"].items()):
        share, mark = read_share(stored), scenario.pass_standards.get(code)
        bars.append(
            StandardBar(
                code=code,
                title=texts[code].title if code in texts else code,
                percent=_floor(share),
                needed=None if mark is None else _round_up(mark),
                reached=mark is None or share is None or share * 100 >= mark,
                text=texts.get(code),
            )
        )
    return tuple(bars)


def _list_reasons(
    scenario: Scenario, play: Play, bars: Sequence[StandardBar], percent: Fraction | None
) -> tuple[str, ...]:
    """Return why it was not enough, worst first; nothing for a pass."""
    if play.passed:
        return ()
    reasons = []
    if play.result["critical"]:
        reasons.append(
            _("One thing you said must never happen. It fails the role-play, whatever the points.")
        )
    if percent is not None and percent * 100 < scenario.pass_percent:
        words = _("You reached %(got)d %%. %(needed)d %% are needed to pass.")
        needed = _round_up(scenario.pass_percent)
        reasons.append(words % {"got": floor(percent * 100), "needed": needed})
    for bar in bars:
        if not bar.reached:
            words = _("“%(standard)s”: %(got)d %%. At least %(needed)d %% are needed.")
            names = {"standard": bar.title, "got": bar.percent, "needed": bar.needed}
            reasons.append(words % names)
    return tuple(reasons)


def _list_readings(bars: Sequence[StandardBar], walked: Walked) -> tuple[Reading, ...]:
    missed = [bar.code for bar in bars if not bar.reached]
    titles = {bar.code: bar.title for bar in bars}
    reasons = {
        bar.code: _("You reached %(got)d %%, at least %(needed)d %% are needed.")
        % {"got": bar.percent, "needed": bar.needed}
        for bar in bars
        if not bar.reached
    }
    return list_readings(missed or find_weak(walked.decisions), titles, reasons)


def _list_rows(
    scenario: Scenario,
    walked: Walked,
    version: ScenarioVersion,
    texts: Mapping[str, StandardText],
    given: int,
) -> Iterable[Row]:
    best = [(node, _find_choice(scenario, node, name)) for node, name in version.best_walk]
    mine = walked.decisions
    for pair in align([d.step for d in mine], [node for node, _choice in best]):
        right = best[pair.best][1] if pair.best is not None else None
        if pair.own is None:
            node = best[pair.best or 0][0]
            yield _make_row(scenario, node, None, right, texts)
            continue
        decision = mine[pair.own]
        moods = (describe_mood(walked.meter[pair.own]), describe_mood(walked.meter[pair.own + 1]))
        yield _make_row(scenario, decision.step, decision, right, texts, pair.own + 1, given, moods)


def _make_row(
    scenario: Scenario,
    node: str,
    decision: Decision | None,
    best: Choice | None,
    texts: Mapping[str, StandardText],
    number: int | None = None,
    given: int = 0,
    moods: tuple[Mood | None, Mood | None] = (None, None),
) -> Row:
    step = scenario.steps[node]
    own = decision.choice if decision else None
    better = find_better(step, own) if own and best is None else None
    return Row(
        number=number,
        title=step.title,
        line=step.line,
        own=_judge(own, texts),
        best=_judge(best, texts),
        better=_judge(better, texts),
        same=own is not None and best is not None and own.id == best.id,
        repeat=decision is not None and not decision.first,
        given=number is not None and number <= given,
        before=moods[0],
        after=moods[1],
    )


def _find_choice(scenario: Scenario, node: str, name: str) -> Choice:
    return next(choice for choice in scenario.steps[node].choices if choice.id == name)


def _judge(choice: Choice | None, texts: Mapping[str, StandardText]) -> Said | None:
    if choice is None:
        return None
    verdict = choice.verdict if choice.verdict in VERDICT_WORDS else "neutral"
    return Said(
        text=choice.text,
        verdict=str(VERDICT_WORDS[verdict]),
        tone="bad" if choice.critical else VERDICT_TONES[verdict],
        critical=choice.critical,
        feedback=choice.feedback,
        standards=tuple(texts[code] for code in sorted(choice.points) if code in texts),
    )


def _list_curve(scenario: Scenario, walked: Walked) -> tuple[CurvePoint, ...]:
    titles = [_("Start"), *(scenario.steps[d.step].title for d in walked.decisions)]
    return tuple(
        CurvePoint(number, title, describe_mood(meter))
        for number, (title, meter) in enumerate(zip(titles, walked.meter, strict=True))
    )


def _floor(share: Fraction | None) -> int | None:
    """Return a share 0..1 as whole per cent rounded down: 100 means all."""
    return None if share is None else floor(share * 100)


def _round_up(mark: Fraction) -> int:
    """Return a mark 0..100 as whole per cent, rounded up, so that nobody just misses it unseen."""
    return -floor(-mark)
