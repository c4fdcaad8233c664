"""Plan notices, make mails of them, send each once."""

from lms.messages.actions.planning import plan_notices, suppress_planned
from lms.messages.actions.sending import Delivered, deliver_due, retry_unknown_mail

__all__ = ["Delivered", "deliver_due", "plan_notices", "retry_unknown_mail", "suppress_planned"]
