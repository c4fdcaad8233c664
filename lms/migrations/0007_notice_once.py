"""A notice that was taken back before it left may be planned again on the same day."""

from django.db import migrations, models

FIELDS = ("subject", "kind", "offset_days", "target_on", "recipient", "channel")


class Migration(migrations.Migration):
    dependencies = [
        ("sb_lms", "0006_confirmed_again"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="notice", name="sb_lms_notice_once"),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reason", "taken_back"), _negated=True),
                fields=FIELDS,
                name="sb_lms_notice_once",
                violation_error_message="This notice is already planned.",
            ),
        ),
    ]
