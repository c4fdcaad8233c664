"""Take the screens in two sizes and two themes: ``python -m tests.browser.shots``.

Into ``shots/`` go one PNG per screen, size and theme, a contact sheet as HTML, and one as PNG per
size and theme. The people shown are the demo's; what a screen needs (a failed quiz, a debrief) is
done first, through the pages themselves.
"""

from __future__ import annotations

import html
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import DESK, PHONE, SCHEMES, open_context, run_chromium
from tests.browser.site import Site, run_site

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings.test")
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "shots"
DOCS = ROOT / "docs" / "images"
SIZES = {"phone": PHONE, "desk": DESK}
COLUMNS = {"phone": 7, "desk": 5}
WIDTHS = {"phone": 240, "desk": 380}
KEPT = {"home-desk-light": "home", "matrix-regions-desk-light": "matrix"}
LEARNER, NEWCOMER, MANAGER = "HF00592", "HF00600", "HF00064"
HR, TRAINER = "hr@harbourfinch.example", "trainer@harbourfinch.example"


@dataclass(frozen=True)
class Screen:
    """One screen: its name, whose it is (nobody's: public), where it is."""

    name: str
    who: str
    path: str

    @property
    def is_admin(self) -> bool:
        """Whether it belongs to the admin, which is not made for phones."""
        return self.path.startswith("/admin/")


def main() -> None:
    """Take all screens."""
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with (
        tempfile.TemporaryDirectory() as place,
        run_chromium() as browser,
        allow_database(),
        run_site(Path(place) / "site") as site,
    ):
        screens = prepare(browser, site)
        for size in SIZES:
            shown = [row for row in screens if size == "desk" or not row.is_admin]
            for scheme in SCHEMES:
                sys.stdout.write(f"{len(shown)} screens, {size}, {scheme} …\n")
                sys.stdout.flush()
                take(browser, site, shown, size, scheme)
                draw_montage([f"{row.name}-{size}-{scheme}" for row in shown], size, scheme)
    write_sheet(screens)
    keep_for_docs()


@contextmanager
def allow_database() -> Iterator[None]:
    """Let Django use the database beside Playwright's event loop, for this block only."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        yield
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def prepare(browser: Browser, site: Site) -> list[Screen]:
    """Do what the screens need; return them in the order of a journey."""
    from tests.browser import steps
    from tests.browser.hands import Pointer

    context, _watch = open_context(browser, base_url=site.url)
    page = context.new_page()
    hand = Pointer(page)
    steps.sign_in(hand, NEWCOMER, password=give_password(NEWCOMER))
    addresses = do_the_work(hand, site)
    steps.fetch_mails()
    context.close()
    return [*public_screens(), *learner_screens(addresses), *manager_screens(), *admin_screens()]


def give_password(number: str) -> str:
    """Let somebody of the roster sign in with the demo's password; return it."""
    from lms.api import Employee
    from tests.browser.steps import PASSWORD

    user = Employee.objects.get(employee_number=number).user
    user.set_password(PASSWORD)
    user.save()
    return PASSWORD


def do_the_work(hand: object, site: Site) -> dict[str, str]:
    """Learn, play and take the quiz twice as the newcomer; return where each screen is."""
    from quizzes.api import Quiz
    from tests.browser import steps

    page: Page = hand.page
    seen: dict[str, str] = {}
    steps.open_next(hand)
    steps.read_lessons(hand, until="angry")
    hand.press(page.get_by_role("link", name="To the role-play"))
    seen["scenario-briefing"] = page.url
    steps.play(hand, steps.WORST)
    seen["debrief-failed"] = page.url
    page.goto(seen["scenario-briefing"])
    steps.play(hand, steps.BEST)
    seen["debrief"] = page.url
    hand.press(page.get_by_role("button", name="Practise from here").nth(3))
    seen["play"] = page.url
    steps.open_next(hand)
    steps.read_lessons(hand, until="check")
    hand.press(page.get_by_role("link", name="To the quiz"))
    seen["quiz-intro"] = page.url
    steps.answer_quiz(hand, wrong=["QUEUE-01"])
    seen["result-failed"] = page.url
    site.wait(minutes=31)
    page.goto(seen["quiz-intro"])
    steps.answer_quiz(hand)
    seen["result-passed"] = page.url
    page.goto(seen["quiz-intro"])
    hand.press(page.get_by_role("button", name="Practise first"))
    seen["question"] = page.url
    seen["review"] = page.url.rsplit("/", 2)[0] + "/review/"
    page.goto(f"/quizzes/{Quiz.objects.get(code='TRUST-CHECK').uuid}/")
    seen["quiz-intro"] = page.url
    return seen


