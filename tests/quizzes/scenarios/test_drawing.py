"""What the editor's panel is told of a draft: findings, drawing, outline and scores."""

import pytest
from django.urls import reverse

from quizzes.scenarios.models import Scenario
from quizzes.scenarios.reads import check_draft, read_trial
from quizzes.scenarios.rules import (
    BOX_HEIGHT,
    BOX_WIDTH,
    copy_branch,
    draw,
    find_branch,
    find_ending_ranges,
    read_graph,
    score,
    validate,
)
from tests.lms.factories import UserFactory, make_granted, make_person
from tests.quizzes.factories import make_standard
from tests.quizzes.scenarios.factories import make_graph, make_scenario
from tests.quizzes.scenarios.forms import fill_form, make_draft
from tests.quizzes.scenarios.graphs import choice, graph, ladder, ring

SECOND = "node-id-canary-2"


def url(name, *args):
    return reverse(f"wagtailsnippets_sb_quizzes_scenario:{name}", args=args)


@pytest.fixture
def trainer(client):
    client.force_login(make_granted("trainer"))
    for code in ("PHONE-01", "GREET-01"):
        make_standard(code)
    return client


@pytest.mark.parametrize("drawn", [make_graph(), ladder(40), ring(9), graph({"a": []}), {}])
def test_no_two_boxes_of_a_drawing_touch(drawn):
    drawing = draw(read_graph(drawn))
    boxes = drawing.boxes
    assert len(boxes) == len(drawn.get("nodes", ())) + len(drawn.get("endings", ()))
    for number, box in enumerate(boxes):
        assert 0 <= box.x <= drawing.width - BOX_WIDTH
        assert 0 <= box.y <= drawing.height - BOX_HEIGHT
        for other in boxes[number + 1 :]:
            apart = abs(box.x - other.x) >= BOX_WIDTH or abs(box.y - other.y) >= BOX_HEIGHT
            assert apart, (box, other)


def test_the_start_stands_on_top_and_endings_at_the_bottom():
    boxes = {box.id: box for box in draw(read_graph(make_graph())).boxes}
    steps = [box.y for box in boxes.values() if not box.ending]
    assert boxes["node-id-canary-1"].y == min(steps)
    assert {box.y for box in boxes.values() if box.ending} == {max(box.y for box in boxes.values())}
    assert max(steps) < boxes["e-id-canary-good"].y


def test_every_choice_that_leads_somewhere_has_an_arrow():
    drawn = graph({"a": [choice("x", "b"), choice("y", "gone")], "b": [choice("z", "a")]})
    arrows = draw(read_graph(drawn)).arrows
    assert [(arrow.step, arrow.choice, arrow.to) for arrow in arrows] == [
        ("a", "x", "b"),
        ("b", "z", "a"),
    ]
    assert all(arrow.path.startswith("M") for arrow in arrows)


def walk_all(drawn, walk=()):
    from quizzes.scenarios.rules import available

    ways = available(drawn, walk)
    if not ways:
        yield walk
    for way in ways:
        yield from walk_all(drawn, (*walk, way))


def test_the_scores_of_an_ending_are_those_of_all_walks_to_it():
    drawn = make_graph()
    found = {}
    for walk in walk_all(drawn):
        result = score(drawn, walk)
        found.setdefault(result.ending, []).append(result.percent)
    ranges = find_ending_ranges(read_graph(drawn))
    assert ranges == {name: (min(shares), max(shares)) for name, shares in found.items()}


def test_an_ending_nobody_reaches_has_no_score():
    drawn = make_graph()
    drawn["endings"]["lost"] = {"title": "Lost", "outcome": "failure"}
    assert find_ending_ranges(read_graph(drawn))["lost"] is None
    assert set(find_ending_ranges(read_graph(ring(20))).values()) == {None}


def test_a_branch_ends_where_it_comes_together_with_the_rest():
    drawn = graph(
        {
            "a": [choice("x", "b"), choice("y", "c")],
            "b": [choice("x", "b2"), choice("y", "join")],
            "b2": [choice("x", "join"), choice("back", "b")],
            "c": [choice("x", "join")],
            "join": [choice("x", "win")],
        }
    )
    read = read_graph(drawn)
    assert find_branch(read, "b") == ["b", "b2"]
    assert find_branch(read, "join") == ["join"]
    assert find_branch(read, "a") == ["a", "b", "b2", "c", "join"]
    assert find_branch(read, "gone") == []


def test_a_copied_branch_has_ids_of_its_own_and_leads_within_itself():
    draft = make_draft()
    numbers = iter(range(100))
    blocks = draft.list_blocks()
    branch = ["node-id-canary-1", SECOND]
    first, second = copy_branch(
        blocks, branch, lambda: f"new{next(numbers)}", lambda title: f"{title} 2"
    )
    assert [first["value"]["title"], second["value"]["title"]] == ["It rings 2", "She asks 2"]
    leads = [row["value"]["to"] for row in first["value"]["choices"]]
    assert leads == ["node-id-canary-3", second["id"]]
    ids = [row["id"] for block in (first, second) for row in [block, *block["value"]["choices"]]]
    assert len(set(ids)) == len(ids)
    assert all(name.startswith("new") for name in ids)
    assert draft.list_blocks() == blocks


