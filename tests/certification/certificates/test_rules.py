"""How an award stands on a day, and how a code is read."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from certification.awards.models import make_public_code
from certification.certificates.rules import (
    ALPHABET,
    CODE_LENGTH,
    Change,
    judge_award,
    read_code,
    shorten_name,
)
from certification.rules import timeline

START, END = date(2026, 1, 10), date(2027, 1, 10)
CODE = "0123456789ABCDEFGHJKMNPQRS"


def day(n):
    return START + timedelta(days=n)


def judge(today, *changes, grace=None, until=END):
    return judge_award(
        valid_from=START, valid_until=until, changes=changes, grace=grace, today=today
    )


REVOKED = Change("revoked", day(30))
SUSPENDED = Change("suspended", day(20))
REINSTATED = Change("reinstated", day(40))
EXTENDED = Change("extended", day(50), END + timedelta(days=60))


@pytest.mark.parametrize(
    ("today", "changes", "grace", "state", "until"),
    [
        (day(-1), [], None, "not_yet", END),
        (START, [], None, "valid", END),
        (END - timedelta(days=1), [], None, "valid", END),
        (END, [], None, "expired", END),
        (END, [], "P14D", "grace", END),
        (END + timedelta(days=13), [], "P14D", "grace", END),
        (END + timedelta(days=14), [], "P14D", "expired", END),
        (day(29), [REVOKED], None, "valid", END),
        (day(30), [REVOKED], None, "revoked", day(30)),
        (END, [REVOKED], "P14D", "revoked", day(30)),
        (day(20), [SUSPENDED], None, "suspended", END),
        (END, [SUSPENDED], None, "expired", END),
        (END, [Change("revoked", END)], None, "revoked", END),
        (day(40), [SUSPENDED, REINSTATED], None, "valid", END),
        (day(39), [SUSPENDED, REINSTATED], None, "suspended", END),
        (day(35), [REVOKED, SUSPENDED], None, "revoked", day(30)),
        (day(35), [SUSPENDED, REVOKED], None, "revoked", day(30)),
        (day(45), [REINSTATED, SUSPENDED], None, "valid", END),
        (day(49), [EXTENDED], None, "valid", END),
        (END, [EXTENDED], None, "valid", EXTENDED.until_on),
        (EXTENDED.until_on, [EXTENDED], "P1M", "grace", EXTENDED.until_on),
        (START, [Change("voided", day(400))], None, "voided", None),
    ],
)
def test_an_award_stands_as_its_events_say(today, changes, grace, state, until):
    checked = judge(today, *changes, grace=grace)
    assert (checked.state, checked.until) == (state, until)


@pytest.mark.parametrize(
    ("today", "changes", "since"),
    [
        (day(29), [REVOKED], None),
        (day(35), [REVOKED, SUSPENDED], day(30)),
        (day(35), [SUSPENDED, Change("suspended", day(25))], day(20)),
        (day(45), [SUSPENDED, REINSTATED], None),
        (day(45), [SUSPENDED, REINSTATED, Change("suspended", day(42))], day(42)),
        (END, [SUSPENDED], None),
    ],
)
def test_it_says_since_when_it_is_taken(today, changes, since):
    assert judge(today, *changes).since == since


def test_it_says_until_when_grace_lasts_only_while_it_lasts():
    last = END + timedelta(days=14)
    assert judge(END, grace="P14D").grace_until == last
    assert judge(END - timedelta(days=1), grace="P14D").grace_until is None
    assert judge(last, grace="P14D").grace_until is None


def test_what_never_lapses_is_valid_for_good():
    assert judge(date(2099, 1, 1), until=None, grace="P1M").state == "valid"


changes = st.lists(
    st.builds(
        Change,
        st.sampled_from(["revoked", "suspended", "reinstated"]),
        st.integers(0, 500).map(day),
    ),
    max_size=5,
    unique_by=lambda change: change.effective_on,
)


@given(changes, st.integers(-10, 500).map(day))
@example([REVOKED, Change("suspended", day(31))], day(32))
def test_the_public_check_agrees_with_the_rules_of_certification(events, today):
    facts = [
        {
            "type": "awarded",
            "on": str(START),
            "valid_from": str(START),
            "valid_until": str(END),
            "basis": "imported",
        },
    ]
    facts += [
        {"type": one.kind, "effective_on": str(one.effective_on), "award": 1} for one in events
    ]
    standing = timeline({"method": "completion", "active": "P1Y", "zone": "UTC"}, facts)
    standing = standing.at(today).standing
    words = {"not_yet": "never"}
    state = judge(today, *events).state
    assert words.get(state, state) == standing


@given(st.text(alphabet=sorted(ALPHABET), min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_small_letters_hyphens_spaces_and_lookalikes_do_not_matter(code):
    typed = code.lower().replace("0", "o").replace("1", "l")
    spaced = "-".join(typed[n : n + 4] for n in range(0, len(typed), 4))
    assert read_code(code) == read_code(f" {spaced} ") == code
    assert read_code(code.replace("1", "I")) == code


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_code_or_none(text):
    code = read_code(text)
    assert code is None or (len(code) == CODE_LENGTH and ALPHABET.issuperset(code))


@pytest.mark.parametrize("text", ["", CODE[:-1], CODE + "A", CODE[:-1] + "U", "ı" * 26, "０" * 26])
def test_what_cannot_be_a_code_is_none(text):
    assert read_code(text) is None


def test_codes_that_are_made_can_be_read_and_differ():
    made = {make_public_code() for _ in range(200)}
    assert len(made) == 200
    assert all(read_code(code) == code for code in made)


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Amara Nwosu", "A. N."), ("  Li  ", "L."), ("", ""), ("José de Sá", "J. d. S.")],
)
def test_a_name_is_shortened_to_initials(name, initials):
    assert shorten_name(name) == initials
