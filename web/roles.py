"""The roles in words, as a person reads them beside their own name."""

from flask_babel import lazy_gettext

from trials.permissions import Role

ROLE_WORDS = {
    Role.NRO_OFFICER: lazy_gettext("programme officer"),
    Role.NRO_DIRECTOR: lazy_gettext("programme director"),
    Role.RECRUITER: lazy_gettext("recruiter of schools"),
    Role.ASSESSOR: lazy_gettext("assessor"),
    Role.EXPERT_GROUP: lazy_gettext("member of the expert group"),
    Role.APPLICANT: lazy_gettext("applicant"),
    Role.TRIAL_MANAGER: lazy_gettext("trial manager of the evaluator"),
    Role.ANALYST: lazy_gettext("analyst of the evaluator"),
    Role.PROVIDER: lazy_gettext("provider of the intervention"),
    Role.SCHOOL_COORDINATOR: lazy_gettext("school coordinator"),
    Role.BOARD_SIGNATORY: lazy_gettext("signatory of the school board"),
    Role.COUNCIL: lazy_gettext("participation council"),
    Role.OUTCOME_TESTER: lazy_gettext("outcome tester"),
    Role.OCW_OBSERVER: lazy_gettext("observer of the ministry"),
    Role.ADMINISTRATOR: lazy_gettext("administrator"),
}
