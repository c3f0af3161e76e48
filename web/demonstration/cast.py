"""Who plays in the demonstration: one person for each part, named after the part."""

from collections.abc import Mapping
from dataclasses import dataclass

from trials.people.models import OrganisationKind
from trials.permissions import PROGRAMME, Role, Scope

COUNCIL = (OrganisationKind.COUNCIL, "Nationaal Kennisinstituut Onderwijs")
MINISTRY = (OrganisationKind.MINISTRY, "Ministerie (demonstratie)")
EVALUATOR = (OrganisationKind.EVALUATOR, "Evaluatiebureau Voorbeeld")
PROVIDER = (OrganisationKind.PROVIDER, "Aanbieder Voorbeeld")
UNIVERSITY = (OrganisationKind.OTHER, "Universiteit Voorbeeld")
BOARD = (OrganisationKind.BOARD, "Stichting Voorbeeldscholen")


@dataclass(frozen=True, slots=True)
class Part:
    """A part in the demonstration, with the roles held from the start."""

    name_nl: str
    name_en: str
    organisation: tuple[OrganisationKind, str] | None
    roles: tuple[tuple[Role, Scope], ...] = ()


PARTS: Mapping[str, Part] = {
    "officer": Part("Medewerker NRO", "NRO officer", COUNCIL, ((Role.NRO_OFFICER, PROGRAMME),)),
    "director": Part("Directeur NRO", "NRO director", COUNCIL, ((Role.NRO_DIRECTOR, PROGRAMME),)),
    "administrator": Part(
        "Beheerder", "Administrator", COUNCIL, ((Role.ADMINISTRATOR, PROGRAMME),)
    ),
    "assessor_1": Part("Beoordelaar 1", "Assessor 1", UNIVERSITY),
    "assessor_2": Part("Beoordelaar 2", "Assessor 2", UNIVERSITY),
    "expert": Part(
        "Lid expertgroep", "Expert group", UNIVERSITY, ((Role.EXPERT_GROUP, PROGRAMME),)
    ),
    "reviewer_1": Part("Externe lezer 1", "Outside reviewer 1", UNIVERSITY),
    "reviewer_2": Part("Externe lezer 2", "Outside reviewer 2", UNIVERSITY),
    "applicant": Part("Indiener", "Applicant", PROVIDER, ((Role.APPLICANT, PROGRAMME),)),
    "bidder": Part(
        "Inschrijver evaluatie", "Evaluation bidder", EVALUATOR, ((Role.APPLICANT, PROGRAMME),)
    ),
    "manager": Part("Onderzoeksleider", "Trial manager", EVALUATOR),
    "analyst": Part("Analist", "Analyst", EVALUATOR),
    "recruiter": Part("Werver", "Recruiter", EVALUATOR),
    "tester": Part("Toetsleider", "Outcome tester", EVALUATOR),
    "coordinator": Part("Coördinator school", "School coordinator", None),
    "signatory": Part("Bestuurder", "Board signatory", BOARD),
    "council": Part("Medezeggenschapsraad", "Participation council", None),
    "observer": Part("Waarnemer OCW", "OCW observer", MINISTRY, ((Role.OCW_OBSERVER, PROGRAMME),)),
}


def address(part: str) -> str:
    """Return the e-mail address of a part; the domain is reserved and reaches nobody."""
    return f"{part.replace('_', '-')}@voorbeeld.example"
