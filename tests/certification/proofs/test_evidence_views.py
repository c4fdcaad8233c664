"""Proofs on the site and in the admin: forms, files, other people, bad input."""

from urllib.parse import unquote

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from certification.models import Award, EvidenceReview, EvidenceSubmission
from certification.proofs.actions.evidence import refuse_evidence
from tests.canary import assert_no_canary, build_canary
from tests.certification.factories import assign
from tests.certification.proofs.proofs import (
    HTML,
    PDF,
    SVG,
    hand_in,
    make_picture,
    make_proof_certification,
)
from tests.lms.factories import GrantFactory, make_granted, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = make_person()
    client.force_login(person.user)
    return person


@pytest.fixture
def asked(person):
    certification, target = make_proof_certification()
    assign(person, certification, now=timezone.now())
    return certification, target


def open_admin(role, **place):
    """Return a login with a role that may enter the admin."""
    user = make_granted(role, **place)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


def fill_in(certification, target, content=PDF, name="scan.pdf", **values):
    """Return what a browser sends."""
    return {
        "what": f"{certification.code}:{target}",
        "title": "First aid",
        "issuer": "Red Cross",
        "done_on": timezone.localdate().isoformat(),
        "file": SimpleUploadedFile(name, content, content_type="text/html"),
        "note": "",
    } | values


def send(client, *what, **values):
    return client.post(reverse("sb_certification:hand_in"), fill_in(*what, **values))


def hand_in_now(person, *what, **fields):
    now = timezone.now()
    return hand_in(person, *what, now=now, done_on=timezone.localdate(now), **fields)


# The site


def test_a_proof_is_handed_in_and_shown_with_its_state(client, person, asked):
    answer = send(client, *asked)

    proof = EvidenceSubmission.objects.get()
    assert answer.status_code == 303
    page = client.get(answer.url)
    assert "Waits for a decision" in page.text
    assert proof.submitted_by == person.user
    for name in ("proofs", "record"):
        assert "First aid" in client.get(reverse(f"sb_certification:{name}")).text


def test_the_step_of_the_home_page_leads_to_the_form_with_its_choice(client, person, asked):
    certification, target = asked
    step = reverse("sb_certification:step", args=["evidence", target])
    assert step in client.get("/").text

    page = client.get(step, follow=True)

    assert page.redirect_chain[-1][0].startswith(reverse("sb_certification:hand_in"))
    assert f'value="{certification.code}:{target}" selected' in page.text


def test_without_anything_to_prove_the_page_says_so(client, person):
    page = client.get(reverse("sb_certification:hand_in"))

    assert "There is nothing to prove now" in page.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (HTML, "This kind of file cannot be taken"),
        (SVG, "This kind of file cannot be taken"),
        (HTML + PDF, "This kind of file cannot be taken"),
        (b"\x89PNG\r\n\x1a\n" + HTML, "The file cannot be read"),
        (make_picture() + b"0" * 10_000_001, "The file is too large"),
    ],
)
def test_bad_files_are_explained_and_what_was_typed_stays(client, person, asked, content, words):
    page = send(client, *asked, content=content, name="scan.pdf", note="From last week")

    assert page.status_code == 422
    assert words in page.text
    assert "From last week" in page.text
    assert not EvidenceSubmission.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"what": "AID:nonsense"}, "Select a valid choice"),
        ({"what": ""}, "required"),
        ({"title": ""}, "required"),
        ({"title": "x" * 161}, "at most 160"),
        ({"title": "a\x00b"}, "Null characters"),
        ({"done_on": "yesterday"}, "valid date"),
        ({"done_on": "9999-12-31"}, "cannot be in the future"),
        ({"done_on": "0001-01-01"}, "Check the year"),
        ({"file": ""}, "required"),
        ({"note": "x" * 2001}, "at most 2000"),
    ],
)
def test_bad_fields_are_named_and_nothing_is_kept(client, person, asked, values, words):
    page = send(client, *asked, **values)

    assert page.status_code == 422
    assert words in page.text
    assert not EvidenceSubmission.objects.exists()


def test_the_file_comes_as_a_download_of_its_real_kind_and_never_as_a_page(client, person, asked):
    proof = hand_in_now(person, *asked, file_name='a"b\r\nX: y\N{GREEK SMALL LETTER ALPHA}.html')

    answer = client.get(reverse("sb_certification:proof_file", args=[proof.uuid]))

    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    kind, _, name = answer["Content-Disposition"].partition("; filename*=UTF-8''")
    assert kind == "attachment"
    assert unquote(name) == proof.file_name
    assert "X" not in answer.headers