def public_screens() -> list[Screen]:
    """Return what anybody sees."""
    from certification.awards.models import Award

    award = Award.objects.filter(employee__employee_number=LEARNER).latest("awarded_at")
    return [
        Screen("login", "", "/login/"),
        Screen("verify-valid", "", f"/verify/{award.public_code}/"),
        Screen("verify-unknown", "", "/verify/00000000000000000000000000/"),
    ]


def learner_screens(addresses: dict[str, str]) -> list[Screen]:
    """Return what somebody who learns sees."""
    from certification.awards.models import Award

    give_password(LEARNER)
    award = Award.objects.filter(employee__employee_number=LEARNER).latest("awarded_at")
    course = "/courses/counter-service/"
    paths = {
        "home": "/",
        "why": "/my/why/COUNTER/",
        "course-index": "/courses/",
        "course": course,
        "lesson": f"{course}answering-the-phone/",
        "standards": "/standards/",
        "standard": "/standards/PHONE-01/",
        **addresses,
    }
    return [
        *(Screen(name, NEWCOMER, path) for name, path in paths.items()),
        Screen("messages", NEWCOMER, "/my/messages/"),
        Screen("message", NEWCOMER, newest_message(NEWCOMER)),
        Screen("record", LEARNER, "/my/record/"),
        Screen("certificate", LEARNER, f"/my/certificates/{award.uuid}/"),
    ]


def newest_message(number: str) -> str:
    """Return where somebody reads the last mail written to him or her."""
    from django.urls import reverse

    from lms.messages.models import Mail

    mail = Mail.objects.filter(recipient__employee_number=number, state="sent").latest("due_at")
    return reverse("sb_lms:message", args=[mail.uuid])


def manager_screens() -> list[Screen]:
    """Return what a branch manager sees."""
    from lms.api import Branch, Employee

    branch = Branch.objects.get(code="0412")
    person = Employee.objects.get(employee_number="HF00469")
    return [
        Screen("branch", MANAGER, f"/branch/?branch={branch.uuid}"),
        Screen("branch-person", MANAGER, f"/branch/people/{person.uuid}/"),
    ]


def admin_screens() -> list[Screen]:
    """Return what HR and trainers see in the admin."""
    from django.urls import reverse

    from lms.api import Branch, Employee, Standard
    from quizzes.api import Quiz, Scenario
    from quizzes.questions.models import Question

    branch = Branch.objects.select_related("region").get(code="0412")
    person = Employee.objects.get(employee_number="HF00469")
    matrix = reverse("sb_matrix:index")

    def snippet(model: type, action: str, pk: object = None) -> str:
        meta = model._meta
        args = [] if pk is None else [pk]
        return reverse(f"wagtailsnippets_{meta.app_label}_{meta.model_name}:{action}", args=args)

    standard = Standard.objects.get(code="PHONE-01")
    question = Question.objects.order_by("code").first()
    scenario = Scenario.objects.order_by("code").first()
    return [
        Screen("admin-home", HR, "/admin/"),
        Screen("matrix-regions", HR, matrix),
        Screen("matrix-region", HR, f"{matrix}?region={branch.region.uuid}"),
        Screen("matrix-branch", HR, reverse("sb_matrix:branch", args=[branch.uuid])),
        Screen("matrix-person", HR, reverse("sb_matrix:person", args=[person.uuid])),
        Screen("list-mails", HR, reverse("sb-mails:index")),
        Screen("list-notices", HR, reverse("sb-notices:index")),
        Screen("editor-standard", TRAINER, snippet(Standard, "edit", standard.pk)),
        Screen("editor-question", TRAINER, snippet(Question, "edit", question.pk)),
        Screen("list-quizzes", TRAINER, snippet(Quiz, "list")),
        Screen("list-scenarios", TRAINER, snippet(Scenario, "list")),
        Screen("editor-scenario", TRAINER, snippet(Scenario, "edit", scenario.pk)),
        Screen("scenario-starters", TRAINER, snippet(Scenario, "add")),
    ]


