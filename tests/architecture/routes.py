"""Every road into the product and who may take it, in words of the policy table.

A road is a named address, an address of the admin (by the namespace of its viewset), a Celery
task or a management command. A road that is not here fails the tests: whoever adds one says
here which resource and verb of ``lms.organisation.rules.policy`` guard it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Guard:
    """Who may enter: ``public`` everybody, else by the policy table.

    ``learner`` is what a plain learner gets from a GET without arguments: a status, or None
    where the address takes arguments (then an unknown one answers 404).
    """

    audience: str
    resource: str = ""
    verb: str = "read"
    learner: int | None = None


PUBLIC = Guard("public", learner=200)


def own(resource: str, verb: str = "read", learner: int | None = None) -> Guard:
    """Return the guard of a person's own records; other people's are 404."""
    return Guard("own", resource, verb, learner)


def people(resource: str, verb: str = "read", learner: int | None = None) -> Guard:
    """Return the guard of other people's records: those in reach, the rest 404."""
    return Guard("people", resource, verb, learner)


def shared(resource: str, verb: str = "read", learner: int | None = None) -> Guard:
    """Return the guard of what belongs to nobody in particular, such as a course."""
    return Guard("shared", resource, verb, learner)


SITE = {
    "sb_certification:home": own("assignment", learner=200),
    "sb_certification:step": own("assignment"),
    "sb_certification:why": own("assignment"),
    "sb_certification:record": own("award", learner=200),
    "sb_certification:certificate": own("award"),
    "sb_certification:certificate_page": own("award"),
    "sb_certification:certificate_logo": own("award"),
    "sb_certification:proofs": own("evidence", learner=200),
    "sb_certification:hand_in": own("evidence", "create", learner=200),
    "sb_certification:proof": people("evidence"),
    "sb_certification:proof_file": people("evidence"),
    "sb_certification:withdraw_proof": own("evidence", "create"),
    "sb_certification:catalogue": shared("certification", learner=200),
    "sb_certification:offer": own("assignment_request", "create"),
    "sb_certification:withdraw_wish": own("assignment_request", "create"),
    "sb_certification:wishes": people("assignment_request", "decide", learner=404),
    "sb_certification:decide_wish": people("assignment_request", "decide"),
    "sb_certification:practice": own("sign_off"),
    "sb_certification:sign_offs": people("sign_off", "create", learner=404),
    "sb_certification:sign": people("sign_off", "create"),
    "sb_certification:verify_form": PUBLIC,
    "sb_certification:verify": Guard("public"),
    "sb_certification:branch": people("report", learner=404),
    "sb_certification:remind": people("reminder", "create", learner=405),
    "sb_certification:person": people("person"),
    "sb_quizzes:quiz": own("attempt_under_way", "create"),
    "sb_quizzes:releases": people("quiz_release", "create", learner=404),
    "sb_quizzes:extensions": people("attempt_under_way", "extend", learner=404),
    "sb_quizzes:staff_attempt": people("attempt_answers"),
    "sb_quizzes:marking": people("manual_mark", learner=404),
    "sb_quizzes:mark": people("manual_mark", "create"),
    "sb_quizzes:attempt": own("attempt_under_way"),
    "sb_quizzes:question": own("attempt_under_way", "change"),
    "sb_quizzes:review": own("attempt_under_way", "change"),
    "sb_quizzes:result": own("attempt_score"),
    "sb_quizzes:refreshers": own("attempt_under_way", learner=200),
    "sb_quizzes:refresher": own("attempt_under_way", "change"),
    "sb_quizzes:scenario": own("attempt_under_way", "create"),
    "sb_quizzes:play": own("attempt_under_way", "change"),
    "sb_quizzes:debrief": own("attempt_score"),
    "sb_courses:start_course": own("attempt_under_way", "create"),
    "sb_courses:finish_lesson": own("attempt_under_way", "change"),
    "sb_courses:acknowledge": own("acknowledgement", "create"),
    "sb_lms:login": PUBLIC,
    "sb_lms:logout": Guard("public", learner=405),
    "sb_lms:password_reset": PUBLIC,
    "sb_lms:password_reset_done": PUBLIC,
    "sb_lms:password_reset_confirm": Guard("public"),
    "sb_lms:password_reset_complete": PUBLIC,
    "sb_lms:standards": shared("standard", learner=200),
    "sb_lms:standard": shared("standard"),
    "sb_lms:acknowledge": own("acknowledgement", "create"),
    "sb_lms:messages": own("message", learner=200),
    "sb_lms:message": own("message"),
    "sb_lms:healthz": PUBLIC,
    "sb_lms:readyz": PUBLIC,
}

