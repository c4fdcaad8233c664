"""When quizzes open, what counts, how people get in and move."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sb_quizzes', '0003_question_types'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='position',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='at question'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='admission',
            field=models.CharField(choices=[('open', 'whenever people like'), ('password', 'with a password told on the spot'), ('supervisor', 'when a manager or assessor lets them in')], default='open', max_length=10, verbose_name='people start'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='closes_at',
            field=models.DateTimeField(blank=True, help_text='Tries under way end then too. Left empty: it stays open.', null=True, verbose_name='closes'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='counting',
            field=models.CharField(choices=[('highest', 'the best try'), ('last', 'the last try'), ('first', 'the first try'), ('average', 'the average of all tries')], default='highest', help_text='When people try more than once.', max_length=10, verbose_name='what counts'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='later_cool_down_minutes',
            field=models.PositiveIntegerField(blank=True, help_text='Left empty: as after the first.', null=True, verbose_name='minutes after later tries'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='navigation',
            field=models.CharField(choices=[('free', 'back and forth as people like'), ('sequential', 'one after the other, no way back')], default='free', max_length=10, verbose_name='questions come'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='opens_at',
            field=models.DateTimeField(blank=True, help_text='Left empty: as soon as it is published.', null=True, verbose_name='opens'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='password_hash',
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name='quizversion',
            name='password_hash',
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AlterField(
            model_name='quiz',
            name='cool_down_minutes',
            field=models.PositiveIntegerField(default=0, help_text='Time to read again what was missing.', verbose_name='minutes after the first try'),
        ),
    ]
