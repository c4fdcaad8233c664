"""What is next, from open cycles put side by side."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.training.rules import Path, Step, choose_next, order_paths, part_of_day

DONE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def step(n, *, done=False, group="", needs=1):
    return Step("quiz", UUID(int=n), f"Step {n}", DONE if done else None, group, needs)


def path(*steps, due=None, title="T"):
    return Path(1, title, due, steps)


@pytest.mark.parametrize(
    ("steps", "now", "done", "total", "number"),
    [
        ([], None, 0, 0, 0),
        ([step(1)], 1, 0, 1, 1),
        ([step(1, done=True)], None, 1, 1, 1),
        ([step(1, done=True), step(2)], 2, 1, 2, 2),
        ([step(1), step(2, done=True)], 1, 1, 2, 2),
        ([step(1, group="a"), step(2, group="a")], 1, 0, 1, 1),
        ([step(1, group="a"), step(2, group="a", done=True), step(3)], 3, 1, 2, 2),
        (
            [step(n, group="a", needs=2, done=n == 1) for n in (1, 2, 3)],
            2, 1, 2, 2,
        ),
        (
            [step(n, group="a", needs=2, done=True) for n in (1, 2, 3)],
            None, 2, 2, 2,
        ),
    ],
)  # fmt: skip
def test_a_path_counts_its_necessary_steps(steps, now, done, total, number):
    found = path(*steps)
    assert (found.now.target.int if found.now else None) == now
    assert (found.done, found.total, found.number) == (done, total, number)


def test_alternatives_that_are_no_longer_needed_are_not_shown():
    spare = step(2, group="a")
    assert path(step(1, group="a", done=True), spare, step(3)).wanted == (
        step(1, group="a", done=True),
        step(3),
    )


steps = st.lists(
    st.builds(
        step,
        st.integers(1, 99),
        done=st.booleans(),
        group=st.sampled_from(["", "a", "b"]),
    ),
    max_size=6,
)
paths = st.lists(
    st.builds(
        lambda rows, due, title: path(*rows, due=due, title=title),
        steps,
        st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
        st.text(max_size=3),
    ),
    max_size=5,
)


@given(steps)
def test_there_is_a_next_step_as_long_as_something_is_missing(rows):
    found = path(*rows)
    assert 0 <= found.done <= found.total
    assert (found.now is None) == (found.done == found.total)


@given(paths)
def test_the_next_step_belongs_to_the_most_urgent_path_with_something_to_do(rows):
    chosen = choose_next(rows)
    waiting = [row for row in order_paths(rows) if row.now]
    assert chosen == ((waiting[0], waiting[0].now) if waiting else None)
    if chosen and chosen[0].due_on is None:
        assert all(row.due_on is None for row in waiting)
    elif chosen:
        assert all(row.due_on is None or row.due_on >= chosen[0].due_on for row in waiting)


@pytest.mark.parametrize(
    ("at", "word"),
    [
        (time(0), "morning"),
        (time(11, 59), "morning"),
        (time(12), "afternoon"),
        (time(17, 59), "afternoon"),
        (time(18), "evening"),
        (time(23, 59), "evening"),
    ],
)
def test_the_greeting_follows_the_clock(at, word):
    assert part_of_day(at) == word
