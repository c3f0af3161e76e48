"""Beside the trials: a call for interventions that is open while the pages are served."""

from datetime import timedelta

from trials.calls.drafts import CallDraft, CriterionDraft
from trials.calls.models import CallKind
from web.demonstration.calendar import CLOCK
from web.demonstration.stage import Stage
from web.demonstration.story.calls import publish


def publish_open_call(stage: Stage) -> None:
    """Publish a call that opened a week before the demonstration's clock and closes in six."""
    draft = CallDraft(
        kind=CallKind.INTERVENTIONS,
        title_nl="Oproep basisvaardigheden 2027",
        title_en="Call for basic skills 2027",
        text_nl="Welke aanpak voor taal, rekenen of burgerschap verdient een grote proef? "
        "Ontwikkelaars, scholen, gemeenten en wetenschappers kunnen indienen, ook samen.",
        text_en="Which intervention in language, arithmetic or citizenship deserves a large "
        "trial? Developers, schools, municipalities and scientists can apply, also together.",
        opens_at=CLOCK - timedelta(weeks=1),
        questions_until=CLOCK + timedelta(weeks=3),
        closes_at=CLOCK + timedelta(weeks=6),
        criteria=(
            CriterionDraft("Sterkte van de aanwezige evidentie", "Strength of the evidence", 40, 5),
            CriterionDraft("Schaalbaarheid", "Scalability", 40, 5),
            CriterionDraft("Kwaliteit van het plan", "Quality of the plan", 20, None),
        ),
    )
    publish(stage, draft, CLOCK - timedelta(weeks=1))
