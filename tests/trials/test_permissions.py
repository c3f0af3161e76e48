"""Who may do what, written out a second time: the table must say the same, cell by cell."""

from itertools import product

import pytest

from trials.errors import NotAllowed
from trials.permissions import (
    PROGRAMME,
    ROLE_PERMISSIONS,
    ROLE_SENTENCES,
    Actor,
    HeldRole,
    Permission,
    Role,
    Scope,
    ScopeKind,
    require,
    trial_scope,
)

MATRIX = """
permission           off dir rec ass exp app man ana pro coo boa cou tes ocw adm
people_invite         x   .   .   .   .   .   .   .   .   .   .   .   .   .   x
mandate_give          x   x   .   .   .   .   .   .   .   .   .   .   .   .   .
audit_read            x   x   .   .   .   .   .   .   .   .   .   .   .   .   x
register_import       .   .   .   .   .   .   .   .   .   .   .   .   .   .   x
call_manage           x   .   .   .   .   .   .   .   .   .   .   .   .   .   .
application_submit    .   .   .   .   .   x   .   .   .   .   .   .   .   .   .
application_score     .   .   .   x   .   .   .   .   .   .   .   .   .   .   .
application_read      x   x   .   x   .   .   .   .   .   .   .   .   .   .   .
interest_rule         x   .   .   .   .   .   .   .   .   .   .   .   .   .   .
award_propose         x   .   .   .   .   .   .   .   .   .   .   .   .   .   .
award_approve         .   x   .   .   .   .   .   .   .   .   .   .   .   .   .
evaluator_propose     x   .   .   .   .   .   .   .   .   .   .   .   .   .   .
evaluator_approve     .   x   .   .   .   .   .   .   .   .   .   .   .   .   .
trial_read            x   x   x   .   x   .   x   x   x   .   .   .   .   .   .
trial_stop_propose    x   .   .   .   .   .   x   .   .   .   .   .   .   .   .
trial_stop_approve    .   x   .   .   .   .   .   .   .   .   .   .   .   .   .
document_draft        .   .   .   .   .   .   x   .   .   .   .   .   .   .   .
document_sign         x   .   .   .   .   .   x   .   x   .   .   .   .   .   .
document_review       .   .   .   .   x   .   .   .   .   .   .   .   .   .   .
school_call_open      x   .   .   .   .   .   .   .   .   .   .   .   .   .   .
approach_log          .   .   x   .   .   .   .   .   .   .   .   .   .   .   .
recruitment_read      x   x   x   .   .   .   x   .   .   .   .   .   .   .   .
signup_edit           .   .   .   .   .   .   .   .   .   x   .   .   .   .   .
signup_read           .   .   .   .   .   .   x   .   .   x   x   x   .   .   .
board_sign            .   .   .   .   .   .   .   .   .   .   x   .   .   .   .
council_decide        .   .   .   .   .   .   .   .   .   .   .   x   .   .   .
pupils_upload         .   .   .   .   .   .   .   .   .   x   .   .   .   .   .
pupils_read           .   .   .   .   .   .   x   .   .   x   .   .   .   .   .
outcomes_upload       .   .   .   .   .   .   x   .   .   x   .   .   x   .   .
outcomes_lock         .   .   .   .   .   .   x   .   .   .   .   .   .   .   .
draw_freeze           .   .   .   .   .   .   x   .   .   .   .   .   .   .   .
draw_commit           .   .   .   .   .   .   x   .   .   .   .   .   .   .   .
draw_witness          x   x   .   .   .   .   x   .   .   .   .   .   .   .   .
draw_seal_propose     .   .   .   .   .   .   x   .   .   .   .   .   .   .   .
draw_seal_approve     x   x   .   .   .   .   .   .   .   .   .   .   .   .   .
draw_carry_out        .   .   .   .   .   .   x   .   .   .   .   .   .   .   .
arms_see              x   x   .   .   .   .   x   .   x   .   .   .   .   .   .
own_arm_see           .   .   .   .   .   .   .   .   .   x   x   .   .   .   .
fidelity_log          .   .   .   .   .   .   .   .   x   x   .   .   .   .   .
fidelity_read         .   .   .   .   .   .   x   .   x   x   .   .   .   .   .
release_make          .   .   .   .   .   .   x   .   .   .   .   .   .   .   .
release_download      .   .   .   .   .   .   .   x   .   .   .   .   .   .   .
code_lodge            .   .   .   .   .   .   .   x   .   .   .   .   .   .   .
true_arms_propose     .   .   .   .   .   .   x   .   .   .   .   .   .   .   .
true_arms_approve     x   x   .   .   .   .   .   .   .   .   .   .   .   .   .
report_write          .   .   .   .   .   .   x   x   .   .   .   .   .   .   .
report_review         .   .   .   .   x   .   .   .   .   .   .   .   .   .   .
publish_propose       .   .   .   .   .   .   x   .   .   .   .   .   .   .   .
publish_approve       .   x   .   .   .   .   .   .   .   .   .   .   .   .   .
programme_figures     x   x   .   .   .   .   .   .   .   .   .   .   .   x   .
"""
COLUMNS = {
    "off": "nro_officer",
    "dir": "nro_director",
    "rec": "recruiter",
    "ass": "assessor",
    "exp": "expert_group",
    "app": "applicant",
    "man": "trial_manager",
    "ana": "analyst",
    "pro": "provider",
    "coo": "school_coordinator",
    "boa": "board_signatory",
    "cou": "council",
    "tes": "outcome_tester",
    "ocw": "ocw_observer",
    "adm": "administrator",
}


