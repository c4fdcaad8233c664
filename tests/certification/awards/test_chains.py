"""Certifications that ask for other certifications, first and shorter paths."""

from datetime import date, timedelta

import pytest

from certification.awards.actions import PastAward, advance, record_past_awards, revoke_award
from certification.catalogue.actions import RequirementDraft, publish_version
from certification.models import Award, Certification, Cycle, CycleEvidence, Requirement, Standing
from tests.certification.factories import NOW, YEARLY, assign, confirm, make_policy_standard
from tests.lms.factories import make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def make(code, *drafts, policy=None):
    certification = Certification.objects.create(code=code, title=code)
    publish_version(
        certification=certification,
        policy=policy or YEARLY,
        requirements=list(drafts),
        effective_on=date(2020, 1, 1),
        actor=None,
        now=NOW,
    )
    return certification


def read(standard, **path):
    return RequirementDraft("acknowledgement", standard.uuid, f"Confirm {standard.code}", **path)


def hold(other, **path):
    return RequirementDraft("certification", other.uuid, f"Hold {other.code}", **path)


def test_earning_the_last_one_earns_the_whole_chain_in_one_go(commit):
    standard = make_policy_standard("BASE-01")
    base = make("BASE", read(standard))
    middle = make("MIDDLE", hold(base))
    top = make("TOP", hold(middle))
    person = make_person()
    for one in (top, middle, base):
        assign(person, one)
    with commit():
        confirm(person, standard, NOW + DAY)
    assert Award.objects.filter(employee=person).count() == 3
    assert set(Standing.objects.values_list("standing", flat=True)) == {"valid"}
    row = CycleEvidence.objects.get(requirement__version__certification=top)
    assert row.kind == "certification"
    assert row.uuid == Award.objects.get(certification=middle).uuid


def test_held_since_before_the_cycle_opened_counts(commit):
    standard, own = make_policy_standard("BASE-01"), make_policy_standard("OWN-01")
    base = make("BASE", read(standard))
    top = make("TOP", hold(base), read(own))
    person = make_person()
    start, until = date(2025, 6, 1), date(2027, 6, 1)
    row = PastAward(person.pk, base.pk, start, start, until, "register")
    record_past_awards(rows=[row], actor=None, now=NOW)
    assign(person, top)
    with commit():
        confirm(person, own, NOW + DAY)
    assert Award.objects.get(certification=top).valid_from == (NOW + DAY).date()


def test_what_lapses_in_between_has_to_be_held_again(commit):
    standard, own = make_policy_standard("BASE-01"), make_policy_standard("OWN-01")
    base = make("BASE", read(standard))
    top = make("TOP", hold(base), read(own))
    person = make_person()
    start, until = date(2025, 6, 1), date(2027, 6, 1)
    row = PastAward(person.pk, base.pk, start, start, until, "register")
    (award,) = record_past_awards(rows=[row], actor=None, now=NOW)
    assign(person, top)
    revoke_award(award=award, effective_on=NOW.date(), reason="Fraud", actor=None, now=NOW)
    with commit():
        confirm(person, own, NOW + DAY)
    assert not Award.objects.filter(certification=top).exists()
    assert CycleEvidence.objects.get().requirement.kind == "acknowledgement"
    with commit():
        confirm(person, standard, NOW + 5 * DAY)
    assert Award.objects.get(certification=top).valid_from == (NOW + 5 * DAY).date()


def test_certifications_that_ask_for_each_other_come_to_an_end(commit):
    standard = make_policy_standard("BASE-01")
    one = make("ONE", read(standard))
    two = make("TWO", hold(one))
    # Publishing refuses this; it may stand in data that is older than the check.
    Requirement.objects.create(
        version=one.versions.get(),
        kind="certification",
        target=two.uuid,
        label="Hold TWO",
        path="renewal",
    )
    person = make_person()
    assign(person, one)
    assign(person, two)
    with commit():
        confirm(person, standard, NOW + DAY)
    assert Award.objects.count() == 2
    advance(now=NOW + 2 * DAY)
    assert Award.objects.count() == 2


def test_nobody_is_certified_over_and_over_for_holding_another(commit):
    standard, more = make_policy_standard("BASE-01"), make_policy_standard("MORE-01")
    base = make("BASE", read(standard))
    make("TOP", hold(base))
    person = make_person()
    with commit():
        confirm(person, standard, NOW)
    assert Award.objects.count() == 2
    with commit():
        confirm(person, more, NOW + DAY)
    assert Award.objects.count() == 2


@pytest.mark.parametrize(
    ("late", "days_late", "wanted"),
    [
        ({"late": "renewal"}, 200, {"Confirm SHORT-01"}),
        ({"late": "full"}, -5, {"Confirm SHORT-01"}),
        ({"late": "full"}, 1, {"Confirm LONG-01"}),
        ({"late": "full_if_lapsed_over", "lapsed_over": "P30D"}, 20, {"Confirm SHORT-01"}),
        ({"late": "full_if_lapsed_over", "lapsed_over": "P30D"}, 40, {"Confirm LONG-01"}),
    ],
)
def test_a_late_renewal_takes_the_path_its_rule_says(commit, late, days_late, wanted):
    long, short = make_policy_standard("LONG-01"), make_policy_standard("SHORT-01")
    certification = make(
        "CERT", read(long, path="first"), read(short, path="renewal"), policy=YEARLY | late
    )
    person = make_person()
    start, until = NOW.date() - 300 * DAY, NOW.date() + 65 * DAY
    row = PastAward(person.pk, certification.pk, start, start, until, "register")
    record_past_awards(rows=[row], actor=None, now=NOW)
    assign(person, certification)
    advance(now=NOW + 60 * DAY)
    now = NOW + (65 + days_late) * DAY
    advance(now=now)
    assert Cycle.objects.get(state="open").kind == "renewal"
    with commit():
        confirm(person, long, now)
    done = Award.objects.filter(basis="completed").exists()
    assert done == (wanted == {"Confirm LONG-01"})
    with commit():
        confirm(person, short, now)
    award = Award.objects.get(basis="completed")
    assert {row["label"] for row in award.frozen["evidence"]} == wanted
