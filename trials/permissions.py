"""Who may do what: roles, permissions, and the one table that joins them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from trials.errors import NotAllowed


class Role(StrEnum):
    """What a person is to Loting. The sentence says it on the page."""

    NRO_OFFICER = "nro_officer"
    NRO_DIRECTOR = "nro_director"
    RECRUITER = "recruiter"
    ASSESSOR = "assessor"
    EXPERT_GROUP = "expert_group"
    APPLICANT = "applicant"
    TRIAL_MANAGER = "trial_manager"
    ANALYST = "analyst"
    PROVIDER = "provider"
    SCHOOL_COORDINATOR = "school_coordinator"
    BOARD_SIGNATORY = "board_signatory"
    COUNCIL = "council"
    OUTCOME_TESTER = "outcome_tester"
    OCW_OBSERVER = "ocw_observer"
    ADMINISTRATOR = "administrator"


ROLE_SENTENCES: Mapping[Role, str] = {
    Role.NRO_OFFICER: "Runs the calls and follows every trial for the research council.",
    Role.NRO_DIRECTOR: "Approves, as the second person, what cannot be undone.",
    Role.RECRUITER: "Approaches schools and never sees an arm.",
    Role.ASSESSOR: "Scores applications after declaring any conflict of interest.",
    Role.EXPERT_GROUP: "Judges the validity of the design and the robustness of the report.",
    Role.APPLICANT: "Applies to open calls.",
    Role.TRIAL_MANAGER: "Runs the trial for the evaluator: protocol, roster, draw, outcomes.",
    Role.ANALYST: "Estimates the effect for the evaluator and works blind until true arms are out.",
    Role.PROVIDER: "Delivers the intervention and logs its fidelity.",
    Role.SCHOOL_COORDINATOR: "Signs the school up and sees to its tasks.",
    Role.BOARD_SIGNATORY: "Signs for the school board, the competent authority.",
    Role.COUNCIL: "Gives the participation council's consent or advice.",
    Role.OUTCOME_TESTER: "Takes the outcome tests without knowing any arm.",
    Role.OCW_OBSERVER: "Follows the programme for the ministry in totals only.",
    Role.ADMINISTRATOR: "Invites people and looks after the register.",
}


class Permission(StrEnum):
    """One act or one view that a role may have."""

    # people and register
    PEOPLE_INVITE = "people_invite"
    MANDATE_GIVE = "mandate_give"
    AUDIT_READ = "audit_read"
    REGISTER_IMPORT = "register_import"
    # calls
    CALL_MANAGE = "call_manage"
    APPLICATION_SUBMIT = "application_submit"
    APPLICATION_SCORE = "application_score"
    APPLICATION_READ = "application_read"
    INTEREST_RULE = "interest_rule"
    AWARD_PROPOSE = "award_propose"
    AWARD_APPROVE = "award_approve"
    EVALUATOR_PROPOSE = "evaluator_propose"
    EVALUATOR_APPROVE = "evaluator_approve"
    # the trial and its documents
    TRIAL_READ = "trial_read"
    TRIAL_STOP_PROPOSE = "trial_stop_propose"
    TRIAL_STOP_APPROVE = "trial_stop_approve"
    DOCUMENT_DRAFT = "document_draft"
    DOCUMENT_SIGN = "document_sign"
    DOCUMENT_REVIEW = "document_review"
    # schools
    SCHOOL_CALL_OPEN = "school_call_open"
    APPROACH_LOG = "approach_log"
    RECRUITMENT_READ = "recruitment_read"
    SIGNUP_EDIT = "signup_edit"
    SIGNUP_READ = "signup_read"
    BOARD_SIGN = "board_sign"
    COUNCIL_DECIDE = "council_decide"
    # pupils and measurements
    PUPILS_UPLOAD = "pupils_upload"
    PUPILS_READ = "pupils_read"
    OUTCOMES_UPLOAD = "outcomes_upload"
    OUTCOMES_LOCK = "outcomes_lock"
    # the draw
    DRAW_FREEZE = "draw_freeze"
    DRAW_COMMIT = "draw_commit"
    DRAW_WITNESS = "draw_witness"
    DRAW_SEAL_PROPOSE = "draw_seal_propose"
    DRAW_SEAL_APPROVE = "draw_seal_approve"
    DRAW_CARRY_OUT = "draw_carry_out"
    ARMS_SEE = "arms_see"
    OWN_ARM_SEE = "own_arm_see"
    # delivery
    FIDELITY_LOG = "fidelity_log"
    FIDELITY_READ = "fidelity_read"
    # release, estimate, publication
    RELEASE_MAKE = "release_make"
    RELEASE_DOWNLOAD = "release_download"
    CODE_LODGE = "code_lodge"
    TRUE_ARMS_PROPOSE = "true_arms_propose"
    TRUE_ARMS_APPROVE = "true_arms_approve"
    REPORT_WRITE = "report_write"
    REPORT_REVIEW = "report_review"
    PUBLISH_PROPOSE = "publish_propose"
    PUBLISH_APPROVE = "publish_approve"
    PROGRAMME_FIGURES = "programme_figures"


P = Permission
ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.NRO_OFFICER: frozenset(
        {
            P.PEOPLE_INVITE,
            P.MANDATE_GIVE,
            P.AUDIT_READ,
            P.CALL_MANAGE,
            P.APPLICATION_READ,
            P.INTEREST_RULE,
            P.AWARD_PROPOSE,
            P.EVALUATOR_PROPOSE,
            P.TRIAL_READ,
            P.TRIAL_STOP_PROPOSE,
            P.DOCUMENT_SIGN,
            P.SCHOOL_CALL_OPEN,
            P.RECRUITMENT_READ,
            P.DRAW_WITNESS,
            P.DRAW_SEAL_APPROVE,
            P.ARMS_SEE,
            P.TRUE_ARMS_APPROVE,
            P.PROGRAMME_FIGURES,
        }
    ),
    Role.NRO_DIRECTOR: frozenset(
        {
            P.MANDATE_GIVE,
            P.AUDIT_READ,
            P.APPLICATION_READ,
            P.AWARD_APPROVE,
            P.EVALUATOR_APPROVE,
            P.TRIAL_READ,
            P.TRIAL_STOP_APPROVE,
            P.RECRUITMENT_READ,
            P.DRAW_WITNESS,
            P.DRAW_SEAL_APPROVE,
            P.ARMS_SEE,
            P.TRUE_ARMS_APPROVE,
            P.PUBLISH_APPROVE,
            P.PROGRAMME_FIGURES,
        }
    ),
    Role.RECRUITER: frozenset({P.TRIAL_READ, P.APPROACH_LOG, P.RECRUITMENT_READ}),
    Role.ASSESSOR: frozenset({P.APPLICATION_READ, P.APPLICATION_SCORE}),
    Role.EXPERT_GROUP: frozenset({P.TRIAL_READ, P.DOCUMENT_REVIEW, P.REPORT_REVIEW}),
    Role.APPLICANT: frozenset({P.APPLICATION_SUBMIT}),
    Role.TRIAL_MANAGER: frozenset(
        {
            P.TRIAL_READ,
            P.TRIAL_STOP_PROPOSE,
            P.DOCUMENT_DRAFT,
            P.DOCUMENT_SIGN,
            P.RECRUITMENT_READ,
            P.SIGNUP_READ,
            P.PUPILS_READ,
            P.OUTCOMES_UPLOAD,
            P.OUTCOMES_LOCK,
            P.DRAW_FREEZE,
            P.DRAW_COMMIT,
            P.DRAW_WITNESS,
            P.DRAW_SEAL_PROPOSE,
            P.DRAW_CARRY_OUT,
            P.ARMS_SEE,
            P.FIDELITY_READ,
            P.RELEASE_MAKE,
            P.TRUE_ARMS_PROPOSE,
            P.REPORT_WRITE,
            P.PUBLISH_PROPOSE,
        }
    ),
    Role.ANALYST: frozenset({P.TRIAL_READ, P.RELEASE_DOWNLOAD, P.CODE_LODGE, P.REPORT_WRITE}),
    Role.PROVIDER: frozenset(
        {P.TRIAL_READ, P.DOCUMENT_SIGN, P.ARMS_SEE, P.FIDELITY_LOG, P.FIDELITY_READ}
    ),
    Role.SCHOOL_COORDINATOR: frozenset(
        {
            P.SIGNUP_EDIT,
            P.SIGNUP_READ,
            P.PUPILS_UPLOAD,
            P.PUPILS_READ,
            P.OUTCOMES_UPLOAD,
            P.OWN_ARM_SEE,
            P.FIDELITY_LOG,
            P.FIDELITY_READ,
        }
    ),
    Role.BOARD_SIGNATORY: frozenset({P.SIGNUP_READ, P.BOARD_SIGN, P.OWN_ARM_SEE}),
    Role.COUNCIL: frozenset({P.SIGNUP_READ, P.COUNCIL_DECIDE}),
    Role.OUTCOME_TESTER: frozenset({P.OUTCOMES_UPLOAD}),
    Role.OCW_OBSERVER: frozenset({P.PROGRAMME_FIGURES}),
    Role.ADMINISTRATOR: frozenset({P.PEOPLE_INVITE, P.REGISTER_IMPORT, P.AUDIT_READ}),
}
del P


class ScopeKind(StrEnum):
    """What a grant reaches: the whole programme, or one thing with an id."""

    PROGRAMME = "programme"
    CALL = "call"
    TRIAL = "trial"
    BOARD = "board"
    SIGNUP = "signup"


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing a grant is for; the programme has no id."""

    kind: ScopeKind
    id: int | None = None