def test_markup_in_texts_is_shown_as_text(client, person, asked):
    proof = hand_in_now(person, *asked, title="<b>x</b>", note="<script>alert(1)</script>")

    page = client.get(reverse("sb_certification:proof", args=[proof.uuid]))

    assert "<script>alert(1)" not in page.text
    assert "<b>x</b>" not in page.text


def test_a_refusal_is_shown_with_its_reason_and_a_way_on(client, person, asked):
    proof = hand_in_now(person, *asked)
    refuse_evidence(submission=proof, reason="The name is cut off", actor=None, now=timezone.now())

    page = client.get(reverse("sb_certification:proof", args=[proof.uuid]))

    assert "The name is cut off" in page.text
    assert "Hand in another one" in page.text


def test_taking_back_asks_for_post_and_says_when_it_is_too_late(client, person, asked):
    proof = hand_in_now(person, *asked)
    url = reverse("sb_certification:withdraw_proof", args=[proof.uuid])
    assert client.get(url).status_code == 405

    assert "Taken back" in client.post(url, follow=True).text
    assert "already decided" in client.post(url, follow=True).text
    assert EvidenceReview.objects.count() == 1


@pytest.mark.parametrize("name", ["proof", "proof_file", "withdraw_proof"])
def test_other_peoples_proofs_are_as_unknown_as_no_proof(client, person, name):
    stranger = build_canary().employee
    certification, target = make_proof_certification("CANARY-cert")
    assign(stranger, certification, now=timezone.now())
    proof = hand_in_now(stranger, certification, target, title="CANARY-title")
    url = reverse(f"sb_certification:{name}", args=[proof.uuid])
    unknown = reverse(f"sb_certification:{name}", args=["00000000-0000-4000-8000-000000000000"])
    call = client.post if name == "withdraw_proof" else client.get

    assert call(url).status_code == call(unknown).status_code == 404
    assert_no_canary(call(url))
    assert_no_canary(client.get(reverse("sb_certification:proofs")))
    assert_no_canary(client.get(reverse("sb_certification:hand_in")))
    assert not EvidenceReview.objects.exists()


def test_a_manager_sees_the_proofs_of_the_branch_but_takes_none_back(client, person, asked):
    proof = hand_in_now(person, *asked)
    client.force_login(make_granted("branch_manager", branch=person.home_branch))

    assert client.get(reverse("sb_certification:proof", args=[proof.uuid])).status_code == 200
    answer = client.post(reverse("sb_certification:withdraw_proof", args=[proof.uuid]))
    assert answer.status_code == 404


def test_nobody_signed_in_is_sent_to_sign_in(client, db):
    for name in ("proofs", "hand_in"):
        assert client.get(reverse(f"sb_certification:{name}")).status_code == 302


def test_the_pages_take_few_queries(client, person, asked, django_assert_max_num_queries):
    for number in range(5):
        hand_in_now(person, *asked, content=make_picture(size=(8, 8 + number)))
    urls = [reverse("sb_certification:proofs"), reverse("sb_certification:hand_in")]
    proof = EvidenceSubmission.objects.first()
    urls.append(reverse("sb_certification:proof", args=[proof.uuid]))
    for url in urls:
        client.get(url)
        with django_assert_max_num_queries(12):
            client.get(url)


# The admin


def review(proof):
    return reverse("sb_proofs:inspect", args=[proof.pk])


def test_the_menu_counts_what_waits_and_the_list_shows_it(client, person, asked):
    proof = hand_in_now(person, *asked)
    client.force_login(open_admin("hr"))

    assert "Proofs (1)" in client.get(reverse("wagtailadmin_home")).text
    page = client.get(reverse("sb_proofs:index"), {"state": "waiting"})
    assert proof.title in page.text
    assert person.full_name in page.text
    assert proof.title not in client.get(reverse("sb_proofs:index"), {"state": "refused"}).text


