"""The ceremony by its pages, from the roster to the school's result."""

import io
import subprocess
import sys
import zipfile

from randomisation import commitment
from tests.trials.draws import ceremony as act
from tests.trials.draws.world import HOUR, NOON
from trials.draws.beacons import example_value, round_of
from trials.draws.models import Draw
from trials.draws.states import DrawState
from trials.lifecycle import TrialState
from trials.people.models import Proposal


def test_the_whole_ceremony_by_its_pages(world, visitors, session):
    """Each person takes the step of theirs; the last one makes the allocation."""
    trial = world.trial_id
    assert "groot/rk" in visitors.get(f"/trials/{trial}/draws/freeze", "manager").text
    visitors.post(f"/trials/{trial}/draws/freeze", "manager")
    draw = session.query(Draw).one()
    page = f"/draws/{draw.id}"

    visitors.post(
        f"{page}/parties/0/commit",
        "manager",
        commitment=commitment("evaluator", act.NONCES["evaluator"]),
        kept="y",
    )
    visitors.post(f"{page}/seal", "manager", reveal_before="2027-04-22T14:00")
    proposal = session.query(Proposal).one()
    visitors.post(
        f"/proposals/{proposal.id}/approve",
        "director",
        shown_sha256=proposal.shown_sha256,
        pressed="yes",
    )
    session.expire_all()
    assert draw.reveal_before == act.REVEAL_BEFORE  # two o'clock in summer time
    visitors.post(f"{page}/parties/0/reveal", "manager", nonce=act.NONCES["evaluator"])
    session.expire_all()
    beacon = draw.parties[1]
    visitors.at(act.BEACON_TIME).post(
        f"{page}/parties/1/beacon", "officer", published=example_value(round_of(beacon.name)[1])
    )
    session.expire_all()
    assert draw.state is DrawState.DRAWN
    visitors.at(act.TOLD_AT).post(f"{page}/tell", "manager")

    result = visitors.get(f"/schools/{world.signups[0]}/draw", "coordinator 0").text
    assert draw.units[0].code is not None
    unit = next(unit for unit in draw.units if unit.signup_id == world.signups[0])
    assert f'data-unit="{unit.code}" data-arm="{unit.arm}"' in result


def test_a_wrong_secret_is_refused_on_the_page(world, visitors):
    sealed = act.sealed(world)

    answer = visitors.post(
        f"/draws/{sealed.id}/parties/0/reveal", "manager", status=422, nonce="0" * 64
    )

    assert "niet het geheim" in answer.text


def test_the_public_reads_the_draw_and_its_lines_and_no_more(world, visitors):
    draw = act.told(world)
    page = f"/draws/{draw.id}"

    assert draw.fingerprint[:4] in visitors.get(page).text
    assert set(visitors.get(f"{page}/public.json").json) == {
        "fingerprint",
        "allocation_sha256",
        "lines",
    }
    assert visitors.get(f"{page}/lines.csv").text.count("\n") == 10
    assert visitors.get(f"/trials/{world.trial_id}/draws").text.count(page) == 1
    kit = zipfile.ZipFile(io.BytesIO(visitors.get(f"{page}/kit.zip").data))
    assert kit.namelist() == ["public.json", "verify_draw.py"]


def test_the_full_kit_verifies_with_python_alone(world, visitors, tmp_path):
    draw = act.told(world)
    kit = visitors.get(f"/draws/{draw.id}/kit.zip", "provider").data
    zipfile.ZipFile(io.BytesIO(kit)).extractall(tmp_path)

    run = subprocess.run(
        [sys.executable, "-I", "verify_draw.py", "receipt.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, sorted(path.name for path in tmp_path.iterdir())) == (
        0,
        ["allocation.csv", "receipt.json", "sealed.json", "verify_draw.py"],
    ), run.stdout + run.stderr


def test_a_draw_is_not_there_for_the_public_before_its_seal(world, visitors):
    frozen = act.frozen(world)

    visitors.get(f"/draws/{frozen.id}", status=404)
    visitors.get(f"/trials/{world.trial_id}/draws", status=404)
    visitors.get(f"/draws/{frozen.id}", "officer")


def test_a_void_seal_names_the_party_in_public(world, visitors):
    sealed = act.sealed(world)
    late = act.REVEAL_BEFORE + HOUR

    visitors.at(late).post(f"/draws/{sealed.id}/void", "officer")

    text = visitors.get(f"/draws/{sealed.id}").text
    assert "de evaluator" in text
    assert "ongeldig" in text


def test_a_seal_is_not_proposed_for_a_moment_that_has_passed(world, visitors):
    committed = act.committed(world)

    answer = visitors.post(
        f"/draws/{committed.id}/seal", "manager", status=422, reveal_before="2027-04-20T13:59"
    )

    assert NOON.hour == 12  # 14.00 in the Netherlands
    assert "dat nog komt" in answer.text


def test_a_moment_that_is_none_is_refused(world, visitors):
    committed = act.committed(world)

    visitors.post(f"/draws/{committed.id}/seal", "manager", status=422, reveal_before="morgen")


def test_steps_of_others_are_not_found(world, visitors):
    sealed = act.sealed(world)
    for name in ("officer", "provider", "analyst", "recruiter", "coordinator 0"):
        for path in ("parties/0/reveal", "parties/0/commit", "seal", "tell"):
            visitors.get(f"/draws/{sealed.id}/{path}", name, status=404)


def test_a_mistake_is_marked_and_stays_with_those_who_see_arms(world, visitors):
    draw = act.told(world)

    visitors.post(
        f"/draws/{draw.id}/marks",
        "manager",
        status=200,
        unit_code=draw.units[0].code,
        text="Stond in de verkeerde laag.",
    )

    assert "verkeerde laag" in visitors.get(f"/draws/{draw.id}/marks", "officer").text
    visitors.get(f"/draws/{draw.id}/marks", "analyst", status=404)


def test_the_next_step_leaves_the_result_page_when_delivery_is_over(world, visitors, session):
    act.told(world)
    page = f"/schools/{world.signups[0]}/draw"
    assert "Uw volgende stap" in visitors.get(page, "coordinator 0").text

    trial = world.trial
    trial.advance_to(TrialState.MEASURED)
    trial.outcomes_locked_at = NOON
    session.commit()

    assert "Uw volgende stap" not in visitors.get(page, "coordinator 0").text
