import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.api import StandardVersion, import_standards, registry
from quizzes.scenarios.actions import start_practice
from quizzes.scenarios.models import Play, PlayStep, Scenario
from quizzes.scenarios.reads import list_best_choices, read_walk
from tests.lms.factories import UserFactory, make_granted, make_person
from tests.quizzes.scenarios.factories import (
    CANARIES,
    NOW,
    make_demo_scenario,
    make_graph,
    make_scenario,
    option,
    say,
    start,
    token_of,
)

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
BUTTON = re.compile(r'<button type="submit" class="opt" name="choice" value="([^"]+)"')
SEQUENCE = re.compile(r'name="sequence" value="(\d+)"')


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def learner(client, person):
    client.force_login(person.user)
    return client


@pytest.fixture
def scenario():
    return make_scenario()


def briefing(scenario):
    return reverse("sb_quizzes:scenario", kwargs={"uuid": scenario.uuid})


def at(play):
    return reverse("sb_quizzes:play", kwargs={"uuid": play.uuid})


def debrief(play):
    return reverse("sb_quizzes:debrief", kwargs={"uuid": play.uuid})


def press(client, play, number):
    """Press the button of that number on the page as it stands."""
    text = client.get(at(play)).text
    sent = {
        "choice": BUTTON.findall(text)[number - 1],
        "sequence": SEQUENCE.search(text).group(1),
    }
    return client.post(at(play), sent)


def count_work(queries):
    """Count what reads or writes rows; savepoints stand for begin and commit of a request."""
    return len([q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_the_whole_way_through_without_javascript(learner, scenario):
    page = learner.get(briefing(scenario))
    assert "You are alone at the till." in page.text
    assert not Play.objects.exists()
    response = learner.post(briefing(scenario))
    play = Play.objects.get()
    assert (response.status_code, response["Location"]) == (303, at(play))
    assert "The phone rings for the second time." in learner.get(at(play)).text
    response = press(learner, play, 2)
    assert (response.status_code, response["Location"]) == (303, at(play) + "#now")
    text = learner.get(at(play)).text
    assert "I pick up at once." in text
    assert "Customer’s mood: friendly, 60 of 100" in text
    press(learner, play, 1)
    press(learner, play, 1)
    text = learner.get(at(play)).text
    assert "ending-canary She thanks you." in text
    assert debrief(play) in text
    text = learner.get(debrief(play)).text
    assert "Passed. Well done!" in text
    assert "100&nbsp;%" in text


def test_nothing_that_helps_is_sent_before_its_time(learner, scenario, person):
    sent = [learner.get(briefing(scenario)).content]
    play = start(person, scenario)
    for number in (1, 1):
        sent += [learner.get(url).content for url in (at(play), briefing(scenario))]
        sent.append(learner.get(debrief(play), follow=True).content)
        sent.append(learner.post(at(play), {"choice": "x", "sequence": "9"}).content)
        press(learner, play, number)
    assert Play.objects.get().is_finished
    for content in sent:
        text = content.decode()
        assert not [mark for mark in CANARIES if mark in text]
        for word in ("violates", "goes against", "follows the standard", "Best path", "critical"):
            assert word not in text
    after = learner.get(debrief(play)).text
    assert "feedback-canary-wait" in after
    assert "ending-canary She thanks you." in after
    # Ids of steps and choices stay with the author even then.
    assert "choice-id-canary" not in after
    assert "node-id-canary" not in after


def test_tokens_of_one_choice_differ_between_people_and_between_steps(scenario, person):
    mine, yours = start(person, scenario), start(make_person(), scenario)
    name = "choice-id-canary-pick"
    tokens = {token_of(play, name, n) for play in (mine, yours) for n in (1, 2)}
    assert len(tokens) == 4


def test_a_double_tap_and_an_old_tab_lead_to_the_present_step(learner, scenario, person):
    play = start(person, scenario)
    old = {"choice": BUTTON.findall(learner.get(at(play)).text)[1], "sequence": "1"}
    other = {"choice": BUTTON.findall(learner.get(at(play)).text)[0], "sequence": "1"}
    for sent in (old, old, other):
        response = learner.post(at(play), sent)
        assert (response.status_code, response["Location"]) == (303, at(play) + "#now")
    assert read_walk(play) == ["choice-id-canary-pick"]
    assert "May I ask you something?" in learner.get(at(play)).text


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"choice": "x"},
        {"choice": "x", "sequence": ""},
        {"choice": "choice-id-canary-pick", "sequence": "1"},
        {"choice": "x", "sequence": "1" * 400},
        {"choice": "x", "sequence": "-1"},
        {"choice": "x", "sequence": "٣"},
        {"choice": "\0", "sequence": "1"},
        {"choice": ["a", "b"], "sequence": "1"},
    ],
)
def test_nonsense_gets_the_step_again_with_words_and_nothing_lost(learner, scenario, person, sent):
    play = start(person, scenario)
    response = learner.post(at(play), sent)
    assert response.status_code == 422
    assert "The phone rings for the second time." in response.text
    assert 'role="alert"' in response.text
    assert not PlayStep.objects.exists()