def cells() -> dict[tuple[str, str], bool]:
    """Return (role, permission) → may it, from the matrix above."""
    header, *lines = MATRIX.split("\n")[1:-1]
    roles = [COLUMNS[name] for name in header.split()[1:]]
    return {
        (role, line.split()[0]): mark == "x"
        for line in lines
        for role, mark in zip(roles, line.split()[1:], strict=True)
    }


CELLS = cells()


def test_the_matrix_has_a_cell_for_every_role_and_permission() -> None:
    assert set(CELLS) == {(role.value, act.value) for role, act in product(Role, Permission)}


@pytest.mark.parametrize("role", Role)
def test_a_role_may_exactly_what_the_matrix_says(role: Role) -> None:
    actor = Actor(1, frozenset({HeldRole(role, trial_scope(3))}))

    allowed = {act.value for act in Permission if actor.may(act, trial_scope(3))}

    assert allowed == {act for (name, act), may in CELLS.items() if name == role.value and may}


def test_whoever_must_stay_blind_can_see_no_arm() -> None:
    sight = {Permission.ARMS_SEE, Permission.OWN_ARM_SEE, Permission.FIDELITY_READ}

    for role in (Role.RECRUITER, Role.OUTCOME_TESTER, Role.ANALYST, Role.OCW_OBSERVER):
        assert not ROLE_PERMISSIONS[role] & sight


def test_no_role_proposes_and_approves_the_same_act() -> None:
    for act in ("award", "evaluator", "trial_stop", "draw_seal", "true_arms", "publish"):
        first, second = Permission(f"{act}_propose"), Permission(f"{act}_approve")
        assert not [role for role in Role if {first, second} <= ROLE_PERMISSIONS[role]]


def test_every_role_has_a_sentence() -> None:
    assert set(ROLE_SENTENCES) == set(Role)


@pytest.mark.parametrize(
    ("held", "asked", "may"),
    [
        (PROGRAMME, trial_scope(3), True),
        (PROGRAMME, PROGRAMME, True),
        (trial_scope(3), trial_scope(3), True),
        (trial_scope(3), trial_scope(4), False),
        (trial_scope(3), PROGRAMME, False),
        (Scope(ScopeKind.CALL, 3), trial_scope(3), False),
    ],
)
def test_a_role_reaches_its_own_scope_only(held: Scope, asked: Scope, may: bool) -> None:
    actor = Actor(1, frozenset({HeldRole(Role.TRIAL_MANAGER, held)}))

    assert actor.may(Permission.DRAW_FREEZE, asked) is may
    assert actor.holds(Role.TRIAL_MANAGER, asked) is may


def test_nobody_in_particular_may_do_nothing() -> None:
    with pytest.raises(NotAllowed):
        require(Actor(1), Permission.TRIAL_READ, PROGRAMME)


def test_lists_are_cut_to_the_scopes_held() -> None:
    two = Actor(1, frozenset(HeldRole(Role.ANALYST, trial_scope(n)) for n in (3, 5)))
    all_trials = Actor(1, frozenset({HeldRole(Role.ANALYST, PROGRAMME)}))

    assert two.scope_ids(Permission.TRIAL_READ, ScopeKind.TRIAL) == {3, 5}
    assert two.scope_ids(Permission.DRAW_FREEZE, ScopeKind.TRIAL) == frozenset()
    assert all_trials.scope_ids(Permission.TRIAL_READ, ScopeKind.TRIAL) is None