def test_hr_accepts_a_requirement_with_one_button(client, person, asked):
    proof = hand_in_now(person, *asked)
    client.force_login(open_admin("hr"))
    assert proof.file_name in client.get(review(proof)).text

    answer = client.post(review(proof), {"decision": "accept"})

    assert answer.status_code == 302
    assert EvidenceReview.objects.get().kind == "accepted"
    assert Award.objects.get().basis == "completed"


def test_hr_accepts_a_whole_certification_with_the_days_of_the_proof(client, person, asked):
    proof = hand_in_now(person, asked[0])
    client.force_login(open_admin("hr"))
    today = timezone.localdate()
    last = today.replace(year=today.year + 2)

    client.post(
        review(proof),
        {"decision": "accept", "valid_from": today.isoformat(), "last_day": last.isoformat()},
    )

    award = Award.objects.get()
    assert (award.basis, award.valid_from) == ("evidence", today)
    assert (award.valid_until - last).days == 1
    assert "Decision" in client.get(review(proof)).text


def test_refusing_without_a_reason_is_said_beside_the_field(client, person, asked):
    proof = hand_in_now(person, *asked)
    client.force_login(open_admin("hr"))

    page = client.post(review(proof), {"decision": "refuse", "reason": " "})

    assert page.status_code == 422
    assert "Say why." in page.text
    assert not EvidenceReview.objects.exists()


def test_impossible_days_are_said_beside_the_field(client, person, asked):
    proof = hand_in_now(person, asked[0])
    client.force_login(open_admin("hr"))

    page = client.post(
        review(proof),
        {"decision": "accept", "valid_from": "2000-01-01", "last_day": "9999-12-31"},
    )

    assert page.status_code == 422
    assert "It cannot hold before" in page.text
    assert not Award.objects.exists()


def test_a_second_reviewer_is_told_that_it_is_decided(client, person, asked):
    proof = hand_in_now(person, *asked)
    refuse_evidence(submission=proof, reason="No", actor=None, now=timezone.now())
    client.force_login(open_admin("hr"))

    page = client.post(review(proof), {"decision": "accept"}, follow=True)

    assert "It was already decided" in page.text
    assert EvidenceReview.objects.get().kind == "refused"


def test_an_unknown_decision_is_not_found(client, person, asked):
    proof = hand_in_now(person, *asked)
    client.force_login(open_admin("hr"))

    assert client.post(review(proof), {"decision": "nonsense"}).status_code == 404


def test_the_own_proof_shows_no_button_and_is_refused(client, person, asked):
    proof = hand_in_now(person, *asked)
    GrantFactory(user=person.user, role="hr")
    person.user.user_permissions.add(Permission.objects.get(codename="access_admin"))

    assert 'value="accept"' not in client.get(review(proof)).text
    client.post(review(proof), {"decision": "accept"})
    assert not EvidenceReview.objects.exists()


def test_an_auditor_looks_on_and_decides_nothing(client, person, asked):
    proof = hand_in_now(person, *asked)
    client.force_login(open_admin("auditor"))

    assert 'value="accept"' not in client.get(review(proof)).text
    client.post(review(proof), {"decision": "accept"})
    assert not EvidenceReview.objects.exists()


def test_hr_of_a_region_knows_nothing_of_other_regions(client, person, asked):
    stranger = build_canary().employee
    assign(stranger, asked[0], now=timezone.now())
    proof = hand_in_now(stranger, *asked, title="CANARY-title")
    client.force_login(open_admin("regional_hr", region=person.home_branch.region))

    page = client.get(reverse("sb_proofs:index"))
    assert page.status_code == 200
    assert_no_canary(page)
    assert client.get(review(proof)).status_code == 404
    assert client.post(review(proof), {"decision": "accept"}).status_code == 404
    assert "Proofs (" not in client.get(reverse("wagtailadmin_home")).text


def test_a_trainer_does_not_see_the_queue(client, person, asked):
    proof = hand_in_now(person, *asked)
    client.force_login(open_admin("trainer"))

    assert client.get(reverse("sb_proofs:index")).status_code == 302
    assert client.get(review(proof)).status_code in (302, 404)


def test_the_queue_takes_as_many_queries_for_many(
    client, person, asked, django_assert_max_num_queries
):
    for number in range(8):
        hand_in_now(person, *asked, content=make_picture(size=(8, 8 + number)))
    client.force_login(open_admin("hr"))
    url = reverse("sb_proofs:index")
    client.get(url)
    with django_assert_max_num_queries(32):
        client.get(url)
