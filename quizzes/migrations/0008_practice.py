"""How sure people are, and refreshers: cards, rounds and answers."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sb_lms', '0006_confirmed_again'),
        ('sb_quizzes', '0007_marking'),
    ]

    operations = [
        migrations.AddField(
            model_name='quiz',
            name='ask_certainty',
            field=models.BooleanField(default=False, help_text='With each answer. It never changes a mark.', verbose_name='Ask how sure people are'),
        ),
        migrations.AddField(
            model_name='responseevent',
            name='certainty',
            field=models.CharField(blank=True, choices=[('sure', 'I am sure'), ('unsure', 'I am not sure')], max_length=6, verbose_name='certainty'),
        ),
        migrations.CreateModel(
            name='PracticeCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.JSONField(verbose_name='state')),
                ('due_at', models.DateTimeField(verbose_name='due at')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice_cards', to='sb_lms.employee')),
                ('standard', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sb_lms.standard')),
            ],
            options={
                'verbose_name': 'refresher',
                'verbose_name_plural': 'refreshers',
                'ordering': ['employee_id', 'due_at'],
            },
        ),
        migrations.CreateModel(
            name='PracticeItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('options', models.JSONField(default=list, verbose_name='options as shown')),
                ('question_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice_items', to='sb_quizzes.questionversion')),
                ('standard', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sb_lms.standard')),
            ],
            options={
                'verbose_name': 'question of a round',
                'verbose_name_plural': 'questions of rounds',
                'ordering': ['round_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='PracticeReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('response', models.JSONField(null=True, verbose_name='answer')),
                ('certainty', models.CharField(blank=True, choices=[('sure', 'I am sure'), ('unsure', 'I am not sure')], max_length=6, verbose_name='certainty')),
                ('fraction', models.CharField(max_length=80, verbose_name='share of the mark')),
                ('state', models.CharField(max_length=16, verbose_name='state')),
                ('rating', models.PositiveSmallIntegerField(verbose_name='rating')),
                ('answered_at', models.DateTimeField(verbose_name='answered at')),
                ('due_at', models.DateTimeField(verbose_name='due again at')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='sb_quizzes.practicecard')),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='review', to='sb_quizzes.practiceitem', verbose_name='question')),
            ],
            options={
                'verbose_name': 'answer in practice',
                'verbose_name_plural': 'answers in practice',
                'ordering': ['answered_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PracticeRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('on', models.DateField(verbose_name='on')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('seed', models.CharField(max_length=64, verbose_name='seed of the draw')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice_rounds', to='sb_lms.employee')),
            ],
            options={
                'verbose_name': 'round of refreshers',
                'verbose_name_plural': 'rounds of refreshers',
                'ordering': ['-started_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='practiceitem',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='sb_quizzes.practiceround'),
        ),
        migrations.AddIndex(
            model_name='practicecard',
            index=models.Index(fields=['employee', 'due_at'], name='sb_quizzes_practicecard_due'),
        ),
        migrations.AddConstraint(
            model_name='practicecard',
            constraint=models.UniqueConstraint(fields=('employee', 'standard'), name='sb_quizzes_practicecard_once', violation_error_message='This standard has a card already.'),
        ),
        migrations.AddConstraint(
            model_name='practicereview',
            constraint=models.CheckConstraint(condition=models.Q(('rating__gte', 1), ('rating__lte', 4)), name='sb_quizzes_practicereview_known_rating', violation_error_message='A rating is 1, 2, 3 or 4.'),
        ),
        migrations.AddConstraint(
            model_name='practiceround',
            constraint=models.UniqueConstraint(fields=('employee', 'on'), name='sb_quizzes_practiceround_once_a_day', violation_error_message='The refreshers of this day are drawn already.'),
        ),
        migrations.AddConstraint(
            model_name='practiceitem',
            constraint=models.UniqueConstraint(fields=('round', 'number'), name='sb_quizzes_practiceitem_number_once', violation_error_message='This round already has a question of that number.'),
        ),
    ]
