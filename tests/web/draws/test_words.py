"""What is sealed is read in words, in the reader's language; codes stand word for word below."""

import re

import pytest
from flask_babel import force_locale

from tests.trials.draws import ceremony as act
from trials.agreements.protocol import DrawMethod
from trials.calls.services.stopping import StopReason
from trials.draws.beacons import BEACONS
from trials.lifecycle import TrialState
from web.draws.words import beacon_in_words, method_in_words
from web.people.shown import readable

CODES = ("blocked", "beacon:", "voorbeeld:", "title_nl", "expert_group")
WORDS = {
    "nl": (
        "Samen lezen in tweetallen",
        "Werken zoals u gewend bent: 1",
        "geloot binnen elke laag",
        "de evaluator",
        "voorbeeldbaken van de demonstratie, ronde",
        "22 april 2027, 14.00",
    ),
    "en": (
        "Reading together in pairs",
        "Working as you are used to: 1",
        "by lot within each stratum",
        "the evaluator",
        "example beacon of the demonstration",
        "22 April 2027, 14:00",
    ),
}


def in_language(visitors, language, path, name):
    """Return a page's text without its tags and without what stands there word for word."""
    visitors.client.set_cookie("language", language)
    page = visitors.get(path, name).text
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"<[^>]+>", "", re.sub(r"<pre.*?</pre>", "", main, flags=re.S))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_seal_is_proposed_and_approved_in_words(world, visitors, language):
    draw = act.committed(world)
    asked = in_language(visitors, language, f"/draws/{draw.id}/seal", "manager")
    proposal = act.propose_seal(world, draw)
    shown = in_language(visitors, language, f"/proposals/{proposal.id}", "director")

    for words in WORDS[language]:
        assert words in shown
    for words in WORDS[language][:4]:
        assert words in asked
    for code in CODES:
        assert code not in asked + shown


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_code_that_two_persons_may_read_has_words(app, language):
    with app.test_request_context(), force_locale(language):
        said = [method_in_words(method) for method in DrawMethod]
        said += [beacon_in_words(name) for name in (*BEACONS, "drand", "nist", "")]
        said += [readable(reason.value, "reason") for reason in StopReason]
        said += [readable(state.value, "state") for state in TrialState]

    codes = {*DrawMethod, *BEACONS, "drand", "nist", *StopReason}
    assert all(said)
    assert not codes & set(said)


def test_the_roster_names_groups_by_their_titles(world, visitors):
    draw = act.drawn(world)

    page = in_language(visitors, "en", f"/draws/{draw.id}/roster", "manager")

    titles = [page.count(title) for title in ("Working as you are used to", "Reading together in")]
    assert sum(titles) == 9 + 1  # nine schools, and the trial that is called like its second group
    assert "controle" not in page