def take(browser: Browser, site: Site, screens: Sequence[Screen], size: str, scheme: str) -> None:
    """Take these screens, whole pages on phones, each person signed in once."""
    from tests.browser import steps
    from tests.browser.hands import Pointer

    contexts: dict[str, tuple[BrowserContext, Page]] = {}
    for screen in screens:
        if screen.who not in contexts:
            context, _watch = open_context(
                browser, base_url=site.url, viewport=SIZES[size], color_scheme=scheme
            )
            page = context.new_page()
            if screen.who:
                at = "/admin/login/" if "@" in screen.who else "/login/"
                steps.sign_in(Pointer(page), screen.who, at=at)
            contexts[screen.who] = context, page
        page = contexts[screen.who][1]
        page.goto(screen.path, wait_until="networkidle")
        page.screenshot(path=FOLDER / f"{screen.name}-{size}-{scheme}.png")
    for context, _page in contexts.values():
        context.close()


def draw_montage(names: Sequence[str], size: str, scheme: str) -> None:
    """Put these screens on one picture, each with its name."""
    width, columns = WIDTHS[size], COLUMNS[size]
    height = round(width * SIZES[size]["height"] / SIZES[size]["width"])
    rows = -(-len(names) // columns)
    sheet = Image.new("RGB", (columns * (width + 12), rows * (height + 34)), "#888")
    pen = ImageDraw.Draw(sheet)
    for number, name in enumerate(names):
        left, top = number % columns * (width + 12) + 6, number // columns * (height + 34)
        with Image.open(FOLDER / f"{name}.png") as picture:
            sheet.paste(picture.convert("RGB").resize((width, height)), (left, top + 24))
        pen.text((left, top + 6), name, fill="white")
    sheet.save(FOLDER / f"sheet-{size}-{scheme}.png", optimize=True)


def write_sheet(screens: Sequence[Screen]) -> None:
    """Write the contact sheet: a row per screen, phone and desk, light and dark."""
    rows = []
    for screen in screens:
        names = [
            f"{screen.name}-{size}-{scheme}"
            for size in SIZES
            for scheme in SCHEMES
            if size == "desk" or not screen.is_admin
        ]
        pictures = "".join(
            f'<a href="{name}.png"><img src="{name}.png" alt="{name}" height="400"></a> '
            for name in names
        )
        rows.append(f"<h2>{html.escape(screen.name)}</h2>\n<p>{pictures}</p>")
    page = "\n".join(rows)
    (FOLDER / "index.html").write_text(
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Screens</title>\n{page}\n',
        encoding="utf-8",
    )


def keep_for_docs() -> None:
    """Keep the README's pictures, small."""
    DOCS.mkdir(parents=True, exist_ok=True)
    for name, kept in KEPT.items():
        with Image.open(FOLDER / f"{name}.png") as picture:
            small = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
            small.save(DOCS / f"{kept}.png", optimize=True)


if __name__ == "__main__":
    main()
