"""Proofs: handed in, taken back, accepted, refused, each by whom it may be."""

from datetime import date, datetime, timedelta

import pytest
from django.core.files.storage import storages

from certification.awards.actions import advance
from certification.models import (
    Award,
    CycleEvidence,
    EvidenceReview,
    EvidenceSubmission,
    Standing,
)
from certification.proofs.actions.evidence import (
    accept_evidence,
    refuse_evidence,
    withdraw_evidence,
)
from certification.proofs.reads.evidence import (
    count_twins,
    describe_target,
    list_choices,
    list_own_proofs,
    suggest_dates,
)
from certification.proofs.reads.notices import ProofNotices
from certification.proofs.rules import MAX_BYTES, MAX_WAITING
from lms.api import InvalidInputError, NotAllowedError, NotFoundError, Notice, RuleError
from tests.certification.factories import NOW, assign
from tests.certification.proofs.proofs import (
    DAY,
    HTML,
    PDF,
    SVG,
    TODAY,
    hand_in,
    make_bomb,
    make_picture,
    make_proof_certification,
)
from tests.lms.factories import GrantFactory, make_granted, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def hr():
    return make_granted("hr")


@pytest.fixture
def asked(person):
    """A certification whose cycle asks the person for evidence, and what it asks for."""
    certification, target = make_proof_certification()
    assign(person, certification)
    return certification, target


@pytest.fixture
def whole(person):
    """A certification that is asked of the person, to be proven as a whole."""
    certification, _target = make_proof_certification("WHOLE")
    assign(person, certification)
    return certification


# Handing in


