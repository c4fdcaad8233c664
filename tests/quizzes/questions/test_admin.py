"""The editors and lists in Wagtail's admin."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.permissions import policy_registry

from lms.organisation.rules import GrantRole
from lms.organisation.rules.policy import POLICY, Scope
from quizzes.attempts.models import Quiz
from quizzes.questions.models import Question, QuestionBank
from quizzes.scenarios.models import Scenario
from tests.architecture import routes
from tests.exports import read_cells
from tests.lms.factories import UserFactory, make_granted, make_person
from tests.quizzes.factories import make_questions, make_quiz, make_small_quiz, single, start, take

pytestmark = pytest.mark.django_db
QUESTIONS = "/admin/snippets/sb_quizzes/question/"
QUIZZES = "/admin/snippets/sb_quizzes/quiz/"


def admit(user):
    """Let a login into the admin, as a site owner does by group."""
    access = Permission.objects.get(codename="access_admin")
    user.user_permissions.add(access)
    return type(user).objects.get(pk=user.pk)


@pytest.fixture
def owner(client):
    user = UserFactory(superuser=True)
    client.force_login(user)
    return user


def stream(prefix, rows, kind):
    """Return the form data of a stream of blocks."""
    data = {f"{prefix}-count": str(len(rows))}
    for place, (name, values) in enumerate(rows):
        data |= {
            f"{prefix}-{place}-deleted": "",
            f"{prefix}-{place}-order": str(place),
            f"{prefix}-{place}-type": kind,
            f"{prefix}-{place}-id": name,
        }
        data |= {f"{prefix}-{place}-value-{key}": value for key, value in values.items()}
    return data


def form_of(code, bank, right="b", **extra):
    options = [
        (
            name,
            {"text": f"Option {name}", "feedback": "", "share": ""}
            | ({"right": "on"} if name == right else {}),
        )
        for name in "abc"
    ]
    return {
        "code": code,
        "bank": str(bank.pk),
        "type": "single",
        "prompt": '{"blocks": [{"key": "k", "text": "Why?", "type": "unstyled", "depth": 0, '
        '"inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}',
        "answer": "",
        "scoring": "",
        "max_mark": "1",
        "difficulty": "2",
        "tags": "",
        "feedback_general": "",
        "feedback_right": "",
        "feedback_wrong": "",
        **stream("options", options, "option"),
        **stream("standards", [], "standard"),
        **extra,
    }


def test_a_trainers_question_is_kept_as_a_draft_and_checked_when_it_goes_live(client, owner):
    bank = QuestionBank.objects.create(code="B", title="Bank")
    client.post(f"{QUESTIONS}add/", form_of("NEW", bank, right=""))
    question = Question.objects.get()
    assert (question.live, question.owner) == (False, owner)
    refused = client.post(
        f"{QUESTIONS}edit/{question.pk}/",
        form_of("NEW", bank, right="", **{"action-publish": "1"}),
    )
    assert "Tick one answer as fully right" in refused.text
    assert not Question.objects.get().live
    sent = form_of("NEW", bank, **{"action-publish": "1"})
    assert client.post(f"{QUESTIONS}edit/{question.pk}/", sent).status_code == 302
    body = question.versions.get().body
    assert [option["fraction"] for option in body["options"]] == ["0", "1", "0"]
    assert body["prompt"] == "<p>Why?</p>"


def test_a_quiz_that_asks_for_too_much_is_refused_when_it_goes_live(client, owner):
    quiz = make_small_quiz(count=4)
    bank = QuestionBank.objects.get()
    row = {"count": "9", "bank": str(bank.pk), "standard": "", "tag": "", "difficulty": ""}
    data = {
        "code": quiz.code,
        "title": "Check",
        "intro": "",
        "pass_percent": "80",
        "cool_down_minutes": "0",
        "attempts_allowed": "",
        "time_limit_minutes": "",
        "later_cool_down_minutes": "",
        "opens_at": "",
        "closes_at": "",
        "counting": "highest",
        "navigation": "free",
        "admission": "open",
        "second_marking": "never",
        "feedback-right_after-mark": "on",
        "change": "editorial",
        **stream("slots", [("1", row)], "draw"),
        **stream("standard_marks", [], "mark"),
    }
    address = f"{QUIZZES}edit/{quiz.pk}/"
    assert client.post(address, data).status_code == 302
    refused = client.post(address, data | {"action-publish": "1"})
    assert "Row 1 draws 5 more questions than there are live ones." in refused.text
    assert quiz.versions.count() == 1
    data["slots-0-value-count"] = "3"
    assert client.post(address, data | {"action-publish": "1"}).status_code == 302
    assert quiz.versions.count() == 2


@pytest.mark.usefixtures("indexes")
def test_lists_editors_history_and_previews_open_for_the_owner_of_the_site(client, owner):
    quiz = make_small_quiz(count=4)
    question = Question.objects.order_by("code").first()
    for address in (
        QUESTIONS,
        f"{QUESTIONS}?bank={question.bank_id}&type=single&live=true",
        f"{QUESTIONS}?q=Q00",
        f"{QUESTIONS}add/",
        f"{QUESTIONS}edit/{question.pk}/",
        f"{QUESTIONS}history/{question.pk}/",
        f"{QUESTIONS}usage/{question.pk}/",
        f"{QUESTIONS}preview/{question.pk}/",
        f"{QUESTIONS}history/{question.pk}/revisions/{question.latest_revision_id}/view/",
        "/admin/snippets/sb_quizzes/questionbank/",
        QUIZZES,
        f"{QUIZZES}add/",
        f"{QUIZZES}edit/{quiz.pk}/",
        "/admin/attempts/",
    ):
        assert client.get(address).status_code == 200, address
    page = client.get("/admin/").text
    assert "Training" in page


def test_the_preview_shows_the_learners_view_without_the_key(client, owner):
    [question] = make_questions([single("Q")])
    address = f"{QUESTIONS}history/{question.pk}/revisions/{question.latest_revision_id}/view/"
    text = client.get(address).text
    assert "Q second" in text
    assert "said" not in text
    broken = Question.objects.get()
    broken.options = "[]"
    revision = broken.save_revision()
    text = client.get(f"{QUESTIONS}history/{question.pk}/revisions/{revision.pk}/view/").text
    assert "cannot be asked yet" in text


def test_trainers_write_their_own_and_hr_all(client):
    mine, theirs = make_questions([single("MINE"), single("THEIRS")])
    trainer = admit(make_granted("trainer"))
    Question.objects.filter(pk=mine.pk).update(owner=trainer)
    client.force_login(trainer)
    assert client.get(f"{QUESTIONS}edit/{mine.pk}/").status_code == 200
    for rest in (
        f"edit/{theirs.pk}/",
        f"history/{theirs.pk}/",
        f"preview/{theirs.pk}/",
        f"usage/{theirs.pk}/",
        f"delete/{theirs.pk}/",
        f"unpublish/{mine.pk}/",
        f"history/{theirs.pk}/revisions/{theirs.latest_revision_id}/view/",
    ):
        answered = client.get(f"{QUESTIONS}{rest}")
        assert answered.status_code in {302, 403}, rest
        assert "THEIRS" not in answered.text
    assert "THEIRS" not in client.get(QUESTIONS).text
    client.force_login(admit(make_granted("hr")))
    listed = client.get(QUESTIONS).text
    assert "MINE" in listed
    assert "THEIRS" in listed
    assert client.get(f"{QUESTIONS}edit/{theirs.pk}/").status_code == 200


@pytest.mark.parametrize("role", ["branch_manager", "auditor", "assessor", "regional_hr"])
def test_other_roles_reach_no_editor_even_inside_the_admin(client, role):
    [question] = make_questions([single("SECRET")])
    quiz = make_quiz(slots=[{"question": "SECRET"}])
    client.force_login(admit(make_granted(role)))
    for address in (
        QUESTIONS,
        f"{QUESTIONS}edit/{question.pk}/",
        f"{QUESTIONS}history/{question.pk}/",
        f"{QUESTIONS}preview/{question.pk}/",
        f"{QUIZZES}edit/{quiz.pk}/",
        "/admin/snippets/choose/sb_quizzes/question/",
    ):
        answered = client.get(address)
        assert answered.status_code in {302, 403, 404}, address
        assert "SECRET" not in answered.text


def test_the_list_of_attempts_holds_whom_one_may_see(client):
    quiz = make_small_quiz()
    here, elsewhere = make_person(given_name="Seen"), make_person(given_name="Canary")
    take(here, quiz, right=3)
    hidden = start(elsewhere, quiz)
    manager = admit(make_granted("branch_manager", branch=here.home_branch))
    client.force_login(manager)
    text = client.get("/admin/attempts/").text
    assert "Seen" in text
    assert "75 %" in text
    assert "Canary" not in text
    shown = here.attempts.get()
    inspected = client.get(f"/admin/attempts/inspect/{shown.pk}/")
    assert inspected.status_code == 200
    assert shown.seed not in inspected.text
    assert client.get(f"/admin/attempts/inspect/{hidden.pk}/").status_code in {302, 403, 404}
    exported = client.get("/admin/attempts/?export=csv")
    body = b"".join(exported.streaming_content).decode()
    assert "Seen" in body
    assert "Canary" not in body
    for address in ("new/", f"edit/{shown.pk}/", f"delete/{shown.pk}/"):
        assert client.get(f"/admin/attempts/{address}").status_code in {302, 403, 404}


@pytest.mark.parametrize("address", [QUESTIONS, QUIZZES, "/admin/snippets/sb_lms/standard/"])
def test_an_empty_list_tells_a_trainer_whose_drafts_it_holds(client, address):
    make_small_quiz()
    client.force_login(admit(make_granted("trainer")))
    page = client.get(address)
    assert page.status_code == 200
    assert "what you wrote yourself" in page.content.decode()
    searched = client.get(address, {"q": "nothing like it"}).content.decode()
    assert "what you wrote yourself" not in searched


def test_a_list_with_drafts_does_not_explain_itself(client, owner):
    make_small_quiz()
    assert "what you wrote yourself" not in client.get(QUESTIONS).content.decode()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_exported_attempts_hold_no_formula(client, owner, form):
    formula = '=HYPERLINK("http://evil.example")'
    start(make_person(given_name=formula), make_small_quiz())
    rows = read_cells(client.get(f"/admin/attempts/?export={form}"), form)
    cells = [str(cell) for row in rows for cell in row]
    assert any(cell.startswith(f"'{formula}") for cell in cells)
    assert not any(cell.startswith("=") for cell in cells)


def delete_in_bulk(client, model, row):
    address = reverse("wagtail_bulk_action", args=["sb_quizzes", model, "delete"])
    return client.post(f"{address}?id={row.pk}")


@pytest.mark.parametrize("role", ["hr", "owner"])
def test_what_went_live_or_is_in_use_is_not_deleted(client, role):
    quiz = make_small_quiz()
    question = Question.objects.first()
    user = UserFactory(superuser=True) if role == "owner" else admit(make_granted("hr"))
    client.force_login(user)
    for model, row in (("question", question), ("quiz", quiz), ("questionbank", question.bank)):
        base = f"/admin/snippets/sb_quizzes/{model}/"
        address = f"{base}delete/{row.pk}/"
        assert address not in client.get(base).text
        assert address not in client.get(f"{base}edit/{row.pk}/").text
        for send in (client.get, client.post):
            answered = send(address)
            assert answered.status_code == 302
            assert "so it stays" in client.get(answered["Location"]).text
        assert delete_in_bulk(client, model, row).status_code < 500
        assert type(row).objects.filter(pk=row.pk).exists()


def test_hr_deletes_a_draft_that_never_went_live(client):
    bank = QuestionBank.objects.create(code="SPARE", title="Spare")
    client.force_login(admit(make_granted("hr")))
    client.post(f"{QUESTIONS}add/", form_of("SPARE-1", bank))
    draft = Question.objects.get()
    address = f"{QUESTIONS}delete/{draft.pk}/"
    assert address in client.get(f"{QUESTIONS}edit/{draft.pk}/").text
    assert client.post(address).status_code == 302
    assert not Question.objects.exists()
    client.post(f"/admin/snippets/sb_quizzes/questionbank/delete/{bank.pk}/")
    assert not QuestionBank.objects.exists()


@pytest.mark.parametrize("role", ["trainer", "hr"])
def test_the_code_of_a_bank_never_changes(client, role):
    client.force_login(admit(make_granted(role)))
    base = "/admin/snippets/sb_quizzes/questionbank/"
    assert client.post(f"{base}add/", {"code": "COUNTER", "title": "Counter"}).status_code == 302
    bank = QuestionBank.objects.get()
    client.post(f"{base}edit/{bank.pk}/", {"code": "OTHER", "title": "At the counter"})
    bank.refresh_from_db()
    assert (bank.code, bank.title) == ("COUNTER", "At the counter")


@pytest.mark.parametrize("role", [role.value for role in GrantRole])
@pytest.mark.parametrize("model", [Question, Quiz, QuestionBank, Scenario])
def test_the_editors_keep_to_the_policy_table(role, model):
    policy = policy_registry.get_by_type(model)
    user = make_granted(role)
    verbs = {"add": "create", "change": "change", "publish": "publish"}
    table = POLICY[routes.ADMIN[f"wagtailsnippets_sb_quizzes_{model._meta.model_name}"]]
    for action, verb in verbs.items():
        whose = table.get(role, {}).get(verb)
        assert policy.user_has_permission(user, action) is (whose is not None), action
        if hasattr(model, "owner"):
            mine, others = model(pk=1, owner=user), model(pk=2, owner=UserFactory())
            asked = policy.user_has_permission_for_instance
            assert asked(user, action, mine) is (whose is not None), action
            assert asked(user, action, others) is (whose is Scope.ALL), action


def test_a_trainer_changes_a_live_question_only_as_a_draft(client):
    [question] = make_questions([single("LIVE")])
    trainer = admit(make_granted("trainer"))
    Question.objects.update(owner=trainer, max_mark=3)
    client.force_login(trainer)
    before = question.versions.count()
    sent = form_of("LIVE", question.bank, retired="on")
    for extra in ({}, {"action-publish": "1"}):
        client.post(f"{QUESTIONS}edit/{question.pk}/", sent | extra)
    client.post(f"{QUESTIONS}unpublish/{question.pk}/")
    question.refresh_from_db()
    assert (question.live, question.retired, question.max_mark) == (True, False, 3)
    assert question.versions.count() == before
    assert question.has_unpublished_changes
