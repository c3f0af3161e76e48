"""An organisation to rename, an officer who proposes it, and a director who may approve."""

from sqlalchemy.orm import Session

from tests.trials.people.cast import NOON, add_person, mark_demonstration
from trials.database import transaction
from trials.people.actors import actor_for
from trials.people.models import Organisation, OrganisationKind, Proposal
from trials.people.proposals import approve, propose, prove_identity
from trials.permissions import Role

ACT = "rename_organisation"


class Stage:
    """An organisation to rename, an officer who proposes and a director who may approve."""

    def __init__(self, session: Session) -> None:
        mark_demonstration(session)
        self.session = session
        self.officer = add_person(session, "Officer", Role.NRO_OFFICER)
        self.director = add_person(session, "Director", Role.NRO_DIRECTOR)
        with transaction(session):
            organisation = Organisation(kind=OrganisationKind.OTHER, name="Oud")
            session.add(organisation)
            session.flush()
            self.subject = organisation.id

    def propose(self, by: int | None = None, *, name: str = "Nieuw", now=NOON) -> Proposal:
        actor = actor_for(self.session, by or self.officer, now)
        return propose(
            self.session,
            act=ACT,
            subject_id=self.subject,
            wish={"name": name},
            actor=actor,
            now=now,
        )

    def prove(self, by: int, proposal: Proposal, *, now=NOON, act: str = ACT) -> None:
        prove_identity(
            self.session,
            actor=actor_for(self.session, by, now),
            act=act,
            shown_sha256=proposal.shown_sha256,
            code_or_password="",
            now=now,
        )

    def approve(self, by: int, proposal: Proposal, *, now=NOON, shown: str | None = None) -> None:
        approve(
            self.session,
            proposal_id=proposal.id,
            shown_sha256=shown or proposal.shown_sha256,
            actor=actor_for(self.session, by, now),
            now=now,
        )

    def name(self) -> str:
        return self.session.get_one(Organisation, self.subject).name
