"""The receipt, what of it is public, and a school's own line."""

import hashlib

from randomisation import draw, public_form
from randomisation.canonical import canonical
from randomisation.receipt import line, school_key


def test_a_line_is_opened_by_the_key_of_its_school_and_no_other(generate):
    record, nonces = generate("three arms", 3)
    receipt = draw(record, nonces)
    published = public_form(receipt)["lines"]

    for unit, arm in receipt.allocation.items():
        key = receipt.key(unit)
        holds = [line(unit, other.label, key) == published[unit] for other in record.arms]
        assert holds == [other.label == arm for other in record.arms]
    assert line("S000", receipt.allocation["S000"], receipt.key("S001")) != published["S000"]


def test_line_and_key_are_the_hashes_of_the_specification():
    seed = bytes(range(32))
    key = hashlib.sha256(seed + b"line/S\xc3\xa9").hexdigest()

    assert school_key(seed, "Sé") == key
    expected = hashlib.sha256(f"loting-line/1\nSé\ncontrole\n{key}".encode()).hexdigest()
    assert line("Sé", "controle", key) == expected


def test_the_public_form_has_no_arm_and_no_secret(generate, kind):
    record, nonces = generate(kind, 3)
    receipt = draw(record, nonces)

    published = canonical(public_form(receipt)).decode()

    secrets = [arm.label for arm in record.arms] + [record.salt, receipt.seed.hex(), *nonces]
    assert not [secret for secret in secrets if secret in published]
    assert set(public_form(receipt)) == {"fingerprint", "allocation_sha256", "lines"}


def test_the_hash_is_that_of_the_canonical_allocation(generate):
    record, nonces = generate("pairs", 3)
    receipt = draw(record, nonces).to_dict()

    expected = hashlib.sha256(canonical(receipt["allocation"])).hexdigest()
    assert receipt["allocation_sha256"] == expected


def test_only_a_rerandomised_receipt_shows_a_balance(generate, kind):
    record, nonces = generate(kind, 3)

    assert ("balance" in draw(record, nonces).to_dict()) == kind.startswith("rerandomised")
