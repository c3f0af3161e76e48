"""The words of the mails about signing in and about proposals, in the reader's language."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from trials.mail import Addressee, Letter, Links, OutboxRow, knows_addresses, renders
from trials.people.keys import derive_digits, derive_token
from trials.people.models import LinkPurpose, MailLink, Person, Proposal, SignInStep

SIGN_IN_LINK, SET_UP_LINK, RESET_LINK = "sign_in_link", "set_up_link", "reset_link"
LINK_LETTERS: Mapping[LinkPurpose, str] = {
    LinkPurpose.SIGN_IN: SIGN_IN_LINK,
    LinkPurpose.INVITATION: SET_UP_LINK,
    LinkPurpose.RESET: RESET_LINK,
}
INVITATION = "invitation"
USE_PASSWORD = "use_password"
SIGN_IN_CODE = "sign_in_code"
ACCOUNT_CHANGED = "account_changed"
PROPOSAL_WAITING = "proposal_waiting"
PROPOSAL_DECIDED = "proposal_decided"

# kind: (Dutch subject, Dutch body, English subject, English body)
WORDS: Mapping[str, tuple[str, str, str, str]] = {
    SIGN_IN_LINK: (
        "Uw link om in te loggen",
        "U vroeg om een link om in te loggen. Open hem binnen 20 minuten; hij werkt één keer.\n\n"
        "{address}\n\nVroeg u hier niet om? Dan hoeft u niets te doen.\n",
        "Your link to sign in",
        "You asked for a link to sign in. Open it within 20 minutes; it works once.\n\n"
        "{address}\n\nDid you not ask for it? Then there is nothing you need to do.\n",
    ),
    SET_UP_LINK: (
        "U bent uitgenodigd voor Loting",
        "U kunt meewerken aan onderzoek in Loting. Kies met deze link een wachtwoord en stel de "
        "tweede stap in. Houd uw telefoon bij de hand. De link werkt één keer, 7 dagen lang.\n\n"
        "{address}\n",
        "You are invited to Loting",
        "You can take part in research in Loting. Choose a password with this link and set up "
        "the second step. Keep your telephone at hand. The link works once, for 7 days.\n\n"
        "{address}\n",
    ),
    RESET_LINK: (
        "Een nieuw wachtwoord kiezen",
        "U vroeg om een nieuw wachtwoord. Open deze link binnen 20 minuten; hij werkt één keer. "
        "U hebt ook uw tweede stap nodig.\n\n{address}\n\n"
        "Vroeg u hier niet om? Dan hoeft u niets te doen; uw wachtwoord blijft zoals het was.\n",
        "Choose a new password",
        "You asked for a new password. Open this link within 20 minutes; it works once. "
        "You need your second step too.\n\n{address}\n\n"
        "Did you not ask for it? Then there is nothing you need to do; your password stays.\n",
    ),
    INVITATION: (
        "U bent uitgenodigd voor Loting",
        "Er is een taak voor u in Loting. Log in met dit e-mailadres:\n\n{address}\n",
        "You are invited to Loting",
        "There is a task for you in Loting. Sign in with this e-mail address:\n\n{address}\n",
    ),
    USE_PASSWORD: (
        "Zo logt u in",
        "U vroeg om een link om in te loggen. U logt in met uw wachtwoord en de tweede stap:\n\n"
        "{address}\n\nWachtwoord vergeten? Op die pagina kunt u een nieuw wachtwoord kiezen.\n",
        "How you sign in",
        "You asked for a link to sign in. You sign in with your password and the second step:\n\n"
        "{address}\n\nForgotten your password? You can choose a new one on that page.\n",
    ),
    SIGN_IN_CODE: (
        "Uw code om in te loggen",
        "Uw code is {code}. Typ hem over op de pagina die openstaat. Geef hem aan niemand.\n",
        "Your code to sign in",
        "Your code is {code}. Type it on the page that is open. Give it to nobody.\n",
    ),
    ACCOUNT_CHANGED: (
        "Uw manier van inloggen is veranderd",
        "Uw wachtwoord of uw tweede stap is zojuist veranderd. Was u dat? Dan hoeft u niets te "
        "doen. Was u het niet? Kies dan direct een nieuw wachtwoord en meld het ons:\n\n"
        "{address}\n",
        "The way you sign in has changed",
        "Your password or your second step was changed just now. Was it you? Then there is "
        "nothing you need to do. Was it not? Choose a new password at once and tell us:\n\n"
        "{address}\n",
    ),
    PROPOSAL_WAITING: (
        "Een voorstel wacht op u",
        "Iemand stelde iets voor waarvoor twee personen nodig zijn. U kunt de tweede zijn.\n"
        "Lees wat er wordt voorgesteld en beslis binnen 72 uur:\n\n{address}\n",
        "A proposal waits for you",
        "Someone proposed an act that takes two persons. You can be the second.\n"
        "Read what is proposed and decide within 72 hours:\n\n{address}\n",
    ),
    PROPOSAL_DECIDED: (
        "Over uw voorstel is beslist",
        "Over uw voorstel is beslist. U leest het hier:\n\n{address}\n",
        "Your proposal has been decided",
        "Your proposal has been decided. You can read it here:\n\n{address}\n",
    ),
}


def written(session: Session, row: OutboxRow, **values: str) -> Letter:
    """Return the words of ``row``'s kind in its reader's language, with the values filled in."""
    nl_subject, nl_body, en_subject, en_body = WORDS[row.kind]
    english = session.get_one(Person, row.person_id).language == "en"
    subject, body = (en_subject, en_body) if english else (nl_subject, nl_body)
    return Letter(subject, body.format(**values))


@knows_addresses
def address_of(session: Session, person_id: int) -> Addressee | None:
    """Return where to write to a person; None for whom was shut out or is gone."""
    person = session.get(Person, person_id)
    if person is None or person.disabled_at is not None:
        return None
    return Addressee(person.name, person.email, person.language)


def link_token(secret_key: str, link: MailLink) -> str:
    """Return the token of a mail link: its number, and what only the key's holder can make."""
    return f"{link.id}-{derive_token(secret_key, 'link', link.id, link.nonce)}"


