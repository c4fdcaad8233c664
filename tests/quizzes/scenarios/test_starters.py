"""Role-plays to start from, and drafts as files."""

import pytest
from django.urls import reverse

from lms.api import Standard
from quizzes.scenarios.actions import begin_from, import_draft
from quizzes.scenarios.models import Scenario, ScenarioVersion
from quizzes.scenarios.reads import STARTERS, build_draft_graph, build_starter, list_faults
from quizzes.scenarios.rules import best_path, read_graph, validate
from tests.lms.factories import make_granted, make_person
from tests.quizzes.factories import make_standard
from tests.quizzes.scenarios.factories import CANARIES, make_scenario
from tests.quizzes.scenarios.forms import fill_form

pytestmark = pytest.mark.django_db
NAMES = [card.name for card in STARTERS]


def url(name, *args):
    return reverse(f"wagtailsnippets_sb_quizzes_scenario:{name}", args=args)


@pytest.fixture
def trainer(client):
    client.force_login(make_granted("trainer"))
    for code in ("PHONE-01", "GREET-01", "REFUND-01"):
        make_standard(code)
    return client


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("trainer")
def test_a_starter_can_be_played_as_it_is(name):
    scenario = begin_from(name)
    graph = build_draft_graph(scenario)
    assert validate(graph) == []
    assert list_faults(scenario) == []
    read = read_graph(graph)
    assert 6 <= len(read.steps) <= 8
    assert len(read.endings) >= 3
    assert all(len(step.choices) >= 2 for step in read.steps.values())
    texts = [choice.feedback for step in read.steps.values() for choice in step.choices]
    assert all(texts)
    assert len(read.pass_standards) == 2
    verdicts = {(step.id, c.id): c.verdict for step in read.steps.values() for c in step.choices}
    assert {verdicts[pair] for pair in best_path(graph)} == {"follows"}


def test_no_two_starters_share_a_sentence():
    lines = [
        text
        for name in NAMES
        for step in build_starter(name)["graph"]["nodes"].values()
        for text in [step["line"], *(choice["text"] for choice in step["choices"])]
        if len(text.split()) > 3
    ]
    assert len(set(lines)) == len(lines) > 6 * 20


def test_a_starter_is_about_the_standards_of_the_site(trainer):
    assert "REFUND-01" in build_starter("refund")["standards"]
    Standard.objects.update(live=False)
    alone = build_starter("refund")
    assert alone["standards"] == []
    assert validate(alone["graph"]) == []


def test_adding_begins_with_cards_and_then_the_form(trainer):
    cards = trainer.get(url("add")).text
    assert all(f"?from={name}" in cards for name in [*NAMES, "blank"])
    assert url("import") in cards
    page = trainer.get(url("add"), {"from": "complaint"})
    assert "The bag on the counter" in page.text
    assert "Ready to be published" in page.text
    blank = trainer.get(url("add"), {"from": "blank"}).text
    assert "the step to begin with is missing" in blank
    assert trainer.get(url("add"), {"from": "../x"}).status_code == 200
    assert not Scenario.objects.exists()


def test_a_second_one_from_the_same_card_gets_a_code_of_its_own(trainer):
    for expected in ("complaint", "complaint-2", "complaint-3"):
        scenario = begin_from("complaint")
        assert scenario.code == expected
        assert trainer.post(url("add"), fill_form(scenario)).status_code == 302


def test_a_draft_goes_to_another_site_as_a_file(trainer):
    trainer.post(url("add"), fill_form(begin_from("queue")))
    scenario = Scenario.objects.get()
    answer = trainer.get(url("export", scenario.pk))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="queue.json"'
    before = [scenario.list_blocks(), scenario.list_marks()]
    Scenario.objects.all().delete()
    again = import_draft(document=answer.json(), actor=None, replaces=True)
    assert [again.list_blocks(), again.list_marks()] == before
    assert not ScenarioVersion.objects.exists()


def test_the_file_is_for_authors_only(client):
    scenario = make_scenario()
    for user in (make_person().user, make_granted("branch_manager")):
        client.force_login(user)
        answer = client.get(url("export", scenario.pk))
        assert answer.status_code in {302, 403}
        assert not any(mark in answer.content.decode() for mark in CANARIES)


def test_a_new_standard_can_be_picked_at_once(trainer):
    assert "NEW-01" not in trainer.get(url("add"), {"from": "blank"}).text
    make_standard("NEW-01")
    assert "NEW-01" in trainer.get(url("add"), {"from": "blank"}).text


def test_the_editor_asks_for_standards_few_times(trainer, django_assert_max_num_queries):
    trainer.post(url("add"), fill_form(begin_from("queue")))
    scenario = Scenario.objects.get()
    trainer.get(url("edit", scenario.pk))
    with django_assert_max_num_queries(60) as asked:
        trainer.get(url("edit", scenario.pk))
    standards = [row for row in asked.captured_queries if 'FROM "sb_lms_standard"' in row["sql"]]
    assert len(standards) <= 3