PROGRAMME = Scope(ScopeKind.PROGRAMME)


def trial_scope(trial_id: int) -> Scope:
    return Scope(ScopeKind.TRIAL, trial_id)


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role a person holds now, where, and whose it is when held by mandate."""

    role: Role
    scope: Scope
    principal_id: int | None = None  # who gave the mandate; None for a role of one's own


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person and the roles held at this moment, own or by mandate."""

    person_id: int
    roles: frozenset[HeldRole] = frozenset()

    def may(self, permission: Permission, *scopes: Scope) -> bool:
        """Say whether any held role has ``permission`` programme-wide or in one of ``scopes``."""
        return bool(self.ways_to(permission, *scopes))

    def ways_to(self, permission: Permission, *scopes: Scope) -> frozenset[HeldRole]:
        """Return the held roles that give ``permission`` programme-wide or in one of ``scopes``."""
        return frozenset(
            held
            for held in self.roles
            if permission in ROLE_PERMISSIONS[held.role]
            and (held.scope.kind is ScopeKind.PROGRAMME or held.scope in scopes)
        )

    def holds(self, role: Role, *scopes: Scope) -> bool:
        """Say whether this role is held programme-wide or in one of ``scopes``."""
        return any(
            held.role is role and (held.scope.kind is ScopeKind.PROGRAMME or held.scope in scopes)
            for held in self.roles
        )

    def scope_ids(self, permission: Permission, kind: ScopeKind) -> frozenset[int] | None:
        """Return the ids of ``kind`` in which ``permission`` is held; None means all of them."""
        held = [h for h in self.roles if permission in ROLE_PERMISSIONS[h.role]]
        if any(h.scope.kind is ScopeKind.PROGRAMME for h in held):
            return None
        scopes = [h.scope for h in held if h.scope.kind is kind]
        return frozenset(scope.id for scope in scopes if scope.id is not None)


def require(actor: Actor, permission: Permission, *scopes: Scope) -> None:
    """Refuse with ``NotAllowed`` unless the actor holds ``permission`` in one of ``scopes``."""
    if not actor.may(permission, *scopes):
        raise NotAllowed("your role does not allow this here")
