"""A lesson whose standard changed can be done again within a round."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("sb_courses", "0001_courses")]

    operations = [
        migrations.AlterField(
            model_name="lessonevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("pressed", "pressed Next"),
                    ("done", "done"),
                    ("again", "done again"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="lessonevent",
            name="sb_courses_lessonevent_once",
        ),
        migrations.AddConstraint(
            model_name="lessonevent",
            constraint=models.UniqueConstraint(
                fields=["enrolment", "lesson", "kind", "round"],
                condition=Q(kind__in=["pressed", "done"]),
                name="sb_courses_lessonevent_once",
                violation_error_message="This is already recorded for that lesson.",
            ),
        ),
    ]