API = {
    "sb-api-schema": PUBLIC,
    "sb-api-docs": PUBLIC,
    "sb-branches-list": people("branch", learner=200),
    "sb-branches-detail": people("branch"),
    "sb-employees-list": people("person", learner=200),
    "sb-employees-detail": people("person"),
    "standard-list": shared("standard", learner=200),
    "standard-detail": shared("standard"),
    "sb-attempt-list": own("attempt_under_way", learner=200),
    "sb-attempt-detail": own("attempt_under_way"),
    "sb-attempt-response": own("attempt_under_way", "change"),
    "sb-attempt-submit": own("attempt_under_way", "change"),
    "sb-play-list": own("attempt_under_way", learner=200),
    "sb-play-detail": own("attempt_under_way"),
    "sb-play-choices": own("attempt_under_way", "change"),
    "sb-play-restart": own("attempt_under_way", "create"),
    "sb-play-practice": own("attempt_under_way", "create"),
    "sb-course-list": shared("course_page", learner=200),
    "sb-course-detail": shared("course_page"),
    "sb-certifications-list": shared("certification", learner=200),
    "sb-certifications-detail": shared("certification"),
    "sb-assignments-list": people("assignment", learner=200),
    "sb-assignments-detail": people("assignment"),
    "sb-standings-list": people("assignment", learner=200),
    "sb-awards-list": people("award", learner=200),
    "sb-awards-detail": people("award"),
    "sb-holders": people("report", learner=400),
    "sb-matrix": people("report", learner=403),
}

OF_OTHERS = {
    "wagtail_serve": "a page: Wagtail's privacy and courses' guard_pages",
    "wagtailcore_login": "Wagtail's form of a private page",
    "wagtailcore_authenticate_with_password": "Wagtail's form of a page with a password",
    "wagtaildocs_serve": "Wagtail: the privacy of the document's collection",
    "wagtaildocs_authenticate_with_password": "Wagtail's form of a collection with a password",
    "set_language": "Django: the reader's language in the session",
    "media": "files of pages while DEBUG is on",
}
"""Addresses outside the admin that belong to Wagtail and Django, and who guards them."""

ADMIN = {
    "attempts": "attempt_score",
    "sb_certainty": "attempt_answers",
    "sb_exceptions": "quiz_override",
    "sb_extra_time": "accommodation",
    "enrolments": "attempt_score",
    "sb_marking": "manual_mark",
    "sb-employees": "person",
    "sb-branches": "branch",
    "sb-regions": "region",
    "sb-job-roles": "job_role",
    "sb-absences": "absence",
    "sb-postings": "posting",
    "sb-grants": "grant",
    "sb-imports": "roster_import",
    "sb-mails": "message",
    "sb-notices": "message",
    "sb_matrix": "report",
    "sb_people": "person",
    "sb_proposals": "award",
    "sb_as_of": "report",
    "sb_coverage": "coverage_rule",
    "sb_designs": "certificate_design",
    "sb_certifications": "certification",
    "sb_awards": "award",
    "sb_audience_rules": "certification",
    "sb_rules": "certification",
    "sb_audience_editor": "certification",
    "sb_moves": "certification",
    "sb_assignments": "assignment",
    "sb_proofs": "evidence",
    "sb_wishes": "assignment_request",
    "sb_award_imports": "award",
    "sb_play_reports": "question_key",
    "wagtailsnippets_sb_lms_standard": "standard",
    "wagtailsnippets_sb_lms_standardcategory": "standard",
    "wagtailsnippetchoosers_sb_lms_standard": "standard",
    "wagtailsnippetchoosers_sb_lms_standardcategory": "standard",
    "wagtailsnippets_sb_quizzes_question": "question_key",
    "wagtailsnippets_sb_quizzes_questionbank": "question_key",
    "wagtailsnippets_sb_quizzes_quiz": "question_key",
    "wagtailsnippets_sb_quizzes_scenario": "question_key",
    "wagtailsnippetchoosers_sb_quizzes_question": "question_key",
    "wagtailsnippetchoosers_sb_quizzes_questionbank": "question_key",
    "wagtailsnippetchoosers_sb_quizzes_quiz": "question_key",
    "wagtailsnippetchoosers_sb_quizzes_scenario": "question_key",
}
"""Our own viewsets in the admin by namespace: the resource whose verbs guard them."""

