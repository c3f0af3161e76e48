"""Classes and pupils that come after the main draw, and the enrolment that takes them in."""

from tests.trials.draws import ceremony as act
from tests.trials.draws.world import DAY, World
from trials.draws.custody import DerivedSecrets
from trials.draws.models import ArrivalRow, Draw
from trials.draws.opening import OPEN_ARRIVALS
from trials.draws.services import assign_arrival, close_arrivals, prepare_arrivals
from trials.measurements.models import ClassMoment, Pupil, PupilClass, SchoolClass
from trials.people.proposals import approve, propose, prove_identity

SECRETS = DerivedSecrets(b"the server's own, in tests only")
LATER = act.TOLD_AT + 7 * DAY


def come(world: World, school: int, name: str, pupils: int = 2, sex: str = "1") -> SchoolClass:
    """Let a class of new pupils come to a school that was drawn."""
    klass = SchoolClass(signup_id=world.signups[school], name=name)
    world.session.add(klass)
    world.session.flush()
    for k in range(pupils):
        pupil = Pupil(
            trial_id=world.trial_id,
            signup_id=klass.signup_id,
            pseudonym=f"n{school}{name}{k}",
            school_number_hmac=f"{klass.id * 1000 + k:x}".rjust(64, "f"),
            covariates={"sex": sex},
            enrolled_at=LATER - DAY,
        )
        world.session.add(pupil)
        world.session.flush()
        world.session.add(
            PupilClass(pupil_id=pupil.id, class_id=klass.id, moment=ClassMoment.DELIVERY)
        )
    world.session.commit()
    return klass


def prepared(world: World, factors=None, probability="0.8", secrets=SECRETS, by="manager") -> Draw:
    return prepare_arrivals(
        world.session,
        trial_id=world.trial_id,
        factors=factors or {"school": "1"},
        probability=probability,
        secrets=secrets,
        actor=world.actor(by),
        now=LATER,
    )


def opened(world: World, **rule) -> Draw:
    draw = prepared(world, **rule)
    proposal = propose(
        world.session,
        act=OPEN_ARRIVALS,
        subject_id=draw.id,
        wish={},
        actor=world.actor("manager"),
        now=LATER,
    )
    prove_identity(
        world.session,
        actor=world.actor("director"),
        act=OPEN_ARRIVALS,
        shown_sha256=proposal.shown_sha256,
        code_or_password="",
        now=LATER,
    )
    approve(
        world.session,
        proposal_id=proposal.id,
        shown_sha256=proposal.shown_sha256,
        actor=world.actor("director"),
        now=LATER,
    )
    return draw


def arrive(world: World, draw: Draw, target: str, secrets=SECRETS, by="manager") -> ArrivalRow:
    return assign_arrival(
        world.session,
        draw_id=draw.id,
        target=target,
        secrets=secrets,
        actor=world.actor(by),
        now=LATER,
    )


def closed(world: World, draw: Draw, secrets=SECRETS) -> Draw:
    return close_arrivals(
        world.session,
        draw_id=draw.id,
        secrets=secrets,
        actor=world.actor("manager"),
        now=LATER + DAY,
    )
