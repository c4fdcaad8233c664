import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("sb_lms", "0004_posting_ends"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AbsenceEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="back on")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("absence", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="ends", to="sb_lms.absence")),
                ("ended_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "end of leave",
                "verbose_name_plural": "ends of leave",
                "ordering": ["recorded_at", "pk"],
            },
        ),
    ]
