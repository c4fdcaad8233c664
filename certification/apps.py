"""The certification app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificationConfig(AppConfig):
    """Label ``sb_certification``, so that a host's own app of that name does not collide."""

    name = "certification"
    label = "sb_certification"
    verbose_name = _("Certification")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the lower apps what certification adds."""
        from certification.awards import receivers
        from certification.awards.actions import follow_roster_change
        from certification.awards.reads import (
            ChangeNotices,
            find_assigned_courses,
            find_assigned_quizzes,
            find_counts_from,
            find_impact,
        )
        from certification.coverage.actions import follow_sweep
        from certification.coverage.reads import CoverageNotices
        from certification.proofs.reads.notices import PROVIDER, ProofNotices
        from certification.reminders.reads import CertificationNotices
        from certification.reports.views import find_entries
        from certification.training.reads import list_entries
        from lms.api import registry

        for kind in receivers.FINISHED:
            registry.event_consumers.register(kind, receivers.consume_finished_work)
        registry.event_consumers.register("work_started", receivers.consume_started_work)
        published = receivers.consume_published_standard
        registry.event_consumers.register("standard_published", published)
        registry.standard_impacts.register(find_impact)
        registry.notice_providers.register("delta", ChangeNotices())
        registry.roster_followers.register(follow_roster_change)
        registry.counts_from.register(find_counts_from)
        registry.assigned_courses.register(find_assigned_courses)
        registry.assigned_quizzes.register(find_assigned_quizzes)
        registry.notice_providers.register("certification", CertificationNotices())
        registry.notice_providers.register("coverage", CoverageNotices())
        registry.sweep_followers.register(follow_sweep)
        registry.notice_providers.register(PROVIDER, ProofNotices())
        registry.navigation.register(list_entries)
        registry.navigation.register(find_entries)
