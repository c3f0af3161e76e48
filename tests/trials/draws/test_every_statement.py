"""No half draw: the database fails at each statement of each step, and nothing is left behind."""

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.trials.draws import ceremony as act
from tests.trials.draws.world import NOON, World, recruited
from trials.audit import AuditRow, verify_chain
from trials.calls.models import Trial
from trials.draws.models import Draw, DrawParty, DrawUnit
from trials.draws.sealing import SEAL
from trials.draws.states import DrawState
from trials.mail import OutboxRow
from trials.people.models import Proposal
from trials.people.proposals import approve, prove_identity
from trials.signups.models import Signup

TABLES = (Trial, Draw, DrawParty, DrawUnit, Proposal, Signup, AuditRow, OutboxRow)


class DiskFull(Exception):
    """What the database says at the statement where it is made to fail."""


class FailsAt:
    """Makes the n-th statement of an engine fail; n = 0 lets all pass."""

    def __init__(self, engine):
        self.engine, self.at, self.seen = engine, 0, 0

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self.listen)
        return self

    def __exit__(self, *error):
        event.remove(self.engine, "before_cursor_execute", self.listen)

    def arm(self, statement):
        self.at, self.seen = statement, 0

    def listen(self, *arguments):
        self.seen += 1
        if self.seen == self.at:
            raise DiskFull


def everything(engine):
    """Every row of the tables that a step of a draw may touch."""
    with engine.connect() as connection:
        return [
            [tuple(row) for row in connection.execute(select(table.__table__).order_by(table.id))]
            for table in TABLES
        ]


def broken_at_every_statement(engine, world, step):
    """Take a step with its n-th statement failing, n = 1, 2, 3 …, until it passes; return n."""
    before = everything(engine)
    with FailsAt(engine) as failure:
        for statement in range(1, 400):
            with Session(engine) as session:
                there = World(session, world.trial_id, world.people, world.signups)
                failure.arm(statement)
                try:
                    step(there)
                except DiskFull:
                    session.rollback()
                else:
                    return statement
            failure.arm(0)
            assert everything(engine) == before, (step.__name__, statement)
    raise AssertionError("the step never passed")


def the_draw(world):
    return world.session.query(Draw).one()


def freeze(world):
    act.frozen(world)


def commit(world):
    act.commit(world, the_draw(world))


def seal(world):
    proposal = world.session.query(Proposal).one()
    approve(
        world.session,
        proposal_id=proposal.id,
        shown_sha256=proposal.shown_sha256,
        actor=world.actor("director"),
        now=NOON,
    )


def reveal(world):
    act.reveal(world, the_draw(world))


def last_entry(world):
    act.enter(world, the_draw(world))


def tell(world):
    act.tell(world, the_draw(world))


def test_an_error_at_any_statement_of_any_step_leaves_nothing_half_done(fresh_engine):
    with Session(fresh_engine) as session:
        world = recruited(session, schools=4)
    for step in (freeze, commit, seal, reveal, last_entry, tell):
        if step is seal:
            _propose_and_prove(fresh_engine, world)
        assert broken_at_every_statement(fresh_engine, world, step) > 5, step.__name__

    with Session(fresh_engine) as session:
        draw = session.query(Draw).one()
        assert (draw.state, draw.told_at) == (DrawState.DRAWN, act.TOLD_AT)
        assert verify_chain(session).broken_at is None


def _propose_and_prove(engine, world):
    """A proposal and a proof of identity are acts of their own."""
    with Session(engine) as session:
        there = World(session, world.trial_id, world.people, world.signups)
        proposal = act.propose_seal(there, the_draw(there))
        prove_identity(
            session,
            actor=there.actor("director"),
            act=SEAL,
            shown_sha256=proposal.shown_sha256,
            code_or_password="",
            now=NOON,
        )
