"""The trials of the demonstration, each played up to its own step."""

from dataclasses import dataclass
from datetime import UTC, datetime

from web.demonstration.calendar import Calendar
from web.demonstration.schools import DemoSchool, demo_schools


@dataclass(frozen=True, slots=True)
class DemoTrial:
    """One trial: its words, its schools, and how far it is played."""

    slug: str
    title_nl: str
    title_en: str
    summary_nl: str
    summary_en: str
    group: str  # of the menukaart
    calendar: Calendar
    first_school: int  # place in the list of schools, from 0
    schools_wanted: int  # places in the call for schools
    schools_signed: int
    until: str  # the last thing that is played

    @property
    def schools(self) -> tuple[DemoSchool, ...]:
        """The schools that sign up."""
        return demo_schools()[self.first_school : self.first_school + self.schools_signed]


PUBLISHED = DemoTrial(
    slug="samen-lezen",
    title_nl="Samen lezen in tweetallen",
    title_en="Reading together in pairs",
    summary_nl="Leerlingen oefenen drie keer per week een kwartier samen begrijpend lezen.",
    summary_en="Pupils practise reading comprehension in pairs, a quarter of an hour three times "
    "a week.",
    group="B",
    calendar=Calendar(datetime(2025, 1, 13, 9, tzinfo=UTC)),
    first_school=0,
    schools_wanted=216,
    schools_signed=216,
    until="published",
)
MASKED = DemoTrial(
    slug="woorden-in-de-klas",
    title_nl="Woorden in de klas",
    title_en="Words in the classroom",
    summary_nl="Elke dag tien minuten woordenschat, met woorden uit de zaakvakken.",
    summary_en="Ten minutes of vocabulary a day, with words from the other subjects.",
    group="B",
    calendar=Calendar(datetime(2025, 9, 1, 9, tzinfo=UTC)),
    first_school=0,
    schools_wanted=40,
    schools_signed=40,
    until="masked",
)
READY_TO_SEAL = DemoTrial(
    slug="schrijven-met-feedback",
    title_nl="Schrijven met feedback",
    title_en="Writing with feedback",
    summary_nl="Leerlingen herschrijven elke week een tekst na feedback van een medeleerling.",
    summary_en="Pupils rewrite a text every week after feedback from a classmate.",
    group="B",
    calendar=Calendar(datetime(2026, 8, 8, 9, tzinfo=UTC)),
    first_school=40,
    schools_wanted=24,
    schools_signed=24,
    until="committed",
)
RECRUITING = DemoTrial(
    slug="taal-in-de-zomer",
    title_nl="Taal in de zomer",
    title_en="Language in summer",
    summary_nl="Twee weken zomerschool met taal en sport.",
    summary_en="Two weeks of summer school with language and sports.",
    group="A",
    calendar=Calendar(datetime(2026, 10, 1, 9, tzinfo=UTC)),
    first_school=64,
    schools_wanted=60,
    schools_signed=18,
    until="signed_up",
)
DEMO_TRIALS = (MASKED, READY_TO_SEAL, RECRUITING, PUBLISHED)  # ends with the estimate
