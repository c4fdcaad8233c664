"""A sender as a process: ``python -m tests.services.sender [die-at PLACE | wrong [dies]]``."""

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
        send_then_mark(dies="dies" in sys.argv)
    else:
        print(deliver_due(now=timezone.now(), chunk=10))


def send_then_mark(*, dies: bool) -> None:
    """The wrong sender: no claim, no intent; it sends and only then marks. A negative control.

    ``dies``: it is killed after its third mail left and before that is marked.
    """
    from django.core.mail import EmailMessage
    from django.utils import timezone

    from lms.messages.actions.closing import open_mails
    from lms.messages.models import Mail

    open_mails(now=timezone.now())
    mails = Mail.objects.filter(state="open").select_related("recipient")
    for number, mail in enumerate(mails, start=1):
        EmailMessage("Reminder", "Please.", to=[mail.recipient.email]).send()
        if dies and number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        Mail.objects.filter(pk=mail.pk).update(state="sent")


if __name__ == "__main__":
    main()
