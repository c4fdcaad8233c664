import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("sb_quizzes", "0010_scenario_drafts"),
    ]

    operations = [
        migrations.CreateModel(
            name="AttemptExtension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="minutes",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("due_before", models.DateTimeField(verbose_name="due before")),
                ("due_after", models.DateTimeField(verbose_name="due after")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="sb_quizzes.attempt",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "more minutes",
                "verbose_name_plural": "more minutes",
                "ordering": ["attempt_id", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_after__gt", models.F("due_before"))),
                        name="sb_quizzes_attemptextension_only_later",
                        violation_error_message="More minutes end later than before.",
                    )
                ],
            },
        ),
    ]
