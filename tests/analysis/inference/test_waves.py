"""A trial drawn in waves: inference redraws all of them, by the rule of each."""

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from analysis import AnalysisError, SealedDraw, estimate_effect
from analysis.inference.waves import redrawn_waves
from randomisation import Arm, Party, Unit, commitment, draw, new_record
from randomisation.canonical import digest
from randomisation.minimised import replay
from randomisation.minimised_receipt import arrivals_receipt
from randomisation.minimised_record import new_minimised_record
from web.commands.estimate import estimate_command

NONCE = "b7" * 32
PARTY = Party("evaluator", commitment("evaluator", NONCE))


def wave(number, units, previous=None, arms=("0", "1")):
    """A drawn receipt over units of one stratum, chained to the wave before."""
    record = new_record(
        trial=f"t/wave-{number}",
        arms=[Arm(label) for label in arms],
        units=[Unit(unit, f"wave-{number}") for unit in units],
        entropy=[PARTY],
        salt=f"{number:064x}",
        previous=None if previous is None else digest(previous),
    )
    return draw(record.to_dict(), [NONCE]).to_dict()


def arrived(units, previous):
    record = new_minimised_record(
        trial="t/wave-3",
        arms=[Arm("0"), Arm("1")],
        factors={"size": "1"},
        probability="0.8",
        entropy=[PARTY],
        salt="0" * 64,
        previous=digest(previous),
    )
    lines = replay(record, record.seed([NONCE]), [(unit, {"size": "1"}) for unit in units])
    return arrivals_receipt(record, [NONCE], list(lines))


FIRST = wave(1, ["a1", "a2", "a3", "a4"])
SECOND = wave(2, ["b1", "b2", "b3", "b4"], FIRST)
THIRD = arrived(["c1", "c2"], SECOND)


def trial(receipts, *, effect=0.0, pupils=4):
    """Four pupils per school; the effect on those treated as drawn."""
    sealed = SealedDraw.from_receipts(receipts)
    rng, schools = np.random.default_rng(5), np.repeat(sealed.units, pupils)
    arm = np.array([int(sealed.allocation[school]) for school in schools])
    shift = dict(zip(sealed.units, rng.normal(size=len(sealed.units)), strict=True))
    y = [shift[school] for school in schools] + rng.normal(size=schools.size) + effect * arm
    return pd.DataFrame({"y": y, "school": schools, "arm": arm}), sealed


def test_every_allocation_of_one_wave_goes_with_every_one_of_the_other():
    """Two waves of two against two: six times six, each once, and none across the waves."""
    sealed = SealedDraw.from_receipts([SECOND, FIRST])  # in any order

    drawn = redrawn_waves(sealed, 100, np.random.default_rng(1))

    assert sealed.units == ("a1", "a2", "a3", "a4", "b1", "b2", "b3", "b4")
    assert (drawn.exact, len(drawn.codes)) == (True, 36)
    assert len(np.unique(drawn.codes, axis=0)) == 36
    assert np.all(drawn.codes[:, :4].sum(axis=1) == 2)
    assert np.all(drawn.codes[:, 4:].sum(axis=1) == 2)


def test_the_p_value_of_two_waves_is_the_share_of_all_their_allocations():
    """A large effect: only the allocation drawn and its mirror image reach it, 2 of 36."""
    frame, sealed = trial([FIRST, SECOND], effect=50.0)

    test = _permutation(frame, sealed)

    assert (test.exact, test.draws, test.scheme) == (
        True,
        36,
        "redrawn by the sealed rule, 2 waves",
    )
    assert test.p_value == pytest.approx(2 / 36)


def test_more_allocations_than_asked_for_are_sampled_in_every_wave():
    sealed = SealedDraw.from_receipts([FIRST, SECOND])

    drawn = redrawn_waves(sealed, 20, np.random.default_rng(2))

    assert (drawn.exact, drawn.codes.shape) == (False, (20, 8))
    exact = [redrawn_waves(sealed, n, np.random.default_rng(2)).exact for n in (35, 36)]
    assert exact == [False, True]
    assert len(np.unique(drawn.codes[:, :4], axis=0)) > 1
    assert len(np.unique(drawn.codes[:, 4:], axis=0)) > 1


def test_arrivals_are_minimised_anew_beside_the_waves():
    """Whoever comes second mostly gets the other arm: 0.8 of 4,000, four standard errors."""
    sealed = SealedDraw.from_receipts([FIRST, SECOND, THIRD])

    drawn = redrawn_waves(sealed, 4_000, np.random.default_rng(3))

    other = np.mean(drawn.codes[:, 8] != drawn.codes[:, 9])
    assert abs(other - 0.8) < 4 * np.sqrt(0.8 * 0.2 / 4_000)
    assert abs(drawn.codes[:, 8].mean() - 0.5) < 4 * np.sqrt(0.25 / 4_000)
    assert drawn.scheme == "redrawn by the sealed rule; arrivals minimised anew, 3 waves"


def test_p_values_over_the_waves_are_uniform_without_an_effect():
    """Of all 36 draws, each beside its mirror image, no more than a share x has a p up to x."""
    frame, sealed = trial([FIRST, SECOND])
    schools = frame.school.to_numpy()
    place = {unit: k for k, unit in enumerate(sealed.units)}
    every = redrawn_waves(sealed, 100, np.random.default_rng(1)).codes
    every = every[every[:, 0] == 0]  # the mirror image of a draw has its p-value

    found = []
    for codes in every:
        allocation = {unit: str(codes[place[unit]]) for unit in sealed.units}
        again = frame.assign(arm=[int(allocation[school]) for school in schools])
        found.append(_permutation(again, SealedDraw(sealed.waves, allocation)).p_value)

    p = np.array(found)
    for level in (0.1, 0.2, 1 / 3, 0.5):
        assert np.mean(p <= level + 1e-9) <= level + 1e-9
    assert len(np.unique(p)) >= 12


def test_a_wave_left_out_is_refused():
    with pytest.raises(AnalysisError, match="give the receipt of every wave"):
        SealedDraw.from_receipts([FIRST, THIRD])
    with pytest.raises(AnalysisError, match="This receipt does not hold"):
        SealedDraw.from_receipts([FIRST, wave(2, ["b1", "b2"], FIRST) | {"seed": "0" * 64}])


def test_receipts_of_other_arms_or_of_a_unit_twice_are_not_of_one_trial():
    for other in (
        wave(2, ["b1", "b2"], FIRST, arms=("0", "2")),
        wave(2, ["a1", "b2", "b3", "b4"], FIRST),
    ):
        with pytest.raises(AnalysisError, match="not of one trial"):
            SealedDraw.from_receipts([FIRST, other])


def test_the_command_takes_a_receipt_for_each_wave(tmp_path):
    frame, _sealed = trial([FIRST, SECOND], effect=50.0)
    frame.to_csv(tmp_path / "data.csv", index=False)
    options = []
    for number, receipt in enumerate((FIRST, SECOND)):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(receipt))
        options += ["--receipt", str(path)]

    ran = CliRunner().invoke(
        estimate_command,
        [
            *(str(tmp_path / "data.csv"), "--outcome", "y", "--school", "school", "--arm", "arm"),
            *("--permutations", "100", *options, "--json"),
        ],
    )

    assert ran.exit_code == 0, ran.output
    test = json.loads(ran.output)["contrasts"][0]["permutation"]
    assert test["scheme"] == "redrawn by the sealed rule, 2 waves"


def _permutation(frame, sealed):
    result = estimate_effect(
        frame, outcome="y", school="school", arm="arm", permutations=100, sealed=sealed
    )
    return result.contrasts[0].permutation
