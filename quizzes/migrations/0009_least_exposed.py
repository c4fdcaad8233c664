"""Slots may prefer questions that were drawn least often."""

import wagtail.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('sb_quizzes', '0008_practice'),
    ]

    operations = [
        migrations.AlterField(
            model_name='quiz',
            name='slots',
            field=wagtail.fields.StreamField([('draw', 6), ('question', 7)], blank=True, block_lookup={0: ('wagtail.blocks.IntegerBlock', (), {'default': 2, 'label': 'How many', 'max_value': 200, 'min_value': 1}), 1: ('wagtail.snippets.blocks.SnippetChooserBlock', ('sb_quizzes.QuestionBank',), {'label': 'Out of the bank'}), 2: ('wagtail.snippets.blocks.SnippetChooserBlock', ('sb_lms.Standard',), {'label': 'Only about this standard', 'required': False}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Only with this tag', 'max_length': 60, 'required': False}), 4: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('1', 'easy'), ('2', 'medium'), ('3', 'hard')], 'label': 'Only this difficulty', 'required': False}), 5: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Spreads a large bank evenly over people.', 'label': 'Prefer those drawn least often', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('count', 0), ('bank', 1), ('standard', 2), ('tag', 3), ('difficulty', 4), ('least_exposed', 5)]], {}), 7: ('wagtail.snippets.blocks.SnippetChooserBlock', ('sb_quizzes.Question',), {'description': 'The same question in every attempt.', 'icon': 'help', 'label': 'One certain question'})}, verbose_name='questions'),
        ),
    ]
