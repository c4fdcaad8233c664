"""A sender as a process: ``python -m tests.services.sender [die-at PLACE]``."""

import os
import signal
import sys

import django


def main() -> None:
    """Deliver what is due; die at a named place if told so."""
    django.setup()
    from django.utils import timezone

    from lms.messages.actions import deliver_due
    from lms.messages.actions.failpoints import watch

    if len(sys.argv) > 2:
        place = sys.argv[2]

        def watcher(name: str) -> None:
            if name == place:
                os.kill(os.getpid(), signal.SIGKILL)

        watch(watcher)
    if sys.argv[1:2] == ["wrong"]:
        send_then_mark()
    else:
        print(deliver_due(now=timezone.now(), chunk=10))


def send_then_mark() -> None:
    """The wrong sender: no claim, no intent; it sends and only then marks. A negative control."""
    from django.core.mail import EmailMessage
    from django.utils import timezone

    from lms.messages.actions.closing import open_mails
    from lms.messages.models import Mail

    open_mails(now=timezone.now())
    for mail in Mail.objects.filter(state="open").select_related("recipient"):
        EmailMessage("Reminder", "Please.", to=[mail.recipient.email]).send()
        Mail.objects.filter(pk=mail.pk).update(state="sent")


if __name__ == "__main__":
    main()
