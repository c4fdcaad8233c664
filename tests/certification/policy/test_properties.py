"""What holds for every timeline, tried on many."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from certification.policy.rules import ImpossibleDateError, Timeline, timeline

START = date(2024, 1, 1)
DAYS = 420
Event = dict[str, Any]

QUICK = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)

days = st.integers(0, DAYS).map(lambda offset: START + timedelta(days=offset))
lengths = st.sampled_from(["P5D", "P1M", "P45D", "P2M"])
optional_lengths = st.one_of(st.none(), st.sampled_from(["P0D", "P3D", "P10D", "P1M"]))
policies = st.fixed_dictionaries(
    {
        "active": st.one_of(st.just("P3M"), st.just("P100D"), st.just("P1Y"), st.none()),
        "method": st.sampled_from(["completion", "anniversary", "calendar"]),
        "min_active": lengths,
        "window": optional_lengths,
        "tolerance": st.one_of(st.none(), st.none(), optional_lengths),
        "before_window": st.sampled_from(["extend", "keep", "restart"]),
        "calendar_day": st.sampled_from([None, None, "06-30", "02-28"]),
        "due": optional_lengths,
        "closes": optional_lengths,
        "due_soon": st.sampled_from(["P0D", "P7D", "P14D"]),
        "grace": optional_lengths,
        "counts_grace": st.booleans(),
    }
)


@st.composite
def _event(draw: st.DrawFn) -> Event:
    on = draw(days)
    length = draw(st.integers(1, 120))
    until = on + timedelta(days=length)
    kind = draw(
        st.sampled_from(
            [
                "assigned",
                "assigned",
                "unassigned",
                "completed",
                "completed",
                "completed",
                "awarded",
                "revoked",
                "suspended",
                "reinstated",
                "voided",
                "extended",
                "exempted",
                "absent",
                "absent",
                "returned",
                "exemption_ended",
                "started",
                "window_opened",
                "cycle_opened",
                "cycle_closed",
                "policy",
            ]
        )
    )
    if kind == "completed":
        return {"type": kind, "at": datetime(on.year, on.month, on.day, 12, tzinfo=UTC)}
    if kind == "awarded":
        earlier = on - timedelta(days=draw(st.integers(-20, 40)))
        end = draw(st.sampled_from([earlier + timedelta(days=length), None]))
        basis = draw(st.sampled_from(["imported", "manual", "evidence"]))
        return {"type": kind, "on": on, "valid_from": earlier, "valid_until": end, "basis": basis}
    if kind in {"exempted", "absent"}:
        return {"type": kind, "from": on, "until": draw(st.sampled_from([until, until, None]))}
    if kind == "extended":
        return {"type": kind, "on": on, "until": until}
    if kind == "assigned":
        due_on = draw(st.sampled_from([None, until]))
        return {"type": kind, "on": on, "due_on": due_on, "optional": draw(st.booleans())}
    if kind == "cycle_opened":
        of = draw(st.sampled_from(["first", "renewal", "delta", "voluntary"]))
        more = draw(st.sampled_from([{}, {"due_on": until}, {"due_on": None}]))
        return {"type": kind, "on": on, "kind": of, **more}
    if kind == "policy":
        return {"type": kind, "effective_on": on, "policy": draw(policies)}
    return {"type": kind, "on": on, "effective_on": on}


def day_of(event: Event) -> date:
    for field in ("on", "effective_on", "from"):
        if field in event:
            found: date = event[field]
            return found
    made: datetime = event["at"]
    return made.date()


def allowed(policy: dict[str, Any], events: list[Event]) -> Timeline:
    """Build a timeline, passing over draws that are refused."""
    try:
        return timeline(policy, events, "UTC")
    except ImpossibleDateError:
        assume(False)
        raise


def possible(policy: dict[str, Any], events: list[Event]) -> list[Event]:
    """Keep of the drawn events, one after the other, those that make a possible history."""
    kept: list[Event] = []
    for event in sorted(events, key=day_of):
        try:
            timeline(policy, [*kept, event], "UTC")
        except ImpossibleDateError:
            continue
        kept.append(event)
    return kept


event_lists = st.lists(_event(), min_size=1, max_size=11)
distinct_days = st.lists(_event(), min_size=1, max_size=11, unique_by=day_of)
every_day = [START + timedelta(days=offset) for offset in range(-45, DAYS + 400)]
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def covers(spans: list[tuple[date, date | None]], on: date) -> bool:
    return any(start <= on and (until is None or on < until) for start, until in spans)


@QUICK
@given(policies, event_lists)
def test_spans_never_touch_and_hold_exactly_the_valid_days(
    policy: dict[str, Any], events: list[Event]
) -> None:
    subject = timeline(policy, possible(policy, events), "UTC")
    spans = subject.spans()
    for (_, until), (start, _) in pairwise(spans):
        assert until is not None
        assert until < start
    assert all(until is None or start < until for start, until in spans)
    for on in every_day[::7]:
        status = subject.at(on)
        assert covers(spans, on) is (status.standing == "valid")
        if status.standing == "valid":
            assert status.valid_from is not None
            assert status.valid_from <= on
            assert status.valid_until is None or on < status.valid_until


@QUICK
@given(policies, event_lists, st.integers(0, 60))
def test_one_more_award_after_everything_never_uncovers_a_day(
    policy: dict[str, Any], events: list[Event], wait: int
) -> None:
    kept = possible(policy, events)
    last = START + timedelta(days=DAYS + 1 + wait)
    made = {"type": "completed", "at": datetime(last.year, last.month, last.day, 12, tzinfo=UTC)}
    before = timeline(policy, kept, "UTC").spans()
    after = timeline(policy, [*kept, made], "UTC").spans()
    assert all(covers(after, on) for on in every_day if covers(before, on))
    assert covers(after, last)


@QUICK
@given(policies, distinct_days, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_given_does_not_matter(
    policy: dict[str, Any], events: list[Event], random: Any
) -> None:
    kept = possible(policy, events)
    shuffled = list(kept)
    random.shuffle(shuffled)
    one, other = timeline(policy, kept, "UTC"), timeline(policy, shuffled, "UTC")
    assert one.awards == other.awards
    assert one.spans() == other.spans()
    for on in every_day[::9]:
        assert one.at(on) == other.at(on)
        assert one.at(on).reasons == other.at(on).reasons


@QUICK
@given(policies, event_lists, event_lists)
def test_what_was_known_then_never_changes(
    policy: dict[str, Any], events: list[Event], learnt: list[Event]
) -> None:
    kept = possible(policy, events)
    known_at = LATER - timedelta(seconds=1)
    known = timeline(policy, kept, "UTC")
    later = [{**event, "recorded_at": LATER} for event in learnt]
    subject = allowed(policy, [*later, *kept])
    assert subject.spans(known_at) == known.spans()
    for on in every_day[::9]:
        assert subject.at(on, known_at) == known.at(on)


@st.composite
def _leave_with_ends(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """Leave of both kinds, one after the other, and ends of each that are learnt later."""
    leaves: list[Event] = []
    ends: list[Event] = []
    for kind, ending, field in (
        ("absent", "returned", "absence"),
        ("exempted", "exemption_ended", "exemption"),
    ):
        start = draw(days)
        for number in range(1, draw(st.integers(1, 3)) + 1):
            length = draw(st.integers(2, 60))
            leaves.append({"type": kind, "from": start, "until": start + timedelta(days=length)})
            for _end in range(draw(st.integers(0, 2))):
                on = start + timedelta(days=draw(st.integers(0, length)))
                ends.append({"type": ending, "on": on, field: number})
            start += timedelta(days=length + draw(st.integers(1, 40)))
    return leaves, ends


@QUICK
@given(policies, event_lists, _leave_with_ends())
def test_coming_back_early_never_changes_what_was_known_then_nor_the_days_before(
    policy: dict[str, Any], events: list[Event], drawn: tuple[list[Event], list[Event]]
) -> None:
    leaves, ends = drawn
    others = [e for e in events if e["type"] not in {"absent", "exempted"}]
    kept = possible(policy, [*others, *leaves])
    assume(all(leave in kept for leave in leaves))
    known = timeline(policy, kept, "UTC")
    learnt = [{**end, "recorded_at": LATER} for end in ends]
    subject = timeline(policy, [*learnt, *kept], "UTC")
    first = min((end["on"] for end in ends), default=date.max)
    for on in every_day[::5]:
        assert subject.at(on, LATER - timedelta(seconds=1)) == known.at(on)
        if on < first:
            assert subject.at(on) == known.at(on)


@QUICK
@given(policies, event_lists)
def test_the_next_change_is_exact(policy: dict[str, Any], events: list[Event]) -> None:
    subject = timeline(policy, possible(policy, events), "UTC")
    statuses = [subject.at(on) for on in every_day]
    changes = [
        on
        for on, before, now in zip(every_day[1:], statuses, statuses[1:], strict=False)
        if before != now
    ]
    seen = []
    on: date | None = every_day[0]
    while on is not None and (on := subject.next_change_after(on)) is not None:
        if on > every_day[-1]:
            break
        seen.append(on)
    assert seen == changes


@QUICK
@given(policies, event_lists)
def test_asking_changes_nothing(policy: dict[str, Any], events: list[Event]) -> None:
    kept = possible(policy, events)
    subject = timeline(policy, kept, "UTC")
    first = [(subject.at(on), subject.open_cycle(on)) for on in every_day[::15]]
    subject.spans()
    subject.next_change_after(START)
    subject.what_if(START)
    again = [(subject.at(on), subject.open_cycle(on)) for on in every_day[::15]]
    fresh = timeline(policy, kept, "UTC")
    assert first == again == [(fresh.at(on), fresh.open_cycle(on)) for on in every_day[::15]]


@QUICK
@given(policies, event_lists, days)
def test_a_task_is_told_by_its_due_day(
    policy: dict[str, Any], events: list[Event], on: date
) -> None:
    status = timeline(policy, possible(policy, events), "UTC").at(on)
    if status.task == "none":
        assert status.due_on is None
    if status.task == "due_soon":
        assert status.due_on is not None
        assert on <= status.due_on
    if status.task in {"overdue", "closed"}:
        assert status.due_on is not None
        assert on > status.due_on
    if status.required in {"not_required", "exempt"}:
        assert status.task == "none"


@QUICK
@given(policies, event_lists)
def test_awards_follow_their_anchor(policy: dict[str, Any], events: list[Event]) -> None:
    from certification.policy.rules import add

    for award in timeline(policy, possible(policy, events), "UTC").awards:
        assert award.trace
        if award.anchor_on is None or award.anchor_active is None:
            continue
        baseline = add(award.anchor_on, award.anchor_active, award.intervals)
        assert baseline == award.baseline_until
        if award.basis == "completed":
            assert award.valid_until is not None
            assert award.valid_until > award.valid_from
