"""What leaves the server about a question, before the answer and on review."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from quizzes.questions.rules import (
    PHASES,
    QUESTION_TYPES,
    SHOWN,
    Question,
    decode_response,
    encode_response,
    fill_view,
    grade,
    list_parts,
    parse_question,
    public_view,
    review_view,
    shuffle_parts,
)

C = "CANARY"  # in every field that must not go out
OPEN = {"max_mark": 7, "standards": {f"{C}-S": 1}, "critical": True, "tags": [f"{C}-tag"]}
OPEN |= {"feedback": {"general": f"{C}-g", "right": f"{C}-r", "wrong": f"{C}-w"}, "code": f"{C}-q"}


def option(name: str, fraction: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{C}-{name}",
        "text": f"Text {name}",
        "fraction": fraction,
        "feedback": f"{C}-said-{name}",
        **more,
    }


OPTIONS = [option("a", "1"), option("b", "0"), option("c", "-1/2", pinned=True)]
QUESTIONS: dict[str, dict[str, Any]] = {
    "single": {"options": OPTIONS},
    "multiple": {"options": OPTIONS, "scoring": "fractions"},
    "true_false": {"answer": True},
    "short_text": {"answers": [{"pattern": f"{C}*", "feedback": f"{C}-match"}]},
    "numeric": {"answers": [{"value": "987654", "feedback": f"{C}-match"}]},
    "matching": {
        "stems": [
            {"id": f"{C}-s1", "text": "Dog", "match": f"{C}-m1"},
            {"id": f"{C}-s2", "text": "Frog", "match": f"{C}-m2"},
        ],
        "choices": [
            {"id": f"{C}-m1", "text": "Mammal"},
            {"id": f"{C}-m2", "text": "Amphibian"},
            {"id": f"{C}-m3", "text": "Insect"},
        ],
    },
    "ordering": {"items": [{"id": f"{C}-{n}", "text": f"Item {n}"} for n in range(4)]},
    "gaps": {
        "text": f"Ring {{{{{C}-g1}}}} at {{{{{C}-g2}}}}.",
        "gaps": {
            f"{C}-g1": {"type": "single", "options": OPTIONS},
            f"{C}-g2": {"type": "short_text", "answers": [{"pattern": f"{C}*"}]},
        },
    },
    "open": {"rubric": [{"text": f"{C}-tone", "levels": [{"text": f"{C}-ok", "points": 1}]}]},
}
QUESTIONS = {
    kind: {"type": kind, "prompt": "<p>Prompt</p>", **OPEN, **key}
    for kind, key in QUESTIONS.items()
}
RIGHT: dict[str, object] = {
    "single": f"{C}-a",
    "multiple": [f"{C}-a"],
    "true_false": True,
    "short_text": "answer",
    "numeric": "987654",
    "matching": {f"{C}-s1": f"{C}-m1", f"{C}-s2": f"{C}-m2"},
    "ordering": [f"{C}-{n}" for n in range(4)],
    "gaps": {f"{C}-g1": f"{C}-a", f"{C}-g2": "answer"},
    "open": "my words",
}


def tokens_of(kind: str) -> dict[str, str]:
    return {part: f"t{n}" for n, part in enumerate(list_parts(QUESTIONS[kind]))}


def view_of(kind: str, seed: int = 1) -> dict[str, Any]:
    question = QUESTIONS[kind]
    return public_view(question, tokens_of(kind), shuffle_parts(question, seed))


@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_the_public_view_holds_nothing_of_the_key(kind: str) -> None:
    sent = json.dumps(view_of(kind))
    assert C not in sent
    assert "987654" not in sent
    assert "Prompt" in sent


def keys_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(keys_in(part) for part in value.values()))
    return set().union(*(keys_in(part) for part in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_the_public_view_has_only_listed_fields(kind: str) -> None:
    allowed = {"type", "prompt", "multiple", "options", "token", "text"}
    allowed |= {"stems", "choices", "items", "pieces", "min_words", "max_words"}
    assert keys_in(view_of(kind)) <= allowed


def test_choices_go_out_under_tokens_in_the_frozen_order() -> None:
    question = QUESTIONS["single"]
    order = [f"{C}-c", f"{C}-a", f"{C}-b"]
    view = public_view(question, tokens_of("single"), order)
    assert view == {
        "type": "single",
        "prompt": "<p>Prompt</p>",
        "multiple": False,
        "options": [
            {"token": "t2", "text": "Text c"},
            {"token": "t0", "text": "Text a"},
            {"token": "t1", "text": "Text b"},
        ],
    }
    assert public_view(QUESTIONS["multiple"], tokens_of("multiple"), order)["multiple"] is True


def test_without_a_frozen_order_choices_come_as_written() -> None:
    view = public_view(QUESTIONS["single"], tokens_of("single"))
    assert [row["text"] for row in view["options"]] == ["Text a", "Text b", "Text c"]


def test_statements_come_as_true_and_false_even_without_tokens() -> None:
    question = QUESTIONS["true_false"]
    assert [row["token"] for row in public_view(question, {})["options"]] == ["true", "false"]
    assert decode_response(question, {}, "false") is False
    view = public_view(question, {"true": "x", "false": "y"})
    assert view["options"] == [{"token": "x", "text": "true"}, {"token": "y", "text": "false"}]
    assert decode_response(question, {"true": "x", "false": "y"}, "x") is True
    assert grade(question, decode_response(question, {"true": "x"}, "true")).state == "invalid"


def test_items_never_go_out_in_the_right_order() -> None:
    question = QUESTIONS["ordering"]
    for seed in range(200):
        shown = [row["text"] for row in view_of("ordering", seed)["items"]]
        assert sorted(shown) == [f"Item {n}" for n in range(4)] != shown
    with pytest.raises(ValueError, match="frozen order"):
        public_view(question, tokens_of("ordering"))


def test_a_part_without_a_token_is_an_error_not_an_id() -> None:
    with pytest.raises(KeyError):
        public_view(QUESTIONS["single"], {})


def test_both_sides_of_pairs_go_out_in_the_frozen_order() -> None:
    order = [f"choice:{C}-m3", f"stem:{C}-s2", f"choice:{C}-m1"]
    view = public_view(QUESTIONS["matching"], tokens_of("matching"), order)
    assert view["stems"] == [{"token": "t1", "text": "Frog"}, {"token": "t0", "text": "Dog"}]
    assert view["choices"] == [
        {"token": "t4", "text": "Insect"},
        {"token": "t2", "text": "Mammal"},
        {"token": "t3", "text": "Amphibian"},
    ]
    assert view["options"] == []


def test_pieces_alternate_text_and_gaps() -> None:
    pieces = view_of("gaps")["pieces"]
    assert [sorted(piece) for piece in pieces[:2]] == [["text"], ["options", "token", "type"]]
    assert [piece.get("text") for piece in pieces] == ["Ring ", None, " at ", None, "."]
    assert len(pieces[1]["options"]) == 3
    assert pieces[3]["options"] == []


def test_a_prompt_with_gaps_is_sent_only_as_pieces() -> None:
    source = QUESTIONS["gaps"]
    question = {key: value for key, value in source.items() if key != "text"}
    question["prompt"] = source["text"]
    assert public_view(question, tokens_of("gaps"))["prompt"] == ""


def test_shuffling_keeps_pinned_options_and_depends_on_the_seed_alone() -> None:
    options = [option(name, "0") for name in "bcdef"] + [option("z", "1", pinned=True)]
    question = {"type": "single", "options": options}
    orders = {shuffle_parts(question, seed) for seed in range(50)}
    assert len(orders) > 20
    assert {order[-1] for order in orders} == {f"{C}-z"}
    assert all(sorted(order) == sorted(list_parts(question)) for order in orders)
    assert shuffle_parts(question, 7) == shuffle_parts(question, 7)
    assert {shuffle_parts(QUESTIONS["true_false"], n) for n in range(9)} == {("true", "false")}
    assert PHASES == ("during", "right_after", "later", "after_close")


@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_tokens_decode_to_the_response_that_was_meant(kind: str) -> None:
    tokens = tokens_of(kind)
    question = QUESTIONS[kind]
    sent = encode(kind, RIGHT[kind], tokens)
    assert decode_response(question, tokens, sent) == RIGHT[kind]
    assert decode_response(parse_question(question), tokens, sent) == RIGHT[kind]


@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_a_stored_response_goes_back_into_the_form_it_came_from(kind: str) -> None:
    tokens, question = tokens_of(kind), QUESTIONS[kind]
    sent = encode_response(question, tokens, RIGHT[kind])
    assert decode_response(question, tokens, sent) == RIGHT[kind]
    view = view_of(kind)
    blank, filled = fill_view(view, None), fill_view(view, sent)
    assert filled != blank
    assert C not in json.dumps(filled["options"])
    assert fill_view(view, {"unreadable": True}) == blank
    assert fill_view(view, ["no", "such", "token"]) == blank


@pytest.mark.parametrize("kind", QUESTION_TYPES)
@pytest.mark.parametrize("junk", [3, [["x"]], [{}], {"x": ["y"]}, {"x": {}}, "?", 2.5])
def test_a_form_can_be_filled_from_any_stored_junk(kind: str, junk: object) -> None:
    encoded = encode_response(QUESTIONS[kind], tokens_of(kind), junk)
    assert fill_view(view_of(kind), encoded)["type"] == kind


def test_a_form_shows_again_what_was_given() -> None:
    ticked = fill_view(view_of("multiple"), ["t0", "t2"])["options"]
    assert {row["token"] for row in ticked if row["chosen"]} == {"t0", "t2"}
    matching = fill_view(view_of("matching"), {"t0": "t3"})
    assert {row["token"]: row["chosen"] for row in matching["stems"]} == {"t0": "t3", "t1": ""}
    items = fill_view(view_of("ordering"), ["t3", "t0", "t1", "t2"])["items"]
    assert [row["token"] for row in items] == ["t3", "t0", "t1", "t2"]
    gaps = fill_view(view_of("gaps"), {"t4": "x"})["pieces"]
    assert [(p["number"], p["value"]) for p in gaps if "token" in p] == [(1, ""), (2, "x")]
    assert fill_view(view_of("numeric"), "4,5")["value"] == "4,5"
    assert fill_view(view_of("open"), "Dear you")["value"] == "Dear you"


def encode(kind: str, response: Any, tokens: dict[str, str]) -> object:
    if kind == "matching":
        return {tokens[f"stem:{s}"]: tokens[f"choice:{c}"] for s, c in response.items()}
    if kind == "gaps":
        first, second = response
        chosen = tokens[f"gap:{first}:{response[first]}"]
        return {tokens[f"gap:{first}"]: chosen, tokens[f"gap:{second}"]: response[second]}
    if isinstance(response, list):
        return [tokens[part] for part in response]
    return (
        tokens["true" if response is True else response]
        if kind in {"single", "true_false"}
        else response
    )


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("single", "t9"),
        ("single", f"{C}-a"),
        ("single", ["t0"]),
        ("single", 3),
        ("multiple", ["t0", "t9"]),
        ("multiple", [f"{C}-a"]),
        ("multiple", "t0"),
        ("multiple", [["t0"]]),
        ("multiple", ["t0", "t0"]),
        ("true_false", "yes"),
        ("true_false", 1),
        ("matching", {"t0": "t9"}),
        ("matching", {"t9": "t2"}),
        ("matching", {"t0": ["t2"]}),
        ("matching", {f"{C}-s1": f"{C}-m1"}),
        ("matching", {1: "t2"}),
        ("matching", ["t0"]),
        ("ordering", ["t0", "t1", "t2", "t9"]),
        ("ordering", ["t0"]),
        ("ordering", {"t0": 1}),
        ("gaps", {f"{C}-g1": "t1"}),
        ("gaps", {"t0": f"{C}-a"}),
        ("gaps", {1: "t1"}),
        ("gaps", ["t0"]),
    ],
)
def test_unknown_tokens_and_plain_ids_are_invalid(kind: str, raw: object) -> None:
    question = QUESTIONS[kind]
    decoded = decode_response(question, tokens_of(kind), raw)
    assert grade(question, decoded).state == "invalid"


@pytest.mark.parametrize("kind", QUESTION_TYPES)
@pytest.mark.parametrize("raw", [None, "", "  "])
def test_nothing_sent_decodes_to_blank(kind: str, raw: object) -> None:
    question = QUESTIONS[kind]
    assert grade(question, decode_response(question, tokens_of(kind), raw)).state == "blank"


@pytest.mark.parametrize("kind", QUESTION_TYPES)
@pytest.mark.parametrize(
    ("raw", "fitting"),
    [
        ([], {"multiple", "ordering"}),
        (["", None], {"multiple", "ordering"}),
        ({}, {"matching", "gaps"}),
        ({"t0": ""}, {"matching", "gaps"}),
        ([[]], set()),
        ({"a": [[[]]]}, set()),
    ],
)
def test_an_empty_container_is_blank_only_where_it_fits(kind, raw, fitting) -> None:
    question = QUESTIONS[kind]
    state = grade(question, decode_response(question, tokens_of(kind), raw)).state
    assert state == ("blank" if kind in fitting else "invalid")


def test_an_empty_pair_or_gap_stays_empty() -> None:
    decoded = decode_response(QUESTIONS["matching"], tokens_of("matching"), {"t0": "t2", "t1": ""})
    assert decoded == {f"{C}-s1": f"{C}-m1", f"{C}-s2": None}
    decoded = decode_response(QUESTIONS["gaps"], tokens_of("gaps"), {"t0": "", "t4": "x"})
    assert decoded == {f"{C}-g1": "", f"{C}-g2": "x"}


def review(kind: str, response: object, *shown: str, order: tuple[str, ...] = ()) -> dict[str, Any]:
    question = QUESTIONS[kind]
    given = grade(question, response)
    return review_view(question, response, given, "later", {"later": shown}, order)


@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_a_review_with_nothing_released_says_nothing_of_the_key(kind: str) -> None:
    view = review(kind, RIGHT[kind])
    said = json.dumps(view)
    assert C not in said
    fields = {"type", "prompt", "phase", "options", "answer", "pairs", "items", "pieces"}
    assert keys_in(view) <= fields | {"text", "chosen", "stem"}
    assert isinstance(parse_question(QUESTIONS[kind]), Question)


@pytest.mark.parametrize("kind", QUESTION_TYPES)
@pytest.mark.parametrize("phase", [phase for phase in PHASES if phase != "later"])
def test_what_one_phase_releases_no_other_shows(kind: str, phase: str) -> None:
    question = QUESTIONS[kind]
    given = grade(question, RIGHT[kind])
    view = review_view(question, RIGHT[kind], given, phase, {"later": SHOWN})
    assert view == {**review(kind, RIGHT[kind]), "phase": phase}


def test_an_unknown_release_is_ignored() -> None:
    assert review("single", f"{C}-a", "everything") == review("single", f"{C}-a")


@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_ids_codes_standards_and_tags_never_show(kind: str) -> None:
    view = review(kind, RIGHT[kind], *SHOWN)
    for secret in ("-S", "-tag", "-q", "-a", "-s1", "-m1", "-g1"):
        assert f'{C}{secret}"' not in json.dumps(view)


def test_the_mark_is_exact_text() -> None:
    assert review("single", f"{C}-a", "mark")["mark"] == {
        "fraction": "1",
        "state": "right",
        "got": "7",
        "max": "7",
    }
    view = review("matching", {f"{C}-s1": f"{C}-m1"}, "mark")
    assert view["mark"] == {"fraction": "1/2", "state": "partial", "got": "7/2", "max": "7"}
    assert "feedback" not in view
    assert C not in json.dumps(view)


def test_feedback_speaks_of_what_was_chosen() -> None:
    view = review("single", f"{C}-b", "feedback")
    assert view["feedback"] == [f"{C}-g", f"{C}-w"]
    assert [row.get("feedback") for row in view["options"]] == [None, f"{C}-said-b", None]
    assert all("right" not in row for row in view["options"])
    assert review("single", f"{C}-a", "feedback")["feedback"] == [f"{C}-g", f"{C}-r"]
    assert review("open", "words", "feedback")["feedback"] == [f"{C}-g"]


def test_feedback_of_the_accepted_answer_that_matched() -> None:
    assert review("numeric", "987654", "feedback")["feedback"][-1] == f"{C}-match"
    assert review("numeric", "1", "feedback")["feedback"] == [f"{C}-g", f"{C}-w"]
    assert review("short_text", "canary bird", "feedback")["feedback"][-1] == f"{C}-match"
    assert review("short_text", "x", "feedback")["feedback"] == [f"{C}-g", f"{C}-w"]
    assert review("short_text", ["x"], "feedback")["feedback"] == [f"{C}-g", f"{C}-w"]
    assert review("numeric", "x", "feedback")["feedback"] == [f"{C}-g", f"{C}-w"]


def test_right_answers_of_every_type() -> None:
    assert [row["right"] for row in review("single", None, "right_answer")["options"]] == [
        True,
        False,
        False,
    ]
    truths = review("true_false", False, "right_answer")["options"]
    assert truths == [
        {"text": "true", "chosen": False, "right": True},
        {"text": "false", "chosen": True, "right": False},
    ]
    assert review("short_text", "x", "right_answer")["right_answers"] == [f"{C}…"]
    assert review("numeric", 5, "right_answer") | {"prompt": ""} == {
        "type": "numeric",
        "prompt": "",
        "phase": "later",
        "answer": "5",
        "right_answers": ["987654"],
    }
    pairs = review("matching", {f"{C}-s1": f"{C}-m3"}, "right_answer")["pairs"]
    assert pairs == [
        {"stem": "Dog", "chosen": "Insect", "right": "Mammal"},
        {"stem": "Frog", "chosen": "", "right": "Amphibian"},
    ]
    items = review("ordering", [f"{C}-{n}" for n in (1, 0, 3, 2)], "right_answer")
    assert items["items"] == ["Item 1", "Item 0", "Item 3", "Item 2"]
    assert items["right_answers"] == ["Item 0", "Item 1", "Item 2", "Item 3"]
    pieces = review("gaps", {f"{C}-g1": f"{C}-b"}, "right_answer")["pieces"]
    assert pieces[1] == {"answer": "Text b", "right_answers": ["Text a"], "right": False}
    assert pieces[3] == {"answer": "", "right_answers": [f"{C}…"], "right": False}
    assert review("open", "x", "right_answer")["rubric"] == [
        {"text": f"{C}-tone", "levels": [{"text": f"{C}-ok", "points": "1"}]}
    ]
    for kind in ("mark", "feedback"):
        assert "rubric" not in review("open", "x", kind)


def test_a_gap_says_its_own_feedback_and_whether_it_was_right() -> None:
    question = {
        "type": "gaps",
        "text": "{{a}} {{b}}",
        "gaps": [
            {
                "id": "a",
                "type": "single",
                "options": [option("x", "1"), option("y", "0")],
            },
            {"id": "b", "type": "numeric", "answers": [{"value": "4", "feedback": "Four."}]},
        ],
    }
    response = {"a": f"{C}-y", "b": "4"}
    view = review_view(question, response, grade(question, response), "later", {"later": SHOWN})
    first, _space, second = view["pieces"]
    assert (first["right"], first["feedback"]) == (False, f"{C}-said-y")
    assert (second["right"], second["feedback"]) == (True, "Four.")
    hidden = review_view(
        question, response, grade(question, response), "later", {"later": ["mark"]}
    )
    assert all("right" not in piece and "feedback" not in piece for piece in hidden["pieces"])


def test_half_right_options_are_not_shown_as_the_answer_of_a_single_question() -> None:
    question = {"type": "single", "options": [option("a", "1"), option("b", "1/2")]}
    view = review_view(question, None, grade(question, None), "later", {"later": SHOWN})
    assert [row["right"] for row in view["options"]] == [True, False]


def test_a_range_is_shown_as_its_bounds() -> None:
    question = {"type": "numeric", "answers": [{"min": "5", "max": "7"}]}
    view = review_view(question, "1", grade(question, "1"), "later", {"later": SHOWN})
    assert view["right_answers"] == ["5 – 7"]


def test_a_review_keeps_the_order_the_learner_saw() -> None:
    order = (f"{C}-c", f"{C}-a", f"{C}-b")
    rows = review("multiple", [f"{C}-a", f"{C}-b"], order=order)["options"]
    assert [(row["text"], row["chosen"]) for row in rows] == [
        ("Text c", False),
        ("Text a", True),
        ("Text b", True),
    ]


@pytest.mark.parametrize("kind", QUESTION_TYPES)
@pytest.mark.parametrize(
    "junk", [None, 3, [["x"]], {"x": ["y"]}, {1: 2}, "?", {"unreadable": True}]
)
def test_junk_can_be_reviewed_without_an_error(kind: str, junk: object) -> None:
    assert review(kind, junk, *SHOWN)["type"] == kind


@pytest.mark.parametrize("junk", ["a\0b", "\ud800", [["x"]], {"a": "\0"}, float("nan")])
def test_a_gap_with_what_cannot_be_stored_spoils_no_other(junk: object) -> None:
    decoded = decode_response(QUESTIONS["gaps"], tokens_of("gaps"), {"t0": "t1", "t4": junk})
    assert decoded == {f"{C}-g1": f"{C}-a", f"{C}-g2": {"unreadable": True}}
    assert grade(QUESTIONS["gaps"], decoded).fraction == Fraction(1, 2)


@pytest.mark.parametrize("kind", ["short_text", "open", "numeric"])
@pytest.mark.parametrize("junk", ["a\0b", "\ud800", "\0"])
def test_text_that_cannot_be_stored_is_invalid(kind: str, junk: str) -> None:
    assert grade(QUESTIONS[kind], junk).state == "invalid"
