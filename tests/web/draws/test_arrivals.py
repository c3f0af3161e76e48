"""Arrivals by their pages: the rule, the second person, one unit, the end, the kit."""

import io
import subprocess
import sys
import zipfile

from tests.trials.draws import ceremony as act
from tests.trials.draws.newcomers import LATER
from tests.trials.draws.world import DAY, add_school
from trials.draws.models import ArrivalRow, Draw
from trials.draws.states import DrawState
from trials.people.models import Proposal


def test_arrivals_by_their_pages(world, visitors, session, tmp_path):
    act.told(world)
    late = add_school(world, 20)
    visitors.at(LATER)
    trial = f"/trials/{world.trial_id}"
    assert f"{trial}/arrivals/prepare" in visitors.get(f"{trial}/draws", "manager").text
    visitors.post(
        f"{trial}/arrivals/prepare",
        "manager",
        weight_size="",
        weight_denomination="2",
        probability="0.9",
    )
    draw = session.query(Draw).filter_by(number=2).one()
    page = f"/arrivals/{draw.id}"
    visitors.get(page, status=404)
    visitors.post(f"{page}/open", "manager")
    proposal = session.query(Proposal).filter_by(act="open_arrivals").one()
    assert "Denominatie: 2" in visitors.get(f"/proposals/{proposal.id}", "director").text
    visitors.post(
        f"/proposals/{proposal.id}/approve",
        "director",
        shown_sha256=proposal.shown_sha256,
        pressed="yes",
    )

    assert "Voorbeeldschool 020" in visitors.get(f"{page}/arrive", "manager").text
    visitors.post(f"{page}/arrive", "manager", target=f"site:{late}")
    row = session.query(ArrivalRow).one()
    assert "Voorbeeldschool 020" in visitors.get(page, "manager").text
    assert "Voorbeeldschool 020" not in visitors.get(page, "analyst").text
    assert visitors.get(f"{page}/public.json").json["lines"] == {"W2A001": row.line}
    result = visitors.get(f"/schools/{late}/draw", "coordinator 20").text
    assert f'data-unit="W2A001" data-arm="{row.unit.arm}" data-key="{row.key}"' in result
    visitors.at(LATER + DAY).post(f"{page}/close", "manager")

    session.expire_all()
    assert draw.state is DrawState.DRAWN
    kit = zipfile.ZipFile(io.BytesIO(visitors.get(f"{page}/kit.zip", "provider").data))
    assert kit.namelist() == ["arrivals.csv", "receipt.json", "sealed.json", "verify_arrivals.py"]
    kit.extractall(tmp_path)
    ran = subprocess.run(
        [sys.executable, "-I", "verify_arrivals.py", "receipt.json"], cwd=tmp_path, check=False
    )
    assert ran.returncode == 0
    public = zipfile.ZipFile(io.BytesIO(visitors.get(f"{page}/kit.zip").data))
    assert public.namelist() == ["public.json", "verify_arrivals.py"]


def test_a_rule_can_be_given_up_before_it_opens_and_after_that_not(world, visitors, session):
    act.told(world)
    visitors.at(LATER)
    prepare = f"/trials/{world.trial_id}/arrivals/prepare"
    visitors.post(prepare, "manager", status=422, weight_size="", weight_denomination="")
    visitors.post(prepare, "manager", weight_size="1", weight_denomination="", probability="0.7")
    draw = session.query(Draw).filter_by(number=2).one()

    for page, part in (("give-up", "provider"), ("close", "analyst"), ("arrive", "recruiter")):
        visitors.get(f"/arrivals/{draw.id}/{page}", part, status=404)

    visitors.post(f"/arrivals/{draw.id}/give-up", "manager", reason="liever een ronde")

    session.expire_all()
    assert draw.state is DrawState.VOID
    refused = visitors.post(f"/arrivals/{draw.id}/open", "manager", status=422).text
    assert "<h1>Wie na de loting kwam</h1>" in refused  # not the page that closes
    assert "it is al geopend, of opgegeven" in refused