def test_the_check_says_what_is_wrong_where_and_what_is_best():
    broken = make_graph()
    broken["nodes"][SECOND]["choices"] = []
    broken["nodes"]["alone"] = {"title": "Alone", "choices": [choice("x", "e-id-canary-good")]}
    check = check_draft(broken)
    assert check.errors == sum(found.severity == "error" for found in validate(broken))
    states = {node.block: node.state for node in check.nodes}
    assert states == {
        "node-id-canary-1": "best",
        SECOND: "error",
        "node-id-canary-3": "best",
        "alone": "unreachable",
        "e-id-canary-good": "",
        "e-id-canary-poor": "",
    }
    words = {finding.block: finding.words for finding in check.findings}
    assert words[SECOND] == "“She asks”: this step has no choices."
    assert next(node.scores for node in check.nodes if node.block == "e-id-canary-poor")


@pytest.mark.django_db
def test_the_panel_follows_the_form_and_keeps_nothing(trainer, django_assert_num_queries):
    scenario = make_draft()
    form = fill_form(scenario)
    page = trainer.post(url("check"), form).text
    assert "Ready to be published" in page
    assert "“She asks”: this step has no choices." not in page
    form["body-1-value-choices-count"] = 0
    trainer.post(url("check"), form)
    with django_assert_num_queries(7):  # who asks and what they may; none for the draft
        page = trainer.post(url("check"), form).text
    assert "“She asks”: this step has no choices." in page
    assert f'data-sb-open="{SECOND}"' in page
    assert not Scenario.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["check", "branch"])
def test_only_authors_ask_about_a_form(client, name):
    for user in (make_person().user, UserFactory(), make_granted("branch_manager")):
        client.force_login(user)
        assert client.post(url(name), {}).status_code in {302, 403}
    client.force_login(make_granted("trainer"))
    assert client.post(url(name), {}).status_code == 400
    assert client.get(url(name)).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "soon", "\0", "9" * 500])
def test_nonsense_in_a_number_is_a_finding(trainer, typed):
    form = fill_form(make_draft(), meter_start=typed, pass_percent="70")
    form["body-0-value-choices-0-value-meter"] = typed
    answer = trainer.post(url("check"), form)
    assert answer.status_code == 200


@pytest.mark.django_db
def test_the_editor_gets_copies_of_a_branch(trainer):
    answer = trainer.post(url("branch") + f"?step={SECOND}", fill_form(make_draft()))
    [block] = answer.json()["blocks"]
    assert block["type"] == "step"
    assert block["id"] != SECOND
    assert block["value"]["title"] == "She asks (copy)"
    assert len(block["value"]["choices"]) == 2


@pytest.mark.django_db
def test_a_draft_is_tried_out_from_any_step_and_nothing_is_recorded(trainer):
    scenario = make_scenario()
    address = url("play", scenario.pk)
    page = trainer.get(address, {"at": SECOND}).text
    assert "May I ask you something?" in page
    assert "The phone rings" not in page
    page = trainer.get(address, {"at": SECOND, "walk": "1.1"}).text
    assert "ending-canary She thanks you." in page
    assert trainer.get(address).text.count("The phone rings") == 1
    for wrong in ({"walk": "9"}, {"walk": "x"}, {"walk": "1.1.1.1"}):
        assert trainer.get(address, wrong).status_code == 404
    answer = trainer.get(address, {"at": "not-saved"})
    assert answer.status_code == 404
    assert "This step is not saved yet. Save the draft and try again." in answer.text
    assert f'href="{url("edit", scenario.pk)}">Back to the editor' in answer.text
    assert "this way through it is gone" in trainer.get(address, {"walk": "9"}).text
    assert not scenario.plays.exists()


@pytest.mark.django_db
def test_a_trial_shows_pictures_and_plays_recordings(trainer):
    graph = make_graph()
    graph["nodes"][SECOND] |= {
        "image": {"src": "/till.png", "alt": "The till"},
        "audio": {"src": "/voice.mp3", "transcript": "Every word of hers."},
    }
    scenario = make_scenario(graph=graph)
    page = trainer.get(url("play", scenario.pk), {"at": SECOND}).text
    assert '<img src="/till.png" alt="The till">' in page
    assert 'src="/voice.mp3"' in page
    assert "Every word of hers." in page


@pytest.mark.django_db
def test_only_authors_try_a_draft_out(client):
    scenario = make_scenario()
    for user in (make_person().user, make_granted("branch_manager")):
        client.force_login(user)
        assert client.get(url("play", scenario.pk)).status_code in {302, 403}
    client.force_login(make_granted("trainer"))
    assert client.get(url("play", 99999)).status_code == 404


def test_a_trial_begins_with_the_mood_of_the_start():
    drawn = make_graph()
    trial = read_trial(drawn, SECOND, [1])
    assert trial.mood.value == 65
    assert [line.answer for line in trial.lines] == ["Of course, Mrs Keller."]
    assert read_trial(drawn, "", [1]).lines[0].feedback == "feedback-canary-wait"
