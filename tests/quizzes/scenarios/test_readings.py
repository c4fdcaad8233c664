"""What a play that did not pass sends people to read again, and pictures in a conversation."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.api import registry
from quizzes.scenarios.reads import read_debrief_page
from quizzes.scenarios.reads.readings import MOST_READINGS
from tests.lms.factories import make_person
from tests.quizzes.scenarios.factories import make_graph, make_scenario, option, say, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def learner(client, person):
    client.force_login(person.user)
    return client


@pytest.fixture
def lessons(monkeypatch):
    """Two lessons on the telephone, one of them told twice, and no other."""

    def provide(standard):
        label = f"About {standard.code}"
        if standard.code == "PHONE-01":
            yield registry.Link("lesson", label, "/courses/phone/")
            yield registry.Link("lesson", label, "/courses/phone/")
            yield registry.Link("lesson", "On the phone", "/courses/more/")
        yield registry.Link("scenario", "A role-play", "/scenarios/x/")

    monkeypatch.setattr(registry.standard_links, "_items", [provide])


def read(play):
    return [(r.title, r.reason, r.links) for r in read_debrief_page(play=play).readings]


def test_a_missed_standard_names_its_lessons_and_why(learner, lessons, person):
    play = say(start(person, make_scenario()), "wait", "soon")
    (phone,) = read(play)
    assert phone == (
        "PHONE-01",  # no version was ever published: the code stands in
        "You reached 0 %, at least 50 % are needed.",
        (("About PHONE-01", "/courses/phone/"), ("On the phone", "/courses/more/")),
    )
    text = learner.get(reverse("sb_quizzes:debrief", args=[play.uuid])).text
    assert "Read these pages again" in text
    assert "You reached 0 %, at least 50 % are needed." in text
    assert '<a class="btn quiet block" href="/courses/phone/">' in text
    assert "/scenarios/x/" not in text


def test_without_a_missed_mark_what_was_gone_against_is_read_first_the_critical(lessons, person):
    graph = make_graph()
    graph["pass"] = {"percent": 90}
    graph["nodes"]["node-id-canary-2"]["choices"].append(
        option("rude", "node-id-canary-3", {"GREET-01": 0}, verdict="violates")
    )
    play = say(start(person, make_scenario(graph=graph)), "pick", "rude", "number")
    found = read(play)
    assert [title for title, _reason, _links in found] == ["PHONE-01", "GREET-01"]
    assert {reason for _title, reason, _links in found} == {
        "Something you said goes against this standard."
    }


def test_a_standard_without_a_lesson_says_so(learner, person):
    play = say(start(person, make_scenario()), "wait", "soon")
    text = learner.get(reverse("sb_quizzes:debrief", args=[play.uuid])).text
    assert "There is no lesson about it yet. Ask your trainer." in text


def test_a_pass_asks_nobody_for_lessons(lessons, person):
    play = say(start(person, make_scenario()), "pick", "yes", "time")
    with CaptureQueriesContext(connection) as queries:
        assert read(play) == []
    assert len(queries) == 2


def test_at_most_a_few_standards_are_named_in_three_queries_without_providers(person):
    graph = make_graph()
    codes = [f"MORE-{n:02}" for n in range(MOST_READINGS + 2)]
    graph["pass"]["standards"] = dict.fromkeys(codes, 50)
    first = graph["nodes"]["node-id-canary-1"]["choices"]
    first[0]["points"], first[1]["points"] = dict.fromkeys(codes, 0), dict.fromkeys(codes, 1)
    play = say(start(person, make_scenario(graph=graph)), "wait", "soon")
    with CaptureQueriesContext(connection) as queries:
        assert [title for title, _reason, _links in read(play)] == codes[:MOST_READINGS]
    assert len(queries) == 3


def test_pictures_and_recordings_stay_in_the_conversation_with_their_words(learner, person):
    graph = make_graph()
    first, second = (graph["nodes"][f"node-id-canary-{n}"] for n in (1, 2))
    first["image"] = {"src": "/media/till.png", "alt": "A till & a queue", "decorative": False}
    first["audio"] = {"src": "/media/ring.mp3", "transcript": "Ring.\nRing."}
    second["image"] = {"src": "/media/leaf.png", "alt": "not-told", "decorative": True}
    play = start(person, make_scenario(graph=graph))
    url = reverse("sb_quizzes:play", args=[play.uuid])
    picture = '<img src="/media/till.png" alt="A till &amp; a queue">'
    text = learner.get(url).text
    log = text[text.index('role="log"') : text.index('id="ask"')]
    assert picture in log
    assert '<audio controls preload="none" src="/media/ring.mp3">' in log
    assert "<p>Ring.<br>Ring.</p>" in log
    say(play, "pick")
    text = learner.get(url).text
    assert picture in text
    assert '<img src="/media/leaf.png" alt="">' in text
    assert "not-told" not in text
