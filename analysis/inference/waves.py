"""Allocations of all waves of a trial, each redrawn by its own rule."""

from math import prod

import numpy as np

from analysis.inference.schemes import Allocations, Codes, redrawn
from analysis.sealed import Arrivals, Roster, SealedDraw
from randomisation.minimised import redraw_arrivals
from randomisation.redrawing import redraw


def redrawn_waves(sealed: SealedDraw, n_draws: int, rng: np.random.Generator) -> Allocations:
    """Return allocations of ``sealed.units`` in the codes of ``sealed.arms``.

    Waves are drawn apart, so every allocation of one goes with every allocation of another: all of
    them when there are no more than ``n_draws`` and no unit arrived one by one.
    """
    parts = [_wave(wave, n_draws, rng) for wave in sealed.waves]
    exact = all(part.exact for part in parts)
    if exact and prod(len(part.codes) for part in parts) <= n_draws:
        grid = np.indices([len(part.codes) for part in parts]).reshape(len(parts), -1)
        codes = [part.codes[rows] for part, rows in zip(parts, grid, strict=True)]
    else:
        exact = False
        codes = [_sampled(*both, n_draws, rng) for both in zip(sealed.waves, parts, strict=True)]
    named = [_recoded(sealed, *both) for both in zip(sealed.waves, codes, strict=True)]
    return Allocations(np.concatenate(named, axis=1), _scheme(parts), exact)


def _wave(wave: Roster | Arrivals, n_draws: int, rng: np.random.Generator) -> Allocations:
    if isinstance(wave, Roster):
        return redrawn(wave.design, n_draws, rng)
    codes = redraw_arrivals(wave.record, wave.levels, n_draws, rng)
    return Allocations(codes, "arrivals minimised anew", False)


def _sampled(
    wave: Roster | Arrivals, found: Allocations, n_draws: int, rng: np.random.Generator
) -> Codes:
    """Return ``n_draws`` allocations of a wave, also where all of it were few."""
    if isinstance(wave, Roster) and found.exact:
        return redraw(wave.design, n_draws, rng)
    return found.codes


def _recoded(sealed: SealedDraw, wave: Roster | Arrivals, codes: Codes) -> Codes:
    place = np.array([sealed.arms.index(arm) for arm in wave.arms], dtype=np.int8)
    return place[codes]


def _scheme(parts: list[Allocations]) -> str:
    schemes = list(dict.fromkeys(part.scheme for part in parts))
    waves = f", {len(parts)} waves" if len(parts) > 1 else ""
    return "; ".join(schemes) + waves
