"""The report of a role-play in the admin, and the audit of its counts on the command line."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from quizzes.scenarios.actions import restart_play
from quizzes.scenarios.models import PlayCount, Scenario
from tests.lms.factories import UserFactory, make_granted, make_person
from tests.quizzes.scenarios.factories import NOW, make_graph, make_scenario, say, start
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
    assert "Version 1: 5 plays finished. 0 stopped before their end: 0 begun again" in words
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
    assert "4 plays finished" in text
    assert "once 5 people have finished it" in text
    assert "ending-canary" not in text
    assert "I pick up at once." not in text
    play_all(scenario, POOR)
    assert "In no branch whose answers you may read" in client.get(report(scenario)).text
    play_all(scenario, POOR, branch=play.branch)
    assert str(play.branch) in client.get(report(scenario)).text


def test_a_trainer_of_the_north_sees_no_branch_of_the_south(client):
    scenario = make_scenario()
    (north, *_rest) = play_all(scenario, *[GOOD] * 5)
    (south, *_rest) = play_all(scenario, *[POOR] * 5)
    client.force_login(make_granted("trainer", region=north.branch.region))
    text = client.get(report(scenario)).text
    assert str(north.branch) in text
    assert str(south.branch) not in text


def test_the_page_says_how_many_stopped_and_how_many_are_under_way(client):
    scenario = make_scenario()
    play_all(scenario, *[GOOD] * 5)
    left = say(start(make_person(), scenario), "pick")
    restart_play(play=left, actor=None, now=NOW)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        say(start(make_person(), scenario, timezone.now()), "wait", now=timezone.now())
        client.force_login(make_granted("trainer"))
        words = " ".join(client.get(report(scenario)).text.split())
    assert "2 stopped before their end: 1 begun again, 1 left for 7 days or more." in words
    assert "1 under way. Practice is not counted." in words
    assert "1 stopped here: 0 begun again, 1 left for 7 days or more." in words
    assert "1 under way here." in words


def test_the_list_counts_finished_plays_of_every_version(client):
    scenario = make_scenario()
    play_all(scenario, GOOD, POOR)
    graph = make_graph()
    graph["nodes"]["node-id-canary-1"]["title"] = "It rings again"
    make_scenario(graph=graph)
    play_all(scenario, GOOD)
    make_scenario(code="never")
    start(make_person(), scenario)
    client.force_login(make_granted("hr"))
    response = client.get(reverse("wagtailsnippets_sb_quizzes_scenario:list"))
    played = {row.code: row.played for row in response.context["object_list"]}
    assert played == {"caller": 3, "never": 0}


def test_an_empty_report_says_what_will_stand_there(client):
    client.force_login(make_granted("trainer"))
    scenario = make_scenario()
    assert "Version 1: 0 plays finished." in client.get(report(scenario)).text
    draft = Scenario.objects.create(code="draft", title="Draft", briefing="x", live=False)
    assert "Publish the role-play first." in client.get(report(draft)).text


def test_each_version_has_its_own_report(client):
    scenario = make_scenario()
    play_all(scenario, GOOD)
    graph = make_graph()
    graph["nodes"]["node-id-canary-1"]["title"] = "It rings again"
    make_scenario(graph=graph)
    client.force_login(make_granted("trainer"))
    assert "Version 2: 0 plays finished." in client.get(report(scenario)).text
    assert "Version 1: 1 plays finished." in client.get(report(scenario, "1")).text
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
