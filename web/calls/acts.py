"""How the two-person acts of calls look on the page of a proposal."""

from flask_babel import lazy_gettext

from web.acts import ActPage

STANDING = {
    "application": lazy_gettext("Application"),
    "version": lazy_gettext("Version"),
    "title": lazy_gettext("Title"),
    "content_sha256": lazy_gettext("Fingerprint of the application"),
    "standing": lazy_gettext("Standing"),
    "rank": lazy_gettext("Place"),
    "weighted_mean": lazy_gettext("Weighted mean"),
    "means": lazy_gettext("Means per criterion"),
    "assessors": lazy_gettext("Assessors"),
    "reasons": lazy_gettext("Reasons"),
    "title_nl": lazy_gettext("Title in Dutch"),
    "title_en": lazy_gettext("Title in English"),
}
TRIAL = {
    "trial": lazy_gettext("Number of the trial"),
    "trial_nl": lazy_gettext("Trial, in Dutch"),
    "trial_en": lazy_gettext("Trial, in English"),
}

ACTS = {
    "award": ActPage(
        title=lazy_gettext("Award this application"),
        consequence=lazy_gettext(
            "The intervention comes into the catalogue, a trial begins, and the applicant becomes "
            "its provider. This cannot be undone."
        ),
        labels=STANDING
        | {
            "catalogue": lazy_gettext("In the catalogue"),
            "slug": lazy_gettext("Address of the trial"),
            "summary_nl": lazy_gettext("Summary in Dutch"),
            "summary_en": lazy_gettext("Summary in English"),
            "pupils_live_at": lazy_gettext("Where are pupils' data kept?"),
        },
        endpoint="calls.application",
        argument="application_id",
    ),
    "refuse_rest": ActPage(
        title=lazy_gettext("Refuse the applications that are left"),
        consequence=lazy_gettext(
            "Every applicant gets the decision with its reasons, and the call is closed. This "
            "cannot be undone."
        ),
        labels=STANDING
        | {"call": lazy_gettext("Number of the call"), "refused": lazy_gettext("Refused")},
        endpoint="calls.state",
        argument="call_id",
    ),
    "appoint": ActPage(
        title=lazy_gettext("Appoint the evaluator"),
        consequence=lazy_gettext(
            "The evaluator and both persons get their roles in the trial, and the protocol can be "
            "drafted. This cannot be undone."
        ),
        labels=STANDING
        | TRIAL
        | {
            "organisation": lazy_gettext("Number of the organisation"),
            "organisation_name": lazy_gettext("Organisation"),
            "independence": lazy_gettext("Declaration of independence"),
            "trial_manager": lazy_gettext("Trial manager"),
            "analyst": lazy_gettext("Analyst"),
            "id": lazy_gettext("Number of the person"),
            "name": lazy_gettext("Name"),
        },
        endpoint="calls.of_trial",
        argument="trial_id",
    ),
    "stop": ActPage(
        title=lazy_gettext("Stop this trial"),
        consequence=lazy_gettext(
            "The trial stops, its page says why, and everyone with a role in it is told. This "
            "cannot be undone."
        ),
        labels=TRIAL
        | {
            "state": lazy_gettext("State now"),
            "reason": lazy_gettext("Reason"),
            "explanation": lazy_gettext("Explanation"),
        },
        endpoint="calls.of_trial",
        argument="trial_id",
    ),
}