def test_play_is_resumed_where_it_stopped_and_begun_again_on_wish(learner, scenario, person):
    play = start(person, scenario)
    press(learner, play, 2)
    assert at(play) in learner.get(briefing(scenario)).text
    assert learner.post(briefing(scenario))["Location"] == at(play)
    response = learner.post(briefing(scenario), {"again": "1"})
    fresh = Play.objects.get(state="open")
    assert (response.status_code, response["Location"]) == (303, at(fresh))
    assert learner.post(briefing(scenario), {"again": "1"})["Location"] == at(fresh)
    assert Play.objects.count() == 2
    assert learner.get(at(play))["Location"] == briefing(scenario)
    late = learner.post(at(play), {"choice": "x", "sequence": "2"}, follow=True)
    assert late.redirect_chain == [(briefing(scenario), 303)]
    assert "This play is over." in late.text


def test_other_peoples_plays_look_like_unknown_ones(client, scenario, person):
    play = say(start(person, scenario), "wait", "time")
    client.force_login(make_person().user)
    for url in (at(play), debrief(play)):
        assert client.get(url).status_code == 404
        assert client.post(url, {"choice": "x", "sequence": "1", "from": "1"}).status_code == 404
    assert Play.objects.count() == 1


def test_everybody_else_is_sent_to_the_login(client, scenario, person):
    play = start(person, scenario)
    for url in (briefing(scenario), at(play), debrief(play)):
        assert "/login/" in client.get(url)["Location"]
        assert "/login/" in client.post(url)["Location"]
    assert Play.objects.count() == 1


def test_a_closed_scenario_is_unknown_except_to_who_has_played_it(learner, scenario, person):
    Scenario.objects.update(live=False)
    assert learner.get(briefing(scenario)).status_code == 404
    assert learner.post(briefing(scenario)).status_code == 404
    Scenario.objects.update(live=True)
    play = start(person, scenario)
    Scenario.objects.update(live=False)
    page = learner.get(briefing(scenario))
    assert "closed at the moment" in page.text
    assert "Begin again" not in page.text
    assert press(learner, play, 2).status_code == 303
    assert learner.post(briefing(scenario), {"again": "1"}).status_code == 409
    assert Play.objects.get().is_open


def test_the_debrief_says_why_and_sets_both_paths_side_by_side(learner, scenario, person):
    play = say(start(person, scenario), "wait", "number")
    page = learner.get(debrief(play))
    text = " ".join(page.text.replace("\u00a0", " ").split())
    assert "Not passed yet" in text
    assert "One thing you said must never happen." in text
    assert "“Title of PHONE-01”" not in text  # no version was ever published: the code stands in
    assert "“PHONE-01”: 25 %. At least 50 % are needed." in text
    rows = page.context["page"].rows
    shape = [(r.number, r.title, bool(r.own), bool(r.best), r.same) for r in rows]
    assert shape == [
        (1, "It rings", True, True, False),
        (None, "She asks", False, True, False),
        (2, "She wants to know", True, True, False),
    ]
    assert [row.own.tone for row in rows if row.own] == ["bad", "bad"]
    assert "must never happen" in text
    assert "Your path did not come here." in text
    assert "How it was taken: mood 50 → 30 (impatient)" in text


def test_the_debrief_draws_the_mood_and_lists_it(learner, scenario, person):
    play = say(start(person, scenario), "wait", "soon")
    text = learner.get(debrief(play)).text
    assert 'aria-label="The customer’s mood went from 50 to 0 of 100."' in text
    assert text.count("<circle") - text.count('<circle cx="12"') >= 3
    table = re.search(r"<tbody>(.*?)</tbody>", text, re.DOTALL).group(1)
    assert re.findall(r'<td class="n">(\d+)</td><td>(\w+)</td>', table) == [
        ("50", "patient"),
        ("30", "impatient"),
        ("0", "upset"),
    ]


