import pytest

from analysis.effects.months import months_of_progress


@pytest.mark.parametrize(
    ("effect", "months"),
    [
        (0.0, 0),
        (0.03, 0),  # the Toolkit's own table would say 1
        (0.0449, 0),
        (0.045, 1),  # rounded to two decimals before banding
        (0.094, 1),
        (0.095, 2),
        (0.18, 2),
        (0.26, 3),
        (0.6068801, 7),
        (0.95, 11),
        (0.96, 12),
        (3.0, 12),
        (-0.20, -3),
        (-0.01, 0),
    ],
)
def test_an_effect_becomes_whole_months_and_the_minus_sign_stays(effect, months):
    assert months_of_progress(effect).value == months


def test_the_table_goes_with_the_number():
    assert months_of_progress(0.2).table == "eef-trials-2018"
