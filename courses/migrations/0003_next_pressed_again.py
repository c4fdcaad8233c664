"""That *Next* was pressed in a changed lesson is kept while its confirmation is missing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sb_courses", "0002_lessons_done_again")]

    operations = [
        migrations.AlterField(
            model_name="lessonevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("pressed", "pressed Next"),
                    ("done", "done"),
                    ("again", "done again"),
                    ("repressed", "pressed Next again"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
    ]
