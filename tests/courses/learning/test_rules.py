from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from courses.learning.rules import LessonRow, count_done, name_state, order_lessons

uuids = st.uuids()


def row(*, done=False):
    return LessonRow(uuid4(), "Lesson", "/l/", 5, done)


@given(done=st.sets(uuids), live=st.lists(uuids, unique=True))
def test_progress_is_never_more_than_all(done, live):
    count, total = count_done(done, live)

    assert 0 <= count <= total == len(live)


def test_lessons_taken_away_count_for_nothing():
    one, two, gone = uuid4(), uuid4(), uuid4()

    assert count_done({one, gone}, [one, two]) == (1, 2)


def test_states_follow_from_what_is_done():
    assert name_state(done=0, total=3, begun=False) == "open"
    assert name_state(done=0, total=3, begun=True) == "under_way"
    assert name_state(done=1, total=3, begun=True) == "under_way"
    assert name_state(done=3, total=3, begun=True) == "done"
    assert name_state(done=0, total=0, begun=True) == "under_way"


def test_in_order_a_lesson_opens_when_all_before_it_are_done():
    rows = [row(done=True), row(), row(), row(done=True)]

    assert [r.open for r in order_lessons(rows, sequential=True)] == [True, True, False, True]
    assert [r.open for r in order_lessons(rows, sequential=False)] == [True] * 4