WAGTAIL_PERMISSIONS = "Wagtail: page, collection and model permissions of groups"
ADMIN_ENTRY = "Wagtail: the permission to enter the admin"
ADMIN_OF_WAGTAIL = {
    "wagtailadmin_pages": WAGTAIL_PERMISSIONS,
    "wagtailadmin_workflows": WAGTAIL_PERMISSIONS,
    "wagtailadmin_reports": WAGTAIL_PERMISSIONS,
    "wagtailadmin_collections": WAGTAIL_PERMISSIONS,
    "wagtailadmin_editing_sessions": WAGTAIL_PERMISSIONS,
    "wagtailadmin_api": WAGTAIL_PERMISSIONS,
    "wagtailimages": WAGTAIL_PERMISSIONS,
    "wagtailimages_chooser": WAGTAIL_PERMISSIONS,
    "wagtaildocs": WAGTAIL_PERMISSIONS,
    "wagtaildocs_chooser": WAGTAIL_PERMISSIONS,
    "wagtailsites": WAGTAIL_PERMISSIONS,
    "wagtailusers_users": WAGTAIL_PERMISSIONS,
    "wagtailusers_groups": WAGTAIL_PERMISSIONS,
    "wagtailredirects": WAGTAIL_PERMISSIONS,
    "wagtailsettings": WAGTAIL_PERMISSIONS,
    "wagtailembeds": ADMIN_ENTRY,
    "wagtailsnippets": ADMIN_ENTRY,
    "pages": WAGTAIL_PERMISSIONS,
    "bulk": WAGTAIL_PERMISSIONS,
    "choose-page": ADMIN_ENTRY,
    "choose-external-link": ADMIN_ENTRY,
    "choose-email-link": ADMIN_ENTRY,
    "choose-phone-link": ADMIN_ENTRY,
    "choose-anchor-link": ADMIN_ENTRY,
    "tag-autocomplete": ADMIN_ENTRY,
    "block-preview": ADMIN_ENTRY,
    "dismissibles": ADMIN_ENTRY,
    "account": ADMIN_ENTRY,
    "home": ADMIN_ENTRY,
    "catch-all": ADMIN_ENTRY,
    "test404": ADMIN_ENTRY,
    "failwhale": ADMIN_ENTRY,
    "login": "public",
    "logout": "public",
    "password_reset": "public",
    "sprite": "public",
    "jsi18n": "public",
}
"""Wagtail's own addresses in the admin, grouped, and who guards them."""

TASKS = {
    "lms.messages.deliver": "beat; takes no arguments, sends what is due",
    "lms.standards.publish_scheduled": "beat; publishes what somebody with the right scheduled",
    "quizzes.close_overdue_attempts": "beat; marks what was answered in time",
    "certification.count_impacts": "beat; counts the drafts of whoever may write rules",
    "certification.continue_bulk_actions": "beat; goes on with what somebody with the right began",
    "certification.advance": "beat; derives what follows from facts and from the day",
}

COMMANDS = {
    "advance": "operator",
    "deliver": "operator",
    "explain": "operator",
    "holders": "operator",
    "import_awards": "operator; the rules of the import actions",
    "import_branches": "operator; the rules of the import actions",
    "import_job_roles": "operator; the rules of the import actions",
    "import_roster": "operator; the rules of the import actions",
    "load_demo": "operator; needs the demo's files",
    "make_company": "operator; into an empty database, needs the benchmarks",
    "show_logins": "operator; needs the demo's files",
    "verify": "operator",
}


@dataclass(frozen=True)
class Route:
    """A named address: its path pattern, its name with namespaces, what its path takes."""

    path: str
    name: str
    arguments: tuple[str, ...]

    @property
    def in_admin(self) -> bool:
        """Return whether the address is Wagtail's admin's."""
        return self.path.startswith("admin/")

    @property
    def group(self) -> str:
        """Return the namespace in the admin, or the first step of a path without one."""
        if ":" in self.name:
            return self.name.split(":")[0]
        step = self.path.removeprefix("admin/").split("/")[0]
        return {"": "home", "^.*": "catch-all"}.get(step, step)


def find_routes(resolver: URLResolver | None = None) -> Iterator[Route]:
    """Yield every named address of the site, the API and the admin."""
    yield from _walk(resolver or get_resolver(), "", (), ())


def _walk(
    resolver: URLResolver, prefix: str, spaces: tuple[str, ...], taken: tuple[str, ...]
) -> Iterator[Route]:
    for item in resolver.url_patterns:
        path = prefix + str(item.pattern)
        names = (*taken, *_arguments(item))
        if isinstance(item, URLResolver):
            below = (*spaces, item.namespace) if item.namespace else spaces
            yield from _walk(item, path, below, names)
        elif item.name:
            yield Route(path, ":".join([*spaces, item.name]), names)
        elif path.startswith("admin/"):
            yield Route(path, "", names)


def _arguments(item: URLPattern | URLResolver) -> tuple[str, ...]:
    regex = item.pattern.regex
    return tuple(regex.groupindex) or tuple(f"group {n}" for n in range(regex.groups))


def find_unknown(routes: list[Route]) -> list[str]:
    """Return the addresses that the tables above do not know."""
    site = {*SITE, *API, *OF_OTHERS}
    admin = {*ADMIN, *ADMIN_OF_WAGTAIL}
    return [
        f"{route.name} ({route.path})"
        for route in routes
        if (route.group not in admin if route.in_admin else route.name not in site)
    ]
