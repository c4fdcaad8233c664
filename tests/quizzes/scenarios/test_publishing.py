"""Drafts of role-plays: kept with any fault, published without one, frozen as versions."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Revision

from quizzes.scenarios.actions import fill_missing_draft, make_missing_scenario_versions
from quizzes.scenarios.models import Scenario, ScenarioVersion
from quizzes.scenarios.rules import read_graph
from tests.lms.factories import make_granted
from tests.quizzes.factories import make_standard
from tests.quizzes.scenarios.factories import NOW, make_graph, make_scenario
from tests.quizzes.scenarios.forms import fill_form, make_draft

pytestmark = pytest.mark.django_db
SECOND = "node-id-canary-2"


@pytest.fixture
def hr(client):
    client.force_login(make_granted("hr"))
    for code in ("PHONE-01", "GREET-01"):
        make_standard(code)
    return client


def url(name, *args):
    return reverse(f"wagtailsnippets_sb_quizzes_scenario:{name}", args=args)


def publish(client, scenario, **more):
    form = fill_form(scenario, **{"action-publish": "1", **more})
    address = url("edit", scenario.pk) if scenario.pk else url("add")
    return client.post(address, form)


def break_step(graph):
    """Take the choices of a step away."""
    graph["nodes"][SECOND]["choices"] = []
    return graph


def test_a_draft_published_is_played_as_it_was_written(hr):
    assert publish(hr, make_draft()).status_code == 302
    version = ScenarioVersion.objects.get()
    assert (version.number, version.material_number) == (1, 1)
    assert read_graph(version.graph) == read_graph(make_graph())
    assert version.body["standards"] == ["GREET-01", "PHONE-01"]
    assert version.body["minutes"] == 4
    assert version.published_by is not None
    assert version.best_walk[0] == ["node-id-canary-1", "choice-id-canary-pick"]
    assert version.scenario.live
    assert set(version.scenario.standards.values_list("code", flat=True)) == {
        "PHONE-01",
        "GREET-01",
    }


def test_a_draft_with_a_dead_end_is_kept_but_not_published(hr):
    scenario = make_draft(graph=break_step(make_graph()))
    refused = publish(hr, scenario)
    assert refused.status_code == 200
    assert "this step has no choices" in refused.text
    assert "Nothing you wrote is lost." in refused.text
    assert not Scenario.objects.exists()
    kept = hr.post(url("add"), fill_form(scenario))
    assert kept.status_code == 302
    saved = Scenario.objects.get()
    assert not saved.live
    assert not ScenarioVersion.objects.exists()


def test_a_fault_is_shown_at_its_step(hr):
    refused = publish(hr, make_draft(graph=break_step(make_graph())))
    errors = refused.context["form"].errors.as_data()["body"]
    assert [list(error.block_errors) for error in errors] == [[1]]


def test_a_standard_nobody_has_written_stands_against_publishing(hr):
    graph = make_graph()
    graph["pass"]["standards"] = {"GONE-01": 50}
    refused = publish(hr, make_draft(graph=graph))
    assert "There is no standard GONE-01." in refused.text


def test_a_second_publication_asks_what_kind_of_change_it_is(hr):
    publish(hr, make_draft())
    scenario = Scenario.objects.get()
    assert "Say whether earlier passes" in publish(hr, scenario, title="New title").text
    assert publish(hr, scenario, title="New title", change="material").status_code == 302
    first, second = ScenarioVersion.objects.order_by("number")
    assert (second.number, second.material_number) == (2, 2)
    assert second.body["title"] == "New title"
    assert first.body["title"] == "An upset caller"
    scenario.refresh_from_db()
    assert scenario.get_latest_revision_as_object().change == ""


def test_publishing_what_says_the_same_makes_no_version(hr):
    publish(hr, make_draft())
    assert publish(hr, Scenario.objects.get(), change="material").status_code == 302
    assert ScenarioVersion.objects.get().material_number == 1


def test_a_scheduled_publication_makes_one_version_when_its_time_comes(hr):
    scenario = make_draft()
    scenario.save()
    with time_machine.travel(NOW, tick=False):
        scenario.go_live_at = NOW + timedelta(days=1)
        scenario.save_revision().publish()
    assert not ScenarioVersion.objects.exists()
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        call_command("publish_scheduled")
        call_command("publish_scheduled")
    assert ScenarioVersion.objects.get().number == 1


def test_what_went_live_without_its_version_gets_it_later(hr):
    publish(hr, make_draft())
    ScenarioVersion.objects.all().delete()
    assert make_missing_scenario_versions(now=NOW) == 1
    assert make_missing_scenario_versions(now=NOW + timedelta(hours=1)) == 0
    assert ScenarioVersion.objects.get().revision_id == Scenario.objects.get().live_revision_id


def test_what_came_in_before_there_were_drafts_can_be_edited(hr):
    scenario = make_scenario()
    Revision.objects.all().delete()
    Scenario.objects.update(body=[], standard_marks=[], live_revision=None, latest_revision=None)
    scenario = Scenario.objects.get()
    assert "choice-id-canary-pick" in hr.get(url("edit", scenario.pk)).text
    fill_missing_draft(scenario)
    assert publish(hr, scenario, change="editorial").status_code == 302
    assert ScenarioVersion.objects.count() == 1


def test_an_import_is_what_the_editor_opens_with(hr):
    scenario = make_scenario()
    assert scenario.latest_revision is not None
    assert not scenario.has_unpublished_changes
    assert scenario.versions.get().revision_id == scenario.live_revision_id
    assert make_missing_scenario_versions(now=NOW + timedelta(days=1)) == 0
