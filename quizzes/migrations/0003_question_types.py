"""Room in a question's draft for what is right in all nine types."""

import wagtail.fields
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sb_quizzes", "0002_scenarios"),
    ]

    operations = [
        migrations.AddField(
            model_name="question",
            name="case_sensitive",
            field=models.BooleanField(default=False, verbose_name="capitals matter"),
        ),
        migrations.AddField(
            model_name="question",
            name="gap_text",
            field=wagtail.fields.RichTextField(blank=True, verbose_name="text with gaps"),
        ),
        migrations.AddField(
            model_name="question",
            name="gaps",
            field=wagtail.fields.StreamField(
                [("single", 9), ("short_text", 17), ("numeric", 28)],
                blank=True,
                block_lookup={
                    0: (
                        "wagtail.blocks.RegexBlock",
                        (),
                        {
                            "error_messages": {
                                "invalid": "Use a number or a word without spaces or brackets."
                            },
                            "help_text": "A number or word without spaces. With 1, write [[1]] into the text.",
                            "label": "Name",
                            "regex": "^[^\\s\\[\\]{}]{1,20}$",
                        },
                    ),
                    1: ("wagtail.blocks.CharBlock", (), {"label": "Text", "max_length": 400}),
                    2: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {
                            "default": False,
                            "help_text": "Tick what belongs to the full answer.",
                            "label": "Right",
                            "required": False,
                        },
                    ),
                    3: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Shown to who chose it, when feedback may be seen. Say why, not only “wrong”.",
                            "label": "What is said about it",
                            "max_length": 600,
                            "required": False,
                        },
                    ),
                    4: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "For example 1/3, 50 % or -25 %. Left empty, right options share evenly.",
                            "label": "Share of the mark",
                            "max_length": 20,
                            "required": False,
                        },
                    ),
                    5: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {
                            "help_text": "For options such as “none of these”: they are not shuffled.",
                            "label": "Keep in this place",
                            "required": False,
                        },
                    ),
                    6: (
                        "wagtail.blocks.StructBlock",
                        [[("text", 1), ("right", 2), ("feedback", 3), ("share", 4), ("pinned", 5)]],
                        {},
                    ),
                    7: ("wagtail.blocks.ListBlock", (6,), {"label": "Options"}),
                    8: (
                        "wagtail.blocks.DecimalBlock",
                        (),
                        {
                            "decimal_places": 3,
                            "default": 1,
                            "help_text": "1 is usual. 2 counts twice as much as the other gaps.",
                            "label": "Weight",
                            "max_digits": 6,
                            "min_value": Decimal("0.001"),
                        },
                    ),
                    9: (
                        "wagtail.blocks.StructBlock",
                        [[("name", 0), ("options", 7), ("weight", 8)]],
                        {},
                    ),
                    10: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "As people may type it; capitals and extra spaces do not matter. A star stands for anything or nothing: “thank*” takes “thanks” and “thank you”. For a real star type \\*.",
                            "label": "Answer",
                            "max_length": 200,
                        },
                    ),
                    11: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {
                            "default": True,
                            "help_text": "Take the tick away to say something about a usual mistake.",
                            "label": "Right",
                            "required": False,
                        },
                    ),
                    12: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Shown to who typed this, when feedback may be seen.",
                            "label": "What is said about it",
                            "max_length": 600,
                            "required": False,
                        },
                    ),
                    13: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Only for half right answers, for example 50 %.",
                            "label": "Share of the mark",
                            "max_length": 20,
                            "required": False,
                        },
                    ),
                    14: (
                        "wagtail.blocks.StructBlock",
                        [[("pattern", 10), ("right", 11), ("feedback", 12), ("share", 13)]],
                        {},
                    ),
                    15: ("wagtail.blocks.ListBlock", (14,), {"label": "Answers"}),
                    16: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {"label": "Capitals matter", "required": False},
                    ),
                    17: (
                        "wagtail.blocks.StructBlock",
                        [[("name", 0), ("answers", 15), ("case_sensitive", 16), ("weight", 8)]],
                        {},
                    ),
                    18: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"help_text": "For example 4 or 2,5.", "label": "Number", "max_length": 40},
                    ),
                    19: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "A number such as 0.1, or a percentage such as 10 %. Empty: exactly this.",
                            "label": "May differ by",
                            "max_length": 40,
                            "required": False,
                        },
                    ),
                    20: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Shown to who answered this, when feedback may be seen.",
                            "label": "What is said about it",
                            "max_length": 600,
                            "required": False,
                        },
                    ),
                    21: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("value", 18),
                                ("tolerance", 19),
                                ("right", 11),
                                ("feedback", 20),
                                ("share", 13),
                            ]
                        ],
                        {},
                    ),
                    22: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Empty: no lower end.",
                            "label": "From",
                            "max_length": 40,
                            "required": False,
                        },
                    ),
                    23: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Empty: no upper end.",
                            "label": "To",
                            "max_length": 40,
                            "required": False,
                        },
                    ),
                    24: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {"label": "“From” itself does not count", "required": False},
                    ),
                    25: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {"label": "“To” itself does not count", "required": False},
                    ),
                    26: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("min", 22),
                                ("max", 23),
                                ("right", 11),
                                ("feedback", 20),
                                ("min_open", 24),
                                ("max_open", 25),
                                ("share", 13),
                            ]
                        ],
                        {},
                    ),
                    27: (
                        "wagtail.blocks.StreamBlock",
                        [[("number", 21), ("range", 26)]],
                        {"label": "Answers"},
                    ),
                    28: (
                        "wagtail.blocks.StructBlock",
                        [[("name", 0), ("answers", 27), ("weight", 8)]],
                        {},
                    ),
                },
                verbose_name="gaps",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="items",
            field=wagtail.fields.StreamField(
                [("item", 1)],
                blank=True,
                block_lookup={
                    0: ("wagtail.blocks.CharBlock", (), {"label": "Step", "max_length": 400}),
                    1: ("wagtail.blocks.StructBlock", [[("text", 0)]], {}),
                },
                verbose_name="steps",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="max_words",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="most words"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="min_words",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="fewest words"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="numbers",
            field=wagtail.fields.StreamField(
                [("number", 5), ("range", 10)],
                blank=True,
                block_lookup={
                    0: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"help_text": "For example 4 or 2,5.", "label": "Number", "max_length": 40},
                    ),
                    1: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "A number such as 0.1, or a percentage such as 10 %. Empty: exactly this.",
                            "label": "May differ by",
                            "max_length": 40,
                            "required": False,
                        },
                    ),
                    2: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {
                            "default": True,
                            "help_text": "Take the tick away to say something about a usual mistake.",
                            "label": "Right",
                            "required": False,
                        },
                    ),
                    3: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Shown to who answered this, when feedback may be seen.",
                            "label": "What is said about it",
                            "max_length": 600,
                            "required": False,
                        },
                    ),
                    4: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Only for half right answers, for example 50 %.",
                            "label": "Share of the mark",
                            "max_length": 20,
                            "required": False,
                        },
                    ),
                    5: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("value", 0),
                                ("tolerance", 1),
                                ("right", 2),
                                ("feedback", 3),
                                ("share", 4),
                            ]
                        ],
                        {},
                    ),
                    6: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Empty: no lower end.",
                            "label": "From",
                            "max_length": 40,
                            "required": False,
                        },
                    ),
                    7: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Empty: no upper end.",
                            "label": "To",
                            "max_length": 40,
                            "required": False,
                        },
                    ),
                    8: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {"label": "“From” itself does not count", "required": False},
                    ),
                    9: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {"label": "“To” itself does not count", "required": False},
                    ),
                    10: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("min", 6),
                                ("max", 7),
                                ("right", 2),
                                ("feedback", 3),
                                ("min_open", 8),
                                ("max_open", 9),
                                ("share", 4),
                            ]
                        ],
                        {},
                    ),
                },
                verbose_name="accepted numbers",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="pairs",
            field=wagtail.fields.StreamField(
                [("pair", 2), ("extra", 4)],
                blank=True,
                block_lookup={
                    0: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "People see these one below another.",
                            "label": "Stands there",
                            "max_length": 400,
                        },
                    ),
                    1: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "People choose among these. Two pairs with the same words share one choice.",
                            "label": "Belongs to it",
                            "max_length": 400,
                        },
                    ),
                    2: ("wagtail.blocks.StructBlock", [[("left", 0), ("right", 1)]], {}),
                    3: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Looks likely, but belongs to nothing.",
                            "label": "Choice",
                            "max_length": 400,
                        },
                    ),
                    4: ("wagtail.blocks.StructBlock", [[("text", 3)]], {}),
                },
                verbose_name="pairs",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="rubric",
            field=wagtail.fields.StreamField(
                [("criterion", 5)],
                blank=True,
                block_lookup={
                    0: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "What is looked for", "max_length": 300},
                    ),
                    1: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "What the answer shows", "max_length": 300},
                    ),
                    2: (
                        "wagtail.blocks.DecimalBlock",
                        (),
                        {
                            "decimal_places": 2,
                            "default": 0,
                            "label": "Points",
                            "max_digits": 6,
                            "min_value": 0,
                        },
                    ),
                    3: ("wagtail.blocks.StructBlock", [[("text", 1), ("points", 2)]], {}),
                    4: ("wagtail.blocks.ListBlock", (3,), {"label": "Levels"}),
                    5: ("wagtail.blocks.StructBlock", [[("text", 0), ("levels", 4)]], {}),
                },
                verbose_name="criteria",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="texts",
            field=wagtail.fields.StreamField(
                [("answer", 4)],
                blank=True,
                block_lookup={
                    0: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "As people may type it; capitals and extra spaces do not matter. A star stands for anything or nothing: “thank*” takes “thanks” and “thank you”. For a real star type \\*.",
                            "label": "Answer",
                            "max_length": 200,
                        },
                    ),
                    1: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {
                            "default": True,
                            "help_text": "Take the tick away to say something about a usual mistake.",
                            "label": "Right",
                            "required": False,
                        },
                    ),
                    2: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Shown to who typed this, when feedback may be seen.",
                            "label": "What is said about it",
                            "max_length": 600,
                            "required": False,
                        },
                    ),
                    3: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Only for half right answers, for example 50 %.",
                            "label": "Share of the mark",
                            "max_length": 20,
                            "required": False,
                        },
                    ),
                    4: (
                        "wagtail.blocks.StructBlock",
                        [[("pattern", 0), ("right", 1), ("feedback", 2), ("share", 3)]],
                        {},
                    ),
                },
                verbose_name="accepted answers",
            ),
        ),
        migrations.AlterField(
            model_name="question",
            name="options",
            field=wagtail.fields.StreamField(
                [("option", 5)],
                blank=True,
                block_lookup={
                    0: ("wagtail.blocks.CharBlock", (), {"label": "Text", "max_length": 400}),
                    1: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {
                            "default": False,
                            "help_text": "Tick what belongs to the full answer.",
                            "label": "Right",
                            "required": False,
                        },
                    ),
                    2: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Shown to who chose it, when feedback may be seen. Say why, not only “wrong”.",
                            "label": "What is said about it",
                            "max_length": 600,
                            "required": False,
                        },
                    ),
                    3: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "For example 1/3, 50 % or -25 %. Left empty, right options share evenly.",
                            "label": "Share of the mark",
                            "max_length": 20,
                            "required": False,
                        },
                    ),
                    4: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {
                            "help_text": "For options such as “none of these”: they are not shuffled.",
                            "label": "Keep in this place",
                            "required": False,
                        },
                    ),
                    5: (
                        "wagtail.blocks.StructBlock",
                        [[("text", 0), ("right", 1), ("feedback", 2), ("share", 3), ("pinned", 4)]],
                        {},
                    ),
                },
                verbose_name="options",
            ),
        ),
        migrations.AlterField(
            model_name="question",
            name="scoring",
            field=models.CharField(
                blank=True,
                choices=[
                    ("fractions", "each right option its share, wrong ones take away"),
                    ("exact", "all or nothing"),
                    ("every_decision", "every option counts as one decision"),
                    ("halves", "half the mark after one error, a quarter after two"),
                    ("all_right_none_wrong", "share of the right ones, nothing after a wrong one"),
                    ("right_minus_wrong", "right ones minus wrong ones"),
                    ("all_or_nothing", "only the whole order"),
                    ("position", "every step in its right place"),
                    ("neighbours", "every step right after the one before it"),
                ],
                max_length=24,
                verbose_name="how errors count",
            ),
        ),
        migrations.AlterField(
            model_name="question",
            name="type",
            field=models.CharField(
                choices=[
                    ("single", "one right answer"),
                    ("multiple", "several right answers"),
                    ("true_false", "true or false"),
                    ("short_text", "a word or short text"),
                    ("numeric", "a number"),
                    ("matching", "pairs to match"),
                    ("ordering", "steps to put in order"),
                    ("gaps", "a text with gaps"),
                    ("open", "free text, marked by a person"),
                ],
                default="single",
                max_length=12,
                verbose_name="type",
            ),
        ),
    ]
