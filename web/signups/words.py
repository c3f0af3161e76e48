"""What pages say of states, answers and steps of a sign-up."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from trials.agreements.protocol import CouncilRight
from trials.signups.models import CouncilAnswer
from trials.signups.states import SignupState

STATE_KINDS: Mapping[SignupState, str] = {  # of the badge
    SignupState.INTERESTED: "todo",
    SignupState.SUBMITTED: "wait",
    SignupState.SIGNED: "wait",
    SignupState.COMPLETE: "done",
    SignupState.WAITING: "wait",
    SignupState.WITHDRAWN: "todo",
    SignupState.INELIGIBLE: "todo",
}
COUNCIL_WORDS: Mapping[CouncilAnswer, LazyString] = {
    CouncilAnswer.CONSENTS: lazy_gettext("The council consents"),
    CouncilAnswer.ADVISES: lazy_gettext("The council advises to take part"),
    CouncilAnswer.INFORMED: lazy_gettext("The council has been informed"),
    CouncilAnswer.REFUSES: lazy_gettext("The council does not want this; the school withdraws"),
}
RIGHT_WORDS: Mapping[CouncilRight, LazyString] = {
    CouncilRight.CONSENT: lazy_gettext("The council must consent (instemmingsrecht)."),
    CouncilRight.ADVICE: lazy_gettext("The council gives its advice (adviesrecht)."),
    CouncilRight.INFORMED: lazy_gettext("The council is informed; it need not decide."),
}
TESTS = ("Cito Leerling in beeld", "Cito LVS 3.0", "IEP", "DIA", "Boom")
NO_TESTS = "-"
INTERVENTIONS = (  # of the menukaart, spring 2022, as schools know them
    "Uitbreiding onderwijs",
    "Een-op-een-begeleiding",
    "Instructie in kleine groepen",
    "Leren van en met medeleerlingen",
    "Technieken voor begrijpend lezen",
    "Gesprokentaalinterventies",
    "Interventies gericht op welbevinden",
    "Metacognitie en zelfregulerend leren",
    "Ouderbetrokkenheid",
    "Digitale technologie",
)
