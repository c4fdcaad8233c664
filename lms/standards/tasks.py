"""What Celery does for standards."""

from celery import shared_task
from django.utils import timezone

from lms.standards.actions import publish_scheduled_revisions


@shared_task(name="lms.standards.publish_scheduled")  # type: ignore[untyped-decorator]
def publish_scheduled() -> None:
    """Publish and take down what is due, pages included."""
    publish_scheduled_revisions(now=timezone.now())
