"""The Love plot with its words and its table."""

import pytest

from tests.trials.draws import ceremony as act
from tests.trials.draws.pupils import enrol


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_plot_says_in_words_what_it_shows(world, visitors, language):
    enrol(world, score=lambda school, pupil: (school * 7) % 10 + pupil)
    draw = act.told(world)
    visitors.client.set_cookie("language", language)

    page = visitors.get(f"/draws/{draw.id}/balance", "officer").text

    title = {"nl": "Taaltoets vooraf", "en": "Language pre-test"}[language]
    finding = {"nl": "Het grootste verschil is", "en": "The largest difference is"}[language]
    assert page.count(finding) == 2  # in the picture and under it
    assert page.count('class="chart__point"') == 1
    assert f"<td><strong>{title}</strong></td>" in page
    rows = visitors.get(f"/draws/{draw.id}/balance.csv", "officer").text.splitlines()
    assert rows[1].split(";" if ";" in rows[1] else ",")[0].strip('"') == "language_pre"
    assert f"/draws/{draw.id}/balance" in visitors.get(f"/draws/{draw.id}", "officer").text
    for name in ("recruiter", "tester", "analyst", "coordinator 0", "expert"):
        visitors.get(f"/draws/{draw.id}/balance", name, status=404)


def test_before_the_draw_the_plot_has_no_drawn_point(world, visitors):
    enrol(world, score=lambda school, pupil: (school * 7) % 10 + pupil)
    draw = act.frozen(world)

    page = visitors.get(f"/draws/{draw.id}/balance", "manager").text

    assert "Negentien van de twintig" in page
    assert "chart__point" not in page