def test_the_debrief_shows_the_standard_as_it_was_when_it_was_played(learner, person):
    documents = json.loads((ROOT / "demo" / "standards.json").read_text())
    import_standards(documents=documents, actor=None, now=NOW - timedelta(days=9))
    play = start(person, make_demo_scenario())
    for token in list_best_choices(play):
        learner.post(at(play), {"choice": token, "sequence": str(play.steps.count() + 1)})
    then = StandardVersion.objects.get(standard__code="PHONE-01")
    later = timezone.now() + timedelta(days=30)
    body = then.body | {"statement": "<p>changed-since-then</p>"}
    StandardVersion.objects.create(
        standard=then.standard,
        number=2,
        material_number=2,
        change="material",
        effective_on=later.date(),
        body=body,
        digest="x",
        published_at=later,
    )
    text = learner.get(debrief(play)).text
    assert "Passed. Well done!" in text
    assert "What the standard said when you played (version 1)" in text
    assert "changed-since-then" not in text
    assert reverse("sb_lms:standard", args=["PHONE-01"]) in text


def test_practice_from_a_decision_starts_there_and_never_counts(learner, scenario, person):
    play = say(start(person, scenario), "pick", "hm", "soon")
    response = learner.post(debrief(play), {"from": "2"})
    practice = Play.objects.get(purpose="practice")
    assert (response.status_code, response["Location"]) == (303, at(practice) + "#now")
    text = learner.get(at(practice)).text
    assert "practice, does not count" in text
    assert "I pick up at once." in text
    assert "May I ask you something?" in text
    press(learner, practice, 1)
    press(learner, practice, 1)
    text = learner.get(debrief(practice)).text
    assert "Given at the start" in text
    for wrong in ("", "0", "4", "x"):
        response = learner.post(debrief(play), {"from": wrong})
        assert (response.status_code, response["Location"]) == (303, debrief(play))
    assert Play.objects.filter(purpose="practice").count() == 1


def test_a_step_seen_twice_says_that_only_the_first_time_counts(learner, person):
    graph = make_graph()
    again = option("again", "node-id-canary-2", {"GREET-01": 0}, "Pardon?")
    graph["nodes"]["node-id-canary-2"]["choices"].append(again)
    play = say(start(person, make_scenario(graph=graph)), "pick", "again", "yes", "time")
    text = learner.get(debrief(play)).text
    assert text.count("You had been at this step before") == 1


def test_a_name_with_markup_is_shown_as_text(learner, person):
    graph = make_graph()
    graph["nodes"]["node-id-canary-1"]["line"] = "<script>alert(1)</script>"
    play = start(person, make_scenario(graph=graph, briefing="<b>Hi</b>"))
    assert "<script>alert(1)" not in learner.get(at(play)).text
    assert "&lt;b&gt;Hi" in learner.get(briefing(play.scenario)).text


def test_pages_keep_their_query_budgets(learner, person, monkeypatch):
    # The top bar's own queries belong to those who fill it.
    monkeypatch.setattr(registry.navigation, "_items", [])
    graph = make_graph()
    again = option("again", "node-id-canary-2", {"GREET-01": 0}, "Pardon?")
    graph["nodes"]["node-id-canary-2"]["choices"].append(again)
    play = say(start(person, make_scenario(graph=graph)), "pick")
    counts = []
    for length in (2, 60):
        play = say(play, *["again"] * (length - 1 - play.steps.count() + 1))
        with CaptureQueriesContext(connection) as shown:
            learner.get(at(play))
        token = token_of(play, "choice-id-canary-again")
        sent = {"choice": token, "sequence": str(play.steps.count() + 1)}
        with CaptureQueriesContext(connection) as saved:
            assert learner.post(at(play), sent).status_code == 303
        counts.append((count_work(shown), count_work(saved)))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 6, counts
    done = say(play, "yes", "time")
    start_practice(play=done, at_sequence=1, actor=None, now=NOW)
    for url, most in ((debrief(done), 6), (briefing(done.scenario), 8)):
        with CaptureQueriesContext(connection) as queries:
            assert learner.get(url).status_code == 200
        assert count_work(queries) <= most, [query["sql"][:90] for query in queries]


@pytest.mark.parametrize("role", ["trainer", "hr", "superuser"])
def test_authors_off_the_roster_look_at_a_role_play_as_guests(client, role):
    thing = make_scenario()
    user = UserFactory(superuser=True) if role == "superuser" else make_granted(role)
    client.force_login(user)
    page = client.get(briefing(thing))
    assert page.status_code == 200
    assert "as a guest: nothing is recorded" in page.text
    assert 'method="post"' not in page.text.split("<main", 1)[1].split("</main>")[0]
    assert client.post(briefing(thing)).status_code == 404
    assert not Play.objects.exists()


@pytest.mark.parametrize("role", ["auditor", "branch_manager"])
def test_other_logins_off_the_roster_find_no_role_play(client, role):
    client.force_login(make_granted(role))
    assert client.get(briefing(make_scenario())).status_code == 404
