"""The arms of a draw in words: as frozen, under the titles of the protocol."""

from trials.agreements.protocol import Arm, Protocol
from trials.draws.models import Draw


def arms_of(draw: Draw, protocol: Protocol) -> tuple[Arm, ...]:
    """Return the arms as they were frozen, control first.

    An arm that the protocol lost after the freezing goes by its label.
    """
    titled = {arm.label: arm for arm in protocol.arms}
    return tuple(
        Arm(
            label=label,
            title_nl=titled[label].title_nl if label in titled else label,
            title_en=titled[label].title_en if label in titled else label,
            ratio=ratio,
        )
        for label, ratio in ((arm["label"], arm["ratio"]) for arm in draw.frozen_record["arms"])
    )
