import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quizzes.scenarios.models import Scenario, ScenarioVersion
from quizzes.scenarios.viewsets import ScenarioViewSet
from tests.lms.factories import UserFactory, make_granted, make_person
from tests.quizzes.factories import make_standard
from tests.quizzes.scenarios.factories import CANARIES, make_document, make_scenario

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer(client):
    client.force_login(make_granted("trainer"))
    return client


def url(name, *args):
    return reverse(f"wagtailsnippets_sb_quizzes_scenario:{name}", args=args)


def upload(client, content):
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    return client.post(url("add"), {"document": SimpleUploadedFile("play.json", content)})


def test_a_trainer_brings_in_a_role_play_and_a_new_version_of_it(trainer):
    for code in ("PHONE-01", "GREET-01"):
        make_standard(code)
    assert trainer.get(url("add")).status_code == 200
    assert upload(trainer, make_document()).status_code == 302
    version = ScenarioVersion.objects.get()
    assert version.published_by is not None
    assert not version.scenario.live
    assert upload(trainer, make_document(title="Another title")).status_code == 302
    assert Scenario.objects.get().title == "Another title"
    assert ScenarioVersion.objects.count() == 2
    assert "Another title" in trainer.get(url("list")).text


def test_a_faulty_file_is_refused_with_the_place_beside_the_field(trainer):
    make_scenario()
    document = make_document(code="new")
    document["graph"]["nodes"]["node-id-canary-2"]["choices"] = []
    response = upload(trainer, document)
    assert response.status_code == 200
    assert "“She asks”: this step has no choices." in response.text
    assert Scenario.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "not JSON: look at line 1, column 2"),
        (b"\xff\xfe{", "not text in UTF-8"),
        (b"[]", "must be one object"),
        (b'{"code": NaN}', "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"code": "' + b"x" * (2 * 1024 * 1024) + b'"}', "larger than 2 MB"),
        (b"{}", "“code” is missing"),
        (b"", "empty"),
    ],
)
def test_a_file_of_nonsense_is_refused_in_words(trainer, content, words):
    response = upload(trainer, content)
    assert response.status_code == 200
    assert words in response.text
    assert not Scenario.objects.exists()


def test_the_outline_is_for_authors_only(client, trainer):
    scenario = make_scenario()
    page = trainer.get(url("inspect", scenario.pk)).text
    assert "feedback-canary-wait" in page
    assert "Critical: fails the play" in page
    for user in (make_person().user, UserFactory(), make_granted("branch_manager")):
        client.force_login(user)
        for name in ("inspect", "edit", "history", "usage", "preview_on_edit"):
            response = client.get(url(name, scenario.pk))
            assert response.status_code in {302, 403, 404}, name
            assert not any(mark in response.content.decode() for mark in CANARIES)
        assert client.get(url("list")).status_code in {302, 403}
        assert upload(client, make_document()).status_code in {302, 403}


@pytest.mark.usefixtures("indexes")
def test_preview_chooser_and_search_hold_nothing_of_the_graph(trainer):
    scenario = make_scenario()
    trainer.post(url("preview_on_edit", scenario.pk), {"live": "on"})
    preview = trainer.get(url("preview_on_edit", scenario.pk))
    chooser = ScenarioViewSet().chooser_viewset.get_url_name("choose")
    chosen = ScenarioViewSet().chooser_viewset.get_url_name("chosen")
    pages = [
        preview,
        trainer.get(reverse(chooser)),
        trainer.get(reverse(chosen, args=[scenario.pk])),
        trainer.get(url("edit", scenario.pk)),
        trainer.get(url("list"), {"q": "caller"}),
    ]
    for page in pages:
        assert page.status_code == 200
        assert not any(mark in page.content.decode() for mark in CANARIES)
    assert "You are alone at the till." in preview.content.decode()


def test_hr_opens_and_closes_but_changes_nothing_else(client):
    client.force_login(make_granted("hr"))
    scenario = make_scenario()
    sent = {"title": "Hacked", "code": "hacked"}
    assert client.post(url("edit", scenario.pk), sent).status_code == 302
    scenario.refresh_from_db()
    assert (scenario.live, scenario.title, scenario.code) == (False, "An upset caller", "caller")
    assert client.post(url("edit", scenario.pk), {"live": "on"}).status_code == 302
    scenario.refresh_from_db()
    assert scenario.live


@pytest.mark.parametrize("live", [True, False])
def test_a_trainer_neither_opens_nor_closes(trainer, live):
    scenario = make_scenario()
    Scenario.objects.update(live=live)
    for sent in ({}, {"live": "on"}):
        trainer.post(url("edit", scenario.pk), sent)
        scenario.refresh_from_db()
        assert scenario.live is live


def test_a_trainer_brings_no_new_version_of_what_is_open(trainer):
    for code in ("PHONE-01", "GREET-01"):
        make_standard(code)
    upload(trainer, make_document())
    Scenario.objects.update(live=True)
    refused = upload(trainer, make_document(title="Another title"))
    assert refused.status_code == 200
    assert "Ask HR" in refused.text
    assert ScenarioVersion.objects.count() == 1
    assert Scenario.objects.get().title != "Another title"


def test_what_was_played_is_never_deleted(client):
    scenario = make_scenario()
    client.force_login(UserFactory(superuser=True))
    for response in (
        client.get(url("delete", scenario.pk)),
        client.post(url("delete", scenario.pk)),
        client.post(
            reverse("wagtail_bulk_action", args=["sb_quizzes", "scenario", "delete"])
            + f"?id={scenario.pk}"
        ),
    ):
        assert response.status_code < 500
    assert Scenario.objects.get() == scenario
