import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BATCH = 2_000


def record_ends(apps, schema_editor):
    """Say of postings already ended when: it is not known when that was learned, so from the start."""
    Posting = apps.get_model("sb_lms", "Posting")
    PostingEnd = apps.get_model("sb_lms", "PostingEnd")
    rows = Posting.objects.filter(until_on__isnull=False).order_by("pk")
    ends = []
    for pk, until_on, recorded_at in rows.values_list(
        "pk", "until_on", "recorded_at"
    ).iterator(chunk_size=BATCH):
        ends.append(PostingEnd(posting_id=pk, until_on=until_on, recorded_at=recorded_at))
        if len(ends) == BATCH:
            PostingEnd.objects.bulk_create(ends)
            ends = []
    PostingEnd.objects.bulk_create(ends)


def forget_ends(apps, schema_editor):
    """Drop the ends, and the postings that never were: the older tables cannot hold them."""
    Posting = apps.get_model("sb_lms", "Posting")
    apps.get_model("sb_lms", "PostingEnd").objects.all().delete()
    Posting.objects.filter(until_on__lte=models.F("from_on")).delete()
    if schema_editor.connection.vendor == "postgresql":
        # The table changes next, which PostgreSQL refuses while checks of keys are waiting.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ("sb_lms", "0003_messages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="posting",
            name="sb_lms_posting_ends_after_start",
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(condition=models.Q(("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"), name="sb_lms_posting_ends_after_start", violation_error_message="A posting must end after it starts."),
        ),
        migrations.CreateModel(
            name="PostingEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("ended_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("posting", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="ends", to="sb_lms.posting")),
            ],
            options={
                "verbose_name": "end of a posting",
                "verbose_name_plural": "ends of postings",
                "ordering": ["recorded_at", "pk"],
            },
        ),
        migrations.RunPython(record_ends, forget_ends),
    ]
