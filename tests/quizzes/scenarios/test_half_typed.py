"""What is half typed is kept in a draft, and named before it is published."""

import pytest
from django.urls import reverse

from quizzes.scenarios.models import Scenario, ScenarioVersion
from quizzes.scenarios.reads import list_faults
from quizzes.scenarios.rules import Terms, find_slips
from tests.lms.factories import make_granted
from tests.quizzes.factories import make_standard
from tests.quizzes.scenarios.factories import make_graph
from tests.quizzes.scenarios.forms import fill_form, make_draft

METER = "body-0-value-choices-0-value-meter"
SECOND = "node-id-canary-2"


@pytest.fixture
def hr(client):
    client.force_login(make_granted("hr"))
    for code in ("PHONE-01", "GREET-01"):
        make_standard(code)
    return client


def url(name, *args):
    return reverse(f"wagtailsnippets_sb_quizzes_scenario:{name}", args=args)


def keep_draft(client):
    """Save a draft as a person does; return it."""
    assert client.post(url("add"), fill_form(make_draft())).status_code == 302
    return Scenario.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"accept": "application/json"}])
def test_a_draft_keeps_half_a_number_and_empty_terms(hr, headers):
    scenario = keep_draft(hr)
    typed = {METER: "-", "pass_percent": "", "meter_start": ""}
    answer = hr.post(url("edit", scenario.pk), fill_form(scenario, **typed), headers=headers)
    assert answer.status_code == (200 if headers else 302)
    assert not headers or answer.json()["success"]
    kept = Scenario.objects.get().get_latest_revision_as_object()
    assert kept.list_blocks()[0]["value"]["choices"][0]["value"]["meter"] == "-"
    assert (kept.pass_percent, kept.meter_start) == (None, None)
    page = hr.get(url("edit", scenario.pk)).text
    assert "“It rings”: something here cannot be read: no number" in page
    assert "nobody said how many percent are needed to pass" in page
    assert "nobody said what the mood is at the start" in page


@pytest.mark.django_db
def test_a_new_draft_keeps_them_too(hr):
    form = fill_form(make_draft(), **{METER: "1/", "pass_percent": "", "meter_start": ""})
    assert hr.post(url("add"), form).status_code == 302
    assert Scenario.objects.get().pass_percent is None


@pytest.mark.django_db
def test_what_is_half_typed_is_not_published_and_is_named(hr):
    scenario = keep_draft(hr)
    more = {METER: "-", "pass_percent": "", "meter_start": "", "action-publish": "1"}
    refused = hr.post(url("edit", scenario.pk), fill_form(scenario, **more))
    assert refused.status_code == 200
    assert set(refused.context["form"].errors) == {"body", "pass_percent", "meter_start"}
    assert "This is not a number. Write for example 2, -1, 0.5 or 1/3." in refused.text
    assert not ScenarioVersion.objects.exists()


@pytest.mark.django_db
def test_an_empty_term_is_a_fault_beside_its_field(hr):
    scenario = make_draft()
    scenario.pass_percent = scenario.meter_start = None
    faults = {fault.field: fault.words for fault in list_faults(scenario)}
    assert set(faults) >= {"pass_percent", "meter_start"}


def slip_on(points, marks=()):
    """Return the slips of a step whose second choice has these rows of points."""
    choices = [{"id": "c1", "value": {}}, {"id": "c2", "value": {"points": points}}]
    blocks = [{"type": "step", "id": "a", "value": {"choices": choices}}]
    found = find_slips(blocks, marks, Terms())
    return [(slip.code, slip.node, slip.detail, slip.choices) for slip in found]


def row(code, points="1"):
    return {"type": "item", "id": "r", "value": {"standard": code, "points": points}}


def test_points_that_would_vanish_are_errors():
    assert slip_on([row("A"), row("B")]) == []
    assert slip_on([row("A"), row("A", "2")]) == [("points_twice", "a", "", (2,))]
    assert slip_on([row("")]) == [("points_without_standard", "a", "", (2,))]


def test_marks_that_would_vanish_are_errors():
    marks = [{"standard": "A", "percent": "50"}, {"standard": "A", "percent": "60"}]
    assert slip_on([], marks) == [("mark_twice", None, "A", ())]
    assert slip_on([], [{"standard": "", "percent": "50"}]) == [
        ("mark_without_standard", None, "", ())
    ]


@pytest.mark.django_db
def test_points_given_twice_are_shown_at_their_step_and_not_published(hr):
    draft = make_draft()
    form = fill_form(draft)
    here = "body-1-value-choices-0-value-points"
    form |= {f"{here}-count": 2, f"{here}-1-deleted": "", f"{here}-1-order": 1, f"{here}-1-id": "x"}
    form |= {f"{here}-1-type": "item", f"{here}-1-value-standard": "GREET-01"}
    form |= {f"{here}-1-value-points": "5"}
    words = "“She asks”: points for one standard are given twice (choice 1)."
    page = hr.post(url("check"), form).text
    assert words in page
    assert f'data-sb-open="{SECOND}">{words}' in page
    refused = hr.post(url("add"), form | {"action-publish": "1"})
    errors = refused.context["form"].errors.as_data()["body"]
    assert [list(error.block_errors) for error in errors] == [[1]]
    assert hr.post(url("add"), form).status_code == 302


@pytest.mark.django_db
def test_a_standard_listed_twice_stands_against_publishing(hr):
    draft = make_draft()
    rows = draft.standard_marks.get_prep_value()
    draft.standard_marks = [("mark", block["value"]) for block in [*rows, rows[0]]]
    refused = hr.post(url("add"), fill_form(draft, **{"action-publish": "1"}))
    assert "it is listed twice among the standards it practises" in refused.text
    assert not ScenarioVersion.objects.exists()


@pytest.mark.django_db
def test_a_finding_names_the_choices_at_fault():
    graph = make_graph()
    choices = graph["nodes"]["node-id-canary-3"]["choices"]
    choices[1]["to"] = ""
    choices[0]["text"] = choices[2]["text"]
    words = {fault.words for fault in list_faults(make_draft(graph=graph))}
    assert "“She wants to know”: a choice leads nowhere (choice 2)." in words
    assert "“She wants to know”: two choices have the same text (choices 1, 3)." in words