def link_path(secret_key: str, link: MailLink) -> str:
    """Return the path of the page that a mail link opens."""
    return f"/sign-in/link/{link_token(secret_key, link)}"


def mailed_code(secret_key: str, step: SignInStep) -> str:
    """Return the six digits that are mailed for this step."""
    return derive_digits(secret_key, "code", step.id, step.nonce)


@renders(SIGN_IN_LINK)
@renders(SET_UP_LINK)
@renders(RESET_LINK)
def link_letter(session: Session, row: OutboxRow, links: Links) -> Letter:
    link = session.get_one(MailLink, row.subject_id)
    return written(session, row, address=links.to(link_path(links.secret_key, link)))


@renders(INVITATION)
def invitation(session: Session, row: OutboxRow, links: Links) -> Letter:
    return written(session, row, address=links.to("/sign-in"))


@renders(USE_PASSWORD)
@renders(ACCOUNT_CHANGED)
def use_password(session: Session, row: OutboxRow, links: Links) -> Letter:
    return written(session, row, address=links.to("/sign-in/password"))


@renders(SIGN_IN_CODE)
def sign_in_code(session: Session, row: OutboxRow, links: Links) -> Letter:
    step = session.get_one(SignInStep, row.subject_id)
    return written(session, row, code=mailed_code(links.secret_key, step))


@renders(PROPOSAL_WAITING)
@renders(PROPOSAL_DECIDED)
def about_proposal(session: Session, row: OutboxRow, links: Links) -> Letter:
    proposal = session.get_one(Proposal, row.subject_id)
    return written(session, row, address=links.to(f"/proposals/{proposal.id}"))
