"""The report of a role-play in the admin, and the audit of its counts on the command line."""

import io
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quizzes.scenarios.models import PlayCount, Scenario
from tests.lms.factories import UserFactory, make_granted
from tests.quizzes.scenarios.factories import make_graph, make_scenario
from tests.quizzes.scenarios.test_counts import FAIR, GOOD, POOR, play_all

pytestmark = pytest.mark.django_db


def report(scenario, version=""):
    address = reverse("sb_play_reports:report", args=[scenario.uuid])
    return address + (f"?version={version}" if version else "")


def test_a_trainer_reads_how_a_role_play_goes(client):
    scenario = make_scenario()
    play_all(scenario, GOOD, GOOD, POOR, FAIR, GOOD)
    client.force_login(make_granted("trainer"))
    text = client.get(report(scenario)).text
    words = " ".join(text.replace("\u00a0", " ").split())
    assert "Version 1: 5 plays finished, 0 begun again" in words
    assert "ending-canary well done" in words
    assert "I pick up at once." in words
    assert "80 %" in words  # four of five picked up at once
    assert "Critical: fails the play" in words
    assert "1. It rings" in words
    listing = client.get(reverse("wagtailsnippets_sb_quizzes_scenario:list")).text
    assert report(scenario) in listing


def test_small_branches_are_not_shown(client):
    scenario = make_scenario()
    (play, *_rest) = play_all(scenario, GOOD, POOR, FAIR, GOOD)
    client.force_login(make_granted("hr"))
    text = client.get(report(scenario)).text
    assert str(play.branch) not in text
    assert "No branch has 5 plays yet." in text
    play_all(scenario, POOR, branch=play.branch)
    assert str(play.branch) in client.get(report(scenario)).text


def test_an_empty_report_says_what_will_stand_there(client):
    client.force_login(make_granted("trainer"))
    scenario = make_scenario()
    assert "Nobody has finished version 1 yet." in client.get(report(scenario)).text
    draft = Scenario.objects.create(code="draft", title="Draft", briefing="x", live=False)
    assert "Publish the role-play first." in client.get(report(draft)).text


def test_each_version_has_its_own_report(client):
    scenario = make_scenario()
    play_all(scenario, GOOD)
    graph = make_graph()
    graph["nodes"]["node-id-canary-1"]["title"] = "It rings again"
    make_scenario(graph=graph)
    client.force_login(make_granted("trainer"))
    assert "Nobody has finished version 2 yet." in client.get(report(scenario)).text
    assert "Version 1: 1 plays finished" in client.get(report(scenario, "1")).text
    for wrong in ("3", "0", "x", "-1", "9" * 40):
        assert client.get(report(scenario, wrong)).status_code == 404


def test_nobody_else_reads_it(client):
    scenario = make_scenario()
    unknown = reverse("sb_play_reports:report", args=[uuid4()])
    client.force_login(make_granted("trainer"))
    assert client.get(unknown).status_code == 404
    for role in ("auditor", "branch_manager", "regional_hr", "assessor"):
        client.force_login(make_granted(role))
        for address in (report(scenario), unknown):
            # The admin sends away who may not enter, and whom a page refuses: to its first page.
            assert client.get(address).status_code in {302, 403}


def test_the_page_costs_the_same_however_many_have_played(client):
    scenario = make_scenario()
    client.force_login(UserFactory(superuser=True))
    counts = []
    for walks in ([GOOD, POOR, FAIR, GOOD, POOR], [GOOD, POOR, FAIR] * 4):
        play_all(scenario, *walks)
        client.get(report(scenario))
        with CaptureQueriesContext(connection) as queries:
            client.get(report(scenario))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def verify(*arguments):
    out = io.StringIO()
    try:
        call_command("verify", "plays", *arguments, stdout=out)
        code = 0
    except SystemExit as end:
        code = end.code
    return code, out.getvalue()


def test_the_audit_prints_what_is_wrong_and_mends_it_when_asked():
    scenario = make_scenario()
    play_all(scenario, GOOD)
    assert verify() == (0, "verify plays: 0 differences\n")
    PlayCount.objects.filter(kind="ending").update(plays=3)
    code, text = verify()
    assert code == 1
    assert "caller v1 ending e-id-canary-good: stored Tally(plays=3" in text
    code, text = verify("--mend")
    assert (code, text.splitlines()[-1]) == (0, "verify plays: 1 mended")
    assert verify()[0] == 0
    with pytest.raises(CommandError):
        call_command("verify", "results", "--mend")