def test_a_proof_is_kept_with_its_file_apart_from_public_media(person, asked, private_root):
    proof = hand_in(person, *asked, file_name="../../My certificate.html")

    stored = private_root / proof.file.name
    assert stored.read_bytes() == PDF
    assert stored.name == f"{proof.uuid}.pdf"
    assert proof.file_name == "My certificate.pdf"
    assert not storages["default"].exists(proof.file.name)
    with pytest.raises(ValueError, match="no address"):
        _ = proof.file.url


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_taken(person, asked, kind):
    proof = hand_in(person, *asked, content=make_picture(kind))

    assert proof.file.size > 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (HTML, "file_type"),
        (SVG, "file_type"),
        (b"%PDF-1.7 and no end", "file_broken"),
        (make_picture()[:40], "file_broken"),
        (b"\xff\xd8\xff" + HTML, "file_broken"),
        (b"\x89PNG\r\n\x1a\n" + HTML, "file_broken"),
        (b"RIFF\x00\x00\x00\x00WEBP" + HTML, "file_broken"),
        (make_bomb(), "file_too_large"),
        (make_picture() + b"0" * MAX_BYTES, "file_too_large"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_nothing_is_kept(
    person, asked, private_root, content, code
):
    with pytest.raises(InvalidInputError) as refused:
        hand_in(person, *asked, content=content)

    assert (refused.value.code, refused.value.field) == (code, "file")
    assert refused.value.message
    assert not EvidenceSubmission.objects.exists()
    assert not list(private_root.rglob("*.*"))


def test_a_training_in_the_future_is_refused(person, asked):
    with pytest.raises(InvalidInputError) as refused:
        hand_in(person, *asked, done_on=TODAY + DAY)

    assert (refused.value.code, refused.value.field) == ("future_day", "done_on")


def test_a_training_of_the_year_1_is_refused(person, asked):
    with pytest.raises(InvalidInputError) as refused:
        hand_in(person, *asked, done_on=date(1, 1, 1))

    assert refused.value.code == "impossible_date"


def test_a_training_before_the_cycle_counts_is_refused_with_the_first_day(person, asked):
    with pytest.raises(InvalidInputError) as refused:
        hand_in(person, *asked, done_on=TODAY - DAY)

    assert (refused.value.code, refused.value.field) == ("too_early", "done_on")
    assert "March 2" in refused.value.message or "2 March" in refused.value.message


def test_what_nobody_asks_for_cannot_be_proven(person, asked):
    other, target = make_proof_certification("OTHER")

    for proven in (target, None):
        with pytest.raises(RuleError) as refused:
            hand_in(person, other, proven)
        assert refused.value.code == "not_asked"


def test_a_certification_of_the_catalogue_can_be_proven_as_a_whole(person):
    offered, target = make_proof_certification("OFFERED", in_catalogue=True)

    assert hand_in(person, offered).target is None
    with pytest.raises(RuleError):
        hand_in(person, offered, target)


def test_sending_the_same_file_twice_is_one_proof(person, asked):
    first = hand_in(person, *asked)

    assert hand_in(person, *asked) == first
    assert hand_in(person, *asked, content=make_picture()) != first
    assert EvidenceSubmission.objects.count() == 2


def test_too_many_waiting_proofs_are_refused(person, asked):
    for number in range(MAX_WAITING):
        hand_in(person, *asked, content=PDF[:-6] + str(number).encode() + PDF[-6:])

    with pytest.raises(RuleError) as refused:
        hand_in(person, *asked, content=make_picture())
    assert refused.value.code == "too_many"


def test_nobody_hands_in_for_people_elsewhere(asked, person):
    with pytest.raises(NotFoundError):
        hand_in(person, *asked, actor=make_person().user)


def test_a_branch_manager_sees_the_person_but_hands_nothing_in(asked, person):
    manager = make_granted("branch_manager", branch=person.home_branch)

    with pytest.raises(NotAllowedError):
        hand_in(person, *asked, actor=manager)


def test_hr_hands_in_for_somebody_and_then_somebody_else_decides(asked, person, hr):
    proof = hand_in(person, *asked, actor=hr)

    with pytest.raises(NotAllowedError) as refused:
        accept_evidence(submission=proof, actor=hr, now=NOW)
    assert refused.value.code == "own_submission"
    assert accept_evidence(submission=proof, actor=make_granted("hr"), now=NOW).kind == "accepted"


# Taking back


def test_the_person_takes_a_proof_back_and_may_hand_it_in_again(person, asked):
    proof = hand_in(person, *asked)

    withdraw_evidence(submission=proof, actor=person.user, now=NOW)

    assert EvidenceReview.objects.get(submission=proof).kind == "withdrawn"
    assert hand_in(person, *asked) != proof


def test_nobody_else_takes_a_proof_back_not_even_hr(person, asked, hr):
    with pytest.raises(NotFoundError):
        withdraw_evidence(submission=hand_in(person, *asked), actor=hr, now=NOW)


def test_a_decided_proof_is_not_taken_back(person, asked, hr):
    proof = hand_in(person, *asked)
    refuse_evidence(submission=proof, reason="Not readable", actor=hr, now=NOW)

    with pytest.raises(RuleError) as refused:
        withdraw_evidence(submission=proof, actor=person.user, now=NOW)
    assert refused.value.code == "already_decided"


# Deciding


def test_an_accepted_proof_meets_the_requirement_and_earns_the_award(person, asked, hr):
    certification, target = asked
    proof = hand_in(person, certification, target, now=NOW)

    accept_evidence(submission=proof, actor=hr, now=NOW + DAY)

    evidence = CycleEvidence.objects.get()
    assert (evidence.kind, evidence.uuid) == ("evidence", proof.uuid)
    award = Award.objects.get(employee=person)
    assert (award.basis, award.valid_from) == ("completed", TODAY)
    assert Standing.objects.get(employee=person).badge == "certified"


def test_a_refused_proof_changes_nothing_but_says_why(person, asked, hr):
    proof = hand_in(person, *asked)

    review = refuse_evidence(submission=proof, reason="Not readable", actor=hr, now=NOW)

    assert (review.kind, review.reason, review.reviewed_by) == ("refused", "Not readable", hr)
    assert not CycleEvidence.objects.exists()


def test_refusing_needs_a_reason(person, asked, hr):
    with pytest.raises(InvalidInputError) as refused:
        refuse_evidence(submission=hand_in(person, *asked), reason="  ", actor=hr, now=NOW)

    assert refused.value.field == "reason"


def test_a_whole_certification_becomes_an_award_with_its_trace(person, whole, hr):
    done = TODAY - 40 * DAY
    proof = hand_in(person, whole, done_on=done)
    start, until = suggest_dates(proof)

    review = accept_evidence(
        submission=proof, valid_from=start, valid_until=until, actor=hr, now=NOW
    )

    award = Award.objects.get(employee=person)
    assert review.award == award
    assert (award.basis, award.valid_from) == ("evidence", done)
    assert award.valid_until == date(done.year + 1, done.month, done.day)
    assert award.anchor_on == award.valid_until
    assert award.evaluator == hr
    assert award.name.full_name == person.full_name
    assert award.frozen["evidence"][0]["digest"] == proof.file_digest
    assert len(award.trace) == 2
    assert award.trace[0].startswith("evidence accepted")
    standing = Standing.objects.get(employee=person)
    assert (standing.standing, standing.valid_until) == ("valid", award.valid_until)


def test_an_award_without_a_last_day_never_lapses(person, whole, hr):
    proof = hand_in(person, whole)

    accept_evidence(submission=proof, valid_from=TODAY, valid_until=None, actor=hr, now=NOW)

    assert Standing.objects.get(employee=person).valid_until is None
    assert "never lapses" in Award.objects.get().trace[1]


@pytest.mark.parametrize(
    ("start", "until", "field"),
    [
        (TODAY - DAY, TODAY + DAY, "valid_from"),
        (TODAY, TODAY, "valid_until"),
        (TODAY, date(9999, 12, 31), "valid_until"),
    ],
)
def test_days_that_cannot_be_are_refused_and_the_proof_still_waits(
    person, whole, hr, start, until, field
):
    proof = hand_in(person, whole)

    with pytest.raises(InvalidInputError) as refused:
        accept_evidence(submission=proof, valid_from=start, valid_until=until, actor=hr, now=NOW)

    assert refused.value.field == field
    assert not Award.objects.exists()
    assert not EvidenceReview.objects.exists()


def test_the_second_reviewer_is_told_by_whom_it_was_decided(person, whole, hr):
    proof = hand_in(person, whole)
    stale = EvidenceSubmission.objects.get(pk=proof.pk)
    hr.first_name, hr.last_name = "Hanna", "Ruiz"
    hr.save()
    refuse_evidence(submission=proof, reason="Not readable", actor=hr, now=NOW)

    for decide in (
        lambda: accept_evidence(submission=stale, actor=make_granted("hr"), now=NOW),
        lambda: refuse_evidence(submission=stale, reason="No", actor=make_granted("hr"), now=NOW),
    ):
        with pytest.raises(RuleError) as refused:
            decide()
        assert refused.value.code == "already_decided"
        assert "Hanna Ruiz" in refused.value.message
    assert not Award.objects.exists()


def test_nobody_reviews_the_own_proof(person, asked):
    GrantFactory(user=person.user, role="hr")
    proof = hand_in(person, *asked)

    for decide in (
        lambda: accept_evidence(submission=proof, actor=person.user, now=NOW),
        lambda: refuse_evidence(submission=proof, reason="No", actor=person.user, now=NOW),
    ):
        with pytest.raises(NotAllowedError) as refused:
            decide()
        assert refused.value.code == "own_record"


@pytest.mark.parametrize("role", ["branch_manager", "auditor"])
def test_who_only_reads_does_not_decide(person, asked, role):
    actor = make_granted(role, branch=person.home_branch if role == "branch_manager" else None)

    with pytest.raises(NotAllowedError):
        accept_evidence(submission=hand_in(person, *asked), actor=actor, now=NOW)


def test_hr_of_another_region_does_not_know_the_proof(person, asked):
    elsewhere = make_granted("regional_hr", region=make_person().home_branch.region)

    with pytest.raises(NotFoundError):
        accept_evidence(submission=hand_in(person, *asked), actor=elsewhere, now=NOW)


def test_hr_of_the_region_decides(person, asked):
    regional = make_granted("regional_hr", region=person.home_branch.region)

    review = accept_evidence(submission=hand_in(person, *asked), actor=regional, now=NOW)

    assert review.reviewed_by == regional


# Reads and notices


def test_the_choices_name_requirements_first_and_then_whole_certifications(
    person, asked, django_assert_num_queries
):
    certification, target = asked

    with django_assert_num_queries(4):
        choices = list_choices(person, NOW)

    assert [(row.certification, row.target) for row in choices] == [
        (certification, target),
        (certification, None),
    ]


def test_own_proofs_take_one_query(person, asked, hr, django_assert_num_queries):
    for number in range(3):
        hand_in(person, *asked, content=make_picture(size=(8, 8 + number)))

    with django_assert_num_queries(1):
        rows = list_own_proofs(person)
        assert [getattr(row, "review", None) for row in rows] == [None] * 3


def test_the_same_file_from_another_person_is_told_to_the_reviewer_in_scope(person, asked, hr):
    colleague, stranger = make_person(person.home_branch), make_person()
    for other in (colleague, stranger):
        assign(other, asked[0])
        hand_in(other, *asked)
    proof = hand_in(person, *asked)

    assert count_twins(proof, hr) == 2
    regional = make_granted("regional_hr", region=person.home_branch.region)
    assert count_twins(proof, regional) == 1


def test_what_a_proof_is_for_is_said_by_its_label(person, asked):
    assert describe_target(hand_in(person, *asked)) == "Show AID"


@pytest.mark.parametrize("accepted", [True, False])
def test_the_decision_is_told_at_once_with_its_reason(person, asked, hr, accepted):
    proof = hand_in(person, *asked)
    if accepted:
        accept_evidence(submission=proof, actor=hr, now=NOW)
    else:
        refuse_evidence(submission=proof, reason="Not readable", actor=hr, now=NOW)

    notice = Notice.objects.get(subject=f"proof:{proof.uuid}")
    provider = ProofNotices()

    assert notice.urgent
    assert provider.check([notice], NOW)[notice.pk].still_true
    text = provider.write([notice])[notice.pk]
    assert proof.title in text.title
    assert ("Not readable" in text.body) is not accepted
    assert text.action_path == f"/my/proofs/{proof.uuid}/"


def test_an_award_by_proof_is_told_with_its_last_day(person, whole, hr):
    proof = hand_in(person, whole)
    accept_evidence(
        submission=proof, valid_from=TODAY, valid_until=date(2027, 1, 1), actor=hr, now=NOW
    )

    notice = Notice.objects.get(kind="evidence_accepted")

    assert "2026" in ProofNotices().write([notice])[notice.pk].body


def test_a_notice_about_nothing_is_not_sent(person):
    notice = Notice(
        pk=1, subject="proof:00000000-0000-0000-0000-000000000000", kind="evidence_accepted",
        recipient=person, target_on=TODAY, due_at=NOW,
    )  # fmt: skip

    assert not ProofNotices().check([notice], NOW)[1].still_true


def test_evidence_of_last_time_does_not_renew(person, asked, hr):
    proof = hand_in(person, *asked)
    accept_evidence(submission=proof, actor=hr, now=NOW)

    advance(now=datetime.combine(TODAY, NOW.timetz()) + timedelta(days=350))

    assert Award.objects.count() == 1
