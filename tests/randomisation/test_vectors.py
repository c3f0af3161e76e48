"""Every field of the four published vectors, from three sides of the code."""

import numpy as np

from randomisation import assign, draw, read_record, verify
from randomisation.words import candidate_words, words


def test_every_field_of_the_vector_is_reproduced(vector):
    receipt = draw(vector["sealed"], vector["nonces"]).to_dict()

    for field in ("sealed", "fingerprint", "nonces", "seed", "candidate", "allocation"):
        assert receipt[field] == vector[field], field


def test_the_first_words_are_the_published_ones(vector):
    seed = bytes.fromhex(vector["seed"])

    for label, expected in vector["first_words"].items():
        assert [str(word) for word in words(seed, label, len(expected))] == expected


def test_both_paths_lead_to_one_allocation(vector):
    """The words of SHA-256 given to ``assign``, among others, give what ``draw`` gives."""
    design = read_record(vector["sealed"]).design
    official = candidate_words(bytes.fromhex(vector["seed"]), vector["candidate"], design)
    others = np.random.default_rng(5).integers(2**64, size=(9, design.n_words), dtype=np.uint64)

    arm = assign(design, np.vstack([others, official]))

    drawn = [design.arms[code] for code in arm[-1]]
    assert drawn == [vector["allocation"][unit] for unit in sorted(vector["allocation"])]


def test_the_vector_verifies(vector):
    receipt = draw(vector["sealed"], vector["nonces"]).to_dict()

    assert verify(receipt).holds
