"""loting nonce."""

import re

import pytest
from click.testing import CliRunner

from randomisation import commitment
from web.commands.nonce import nonce_command


def test_the_commitment_is_that_of_the_nonce_and_its_party():
    result = CliRunner().invoke(nonce_command, ["--party", "nro"])

    nonce, committed, *_ = re.findall(r"[0-9a-f]{64}", result.output)
    assert result.exit_code == 0
    assert commitment("nro", nonce) == committed
    assert f"--commit nro={committed}" in result.output


def test_no_two_nonces_are_alike():
    results = {CliRunner().invoke(nonce_command, ["--party", "nro"]).output for _ in range(20)}

    assert len(results) == 20


@pytest.mark.parametrize("name", ["beacon:drand:5", "beacon:x"])
def test_a_beacon_makes_no_nonce(name):
    result = CliRunner().invoke(nonce_command, ["--party", name])

    assert result.exit_code == 2
    assert "beacon" in result.output
