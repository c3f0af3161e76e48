"""The words of the mail about a report that goes back to its writer."""

from sqlalchemy.orm import Session

from trials.mail import Letter, Links, OutboxRow, renders
from trials.people.models import Person
from trials.reports.models import Report

REPORT_RECALLED = "report_recalled"


@renders(REPORT_RECALLED)
def report_recalled(session: Session, row: OutboxRow, links: Links) -> Letter:
    report = session.get_one(Report, row.subject_id)
    trial, address = report.trial, links.to("/desk")
    if session.get_one(Person, row.person_id).language == "en":
        stood = "was final" if report.final_at else "was being read"
        return Letter(
            f"The report of “{trial.title_en}” goes back to its writer",
            f"There is a new dataset. Version {report.version} of the report {stood}, but the "
            "figures under it have changed.\n\n"
            "This is how it goes on:\n"
            "1. the evaluator makes the planned estimate again;\n"
            "2. the evaluator writes a new version of the report;\n"
            "3. the expert group and two readers from outside judge it again.\n\n"
            f"What you can do stands on your desk:\n\n{address}\n",
        )
    stood = "was definitief" if report.final_at else "werd gelezen"
    return Letter(
        f"Het rapport van “{trial.title_nl}” gaat terug naar de schrijver",
        f"Er is een nieuwe dataset. Versie {report.version} van het rapport {stood}, maar de "
        "cijfers eronder zijn veranderd.\n\n"
        "Zo gaat het verder:\n"
        "1. de evaluator laat de geplande schatting opnieuw maken;\n"
        "2. de evaluator schrijft een nieuwe versie van het rapport;\n"
        "3. de expertgroep en twee lezers van buiten oordelen daar opnieuw over.\n\n"
        f"Wat u kunt doen, staat op uw werktafel:\n\n{address}\n",
    )
