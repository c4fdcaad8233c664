"""Who counts at a branch on which day, in tables and against brute force."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from certification.coverage.rules import Cover, find_cover, forecast, intersect, subtract, unite

TODAY = date(2026, 4, 20)


def day(offset):
    return TODAY + timedelta(days=offset)


def span(start, until):
    return (day(start), None if until is None else day(until))


def days_of(spans, reach=range(-20, 140)):
    return {
        offset
        for offset in reach
        if any(a <= day(offset) and (b is None or day(offset) < b) for a, b in spans)
    }


SPANS = st.lists(
    st.tuples(st.integers(-15, 100), st.none() | st.integers(1, 40)).map(
        lambda pair: span(pair[0], None if pair[1] is None else pair[0] + pair[1])
    ),
    max_size=4,
)


@given(SPANS, SPANS)
def test_intersecting_leaves_the_days_that_lie_in_both(one, other):
    assert days_of(intersect(unite(one), unite(other))) == days_of(one) & days_of(other)


@given(SPANS, SPANS)
def test_subtracting_leaves_the_days_that_lie_in_none_of_the_others(spans, gone):
    assert days_of(subtract(unite(spans), gone)) == days_of(spans) - days_of(gone)


@given(SPANS)
def test_uniting_keeps_the_days_and_leaves_gaps_between_spans(spans):
    united = unite(spans)
    assert days_of(united) == days_of(spans)
    assert all(a[1] is not None and a[1] < b[0] for a, b in pairwise(united))


@settings(deadline=None)
@given(st.lists(SPANS.map(unite), max_size=5), st.integers(1, 4))
def test_a_forecast_is_what_counting_each_day_says(people, at_least):
    covers = [Cover(number, spans) for number, spans in enumerate(people)]
    counts = [sum(offset in days_of(spans) for spans in people) for offset in range(91)]
    cast = forecast(covers, at_least=at_least, today=TODAY)
    assert cast.now == counts[0]
    assert cast.ahead == (counts[30], counts[60], counts[90])
    below = next((offset for offset, count in enumerate(counts) if count < at_least), None)
    assert cast.below_on == (None if below is None else day(below))
    assert all(loss.left == counts[(loss.on - TODAY).days] for loss in cast.losses)


def make_covers(*untils):
    return [Cover(number, (span(-10, until),)) for number, until in enumerate(untils)]


def test_one_more_lapse_is_named_with_its_day_and_person():
    cast = forecast(make_covers(13, None), at_least=2, today=TODAY)
    assert (cast.level, cast.below_on) == ("drops", day(13))
    assert cast.breaking.people == (0,)
    assert cast.breaking.left == 1


def test_levels_say_how_near_a_branch_is_to_too_few():
    levels = [
        forecast(make_covers(*untils), at_least=2, today=TODAY).level
        for untils in ([None], [None, 30], [None, None], [None, None, None], [])
    ]
    assert levels == ["below", "drops", "tight", "enough", "below"]


def test_a_lapse_on_the_ninetieth_day_is_seen_and_on_the_next_is_not():
    assert forecast(make_covers(90), at_least=1, today=TODAY).level == "drops"
    assert forecast(make_covers(91), at_least=1, today=TODAY).level == "tight"


def test_a_renewal_that_touches_leaves_no_gap():
    cover = Cover(1, unite([span(-10, 20), span(20, None)]))
    assert forecast([cover], at_least=1, today=TODAY).losses == ()


def test_who_is_on_leave_does_not_count():
    cover = find_cover(7, postings=[span(-100, None)], held=[span(-50, 60)], away=[span(10, 20)])
    assert cover.spans == (span(-50, 10), span(20, 60))
    assert [cover.covers(day(offset)) for offset in (9, 10, 19, 20, 59, 60)] == [
        True,
        False,
        False,
        True,
        True,
        False,
    ]


def test_who_leaves_the_branch_stops_counting_there():
    cover = find_cover(7, postings=[span(-100, 5)], held=[span(-50, None)], away=[])
    assert cover.spans == (span(-50, 5),)
