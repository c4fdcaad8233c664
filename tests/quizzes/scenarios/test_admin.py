import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quizzes.scenarios.models import Scenario, ScenarioVersion
from quizzes.scenarios.viewsets import ScenarioViewSet
from tests.lms.factories import UserFactory, make_granted, make_person
from tests.quizzes.factories import make_standard
from tests.quizzes.scenarios.factories import CANARIES, make_document, make_scenario
from tests.quizzes.scenarios.forms import fill_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer(client):
    client.force_login(make_granted("trainer"))
    return client


def url(name, *args):
    return reverse(f"wagtailsnippets_sb_quizzes_scenario:{name}", args=args)


def upload(client, content, **more):
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    file = SimpleUploadedFile("play.json", content)
    return client.post(url("import"), {"document": file, **more})


def test_a_file_becomes_a_draft_in_the_editor(trainer):
    for code in ("PHONE-01", "GREET-01"):
        make_standard(code)
    page = trainer.get(url("import"))
    assert page.status_code == 200
    assert "w-autosave#save" not in page.text
    assert "w-autosave#save" in trainer.get(url("add"), {"from": "blank"}).text
    answer = upload(trainer, make_document())
    scenario = Scenario.objects.get()
    assert answer.headers["Location"] == url("edit", scenario.pk)
    assert not scenario.live
    assert not ScenarioVersion.objects.exists()
    assert "feedback-canary-wait" in trainer.get(url("edit", scenario.pk)).text
    assert upload(trainer, make_document(title="Another title"), replaces="on").status_code == 302
    draft = Scenario.objects.get().get_latest_revision_as_object()
    assert draft.title == "Another title"


def test_a_file_changes_a_draft_only_when_its_author_says_so(trainer):
    scenario = make_scenario()
    refused = upload(trainer, make_document(title="Another title"))
    assert refused.status_code == 200
    assert "This changes the draft of “An upset caller”" in refused.text
    assert "tick the box and choose the file again" in refused.text
    assert not Scenario.objects.get(pk=scenario.pk).has_unpublished_changes


def test_a_file_does_not_change_a_draft_that_somebody_locked(trainer, client):
    make_scenario()
    Scenario.objects.update(locked=True, locked_by=make_granted("hr"))
    refused = upload(trainer, make_document(title="Another title"), replaces="on")
    assert refused.status_code == 200
    assert "“An upset caller” is locked." in refused.text
    assert Scenario.objects.get().get_latest_revision_as_object().title == "An upset caller"
    client.force_login(Scenario.objects.get().locked_by)
    assert upload(client, make_document(title="Another title"), replaces="on").status_code == 302


def test_a_file_with_faults_comes_in_to_be_mended(trainer):
    make_scenario()
    document = make_document(code="new")
    document["graph"]["nodes"]["node-id-canary-2"]["choices"] = []
    answer = upload(trainer, document)
    page = trainer.get(answer.headers["Location"]).text
    assert "“She asks”: this step has no choices." in page


def test_a_file_that_cannot_be_kept_is_refused_beside_the_field(trainer):
    make_scenario()
    document = make_document(code="new")
    document["graph"]["nodes"]["node-id-canary-2"]["choices"] = [{"id": 7}]
    response = upload(trainer, document)
    assert response.status_code == 200
    assert "node-id-canary-2" in response.text
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
    sent = trainer.post(url("preview_on_edit", scenario.pk), fill_form(scenario))
    assert sent.json()["is_valid"]
    preview = trainer.get(url("preview_on_edit", scenario.pk))
    chooser = ScenarioViewSet().chooser_viewset.get_url_name("choose")
    chosen = ScenarioViewSet().chooser_viewset.get_url_name("chosen")
    pages = [
        preview,
        trainer.get(reverse(chooser)),
        trainer.get(reverse(chosen, args=[scenario.pk])),
        trainer.get(url("list"), {"q": "caller"}),
    ]
    for page in pages:
        assert page.status_code == 200
        assert not any(mark in page.content.decode() for mark in CANARIES)
    assert "You are alone at the till." in preview.content.decode()


def test_hr_closes_and_opens_a_role_play(client):
    client.force_login(make_granted("hr"))
    scenario = make_scenario()
    assert client.post(url("unpublish", scenario.pk)).status_code == 302
    scenario.refresh_from_db()
    assert not scenario.live
    form = fill_form(scenario, **{"action-publish": "1", "change": "editorial"})
    assert client.post(url("edit", scenario.pk), form).status_code == 302
    scenario.refresh_from_db()
    assert scenario.live
    assert scenario.versions.count() == 1


@pytest.mark.parametrize("live", [True, False])
def test_a_trainer_neither_opens_nor_closes(trainer, live):
    scenario = make_scenario()
    Scenario.objects.update(live=live)
    trainer.post(url("unpublish", scenario.pk))
    form = fill_form(scenario, **{"action-publish": "1", "change": "editorial", "title": "New"})
    trainer.post(url("edit", scenario.pk), form)
    scenario.refresh_from_db()
    assert scenario.live is live
    assert scenario.versions.get().body["title"] == "An upset caller"


def test_a_file_changes_nothing_of_what_is_open(trainer):
    scenario = make_scenario()
    assert upload(trainer, make_document(title="Another title"), replaces="on").status_code == 302
    scenario.refresh_from_db()
    assert (scenario.title, scenario.live) == ("An upset caller", True)
    assert scenario.has_unpublished_changes
    assert ScenarioVersion.objects.count() == 1


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
