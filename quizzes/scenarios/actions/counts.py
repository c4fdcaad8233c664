"""Keep the counts of plays as plays end, and put them right from the plays themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, Value, When

from quizzes.scenarios.models import Play, PlayCount, ScenarioVersion
from quizzes.scenarios.reads import hold_count_drift, name_branch
from quizzes.scenarios.rules import Key, Scenario, Tally, count_play


def count_ended_play(
    play: Play,
    graph: Scenario,
    walk: Sequence[str],
    shares: Mapping[str, Fraction | None] | None = None,
) -> None:
    """Add a scored play that ends to the counts of its version. Three queries; practice: none.

    Called in the transaction that ends it. Without ``shares`` it was begun again.
    """
    if play.purpose == Play.Purpose.SCORED:
        tallies = count_play(graph, walk, shares or {}, name_branch(play))
        add_tallies(play.scenario_version_id, tallies)


def add_tallies(version_id: int, tallies: Mapping[Key, Tally]) -> None:
    """Add to the counts of a version, in a transaction of the caller. Three queries.

    The version's row queues those who count at the same moment, so that none waits for another
    in a circle.
    """
    if not tallies:
        return
    rows = ScenarioVersion.objects.select_for_update(no_key=True)
    rows.filter(pk=version_id).values("pk").first()
    PlayCount.objects.bulk_create(
        (PlayCount(version_id=version_id, kind=k, key=n, detail=d) for k, n, d in sorted(tallies)),
        ignore_conflicts=True,
    )
    wanted = {key: Q(kind=key[0], key=key[1], detail=key[2]) for key in sorted(tallies)}
    mine = PlayCount.objects.filter(version_id=version_id)
    mine.filter(Q(*wanted.values(), _connector=Q.OR)).update(
        **{
            name: F(name)
            + Case(
                *(
                    When(wanted[key], then=Value(getattr(tally, name)))
                    for key, tally in tallies.items()
                ),
                output_field=IntegerField(),
            )
            for name in ("plays", "shares", "missed")
        }
    )


def mend_counts() -> int:
    """Put every count right that the plays do not give, and return how many there were.

    Nobody can end a play of a version between its counting and its mending: none is lost.
    """
    mended = 0
    for version in ScenarioVersion.objects.order_by("pk"):
        with transaction.atomic():
            drift = hold_count_drift(version)
            differences = {key: right + -stored for key, (stored, right) in drift.items()}
            add_tallies(version.pk, differences)
        mended += len(drift)
    return mended
