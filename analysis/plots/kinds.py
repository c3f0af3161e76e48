"""The plots a result can draw of itself, by name."""

from collections.abc import Callable, Mapping

from analysis.errors import AnalysisError
from analysis.plots.canvas import Plot
from analysis.plots.effects import forest, specifications
from analysis.plots.inference import permutation_distribution, profile_curve, school_levels_plot
from analysis.result import Contrast, EffectResult

Drawer = Callable[[EffectResult, Contrast | None, str | None], Plot]


def draw(
    result: EffectResult, kind: str, *, arm: str | None = None, title: str | None = None
) -> Plot:
    """Return the plot named ``kind`` of ``result``; see ``EffectResult.plot``."""
    if kind not in KINDS:
        raise AnalysisError(
            "there is no plot {kind}; choose from {known}", kind=kind, known=", ".join(KINDS)
        )
    chosen = [c for c in result.contrasts if arm in (None, c.arm)]
    if arm is not None and not chosen:
        raise AnalysisError("there is no contrast of arm {arm}", arm=arm)
    return KINDS[kind](result, chosen[0] if chosen else None, title)


def _forest(result: EffectResult, contrast: Contrast | None, title: str | None) -> Plot:
    family = result.family.results[1:] if result.family else ()
    return forest([result, *family], title=title or f"Effects on {result.outcome}")


def _profile(result: EffectResult, contrast: Contrast | None, title: str | None) -> Plot:
    if result.drawings is None or contrast is None or not result.drawings.profiles:
        raise _not_kept("profile")
    curve = result.drawings.profiles[result.contrasts.index(contrast)]
    return profile_curve(curve, title=title or f"Profile of {_named(contrast)}")


def _permutation(result: EffectResult, contrast: Contrast | None, title: str | None) -> Plot:
    if contrast is None or contrast.permutation is None:
        raise _not_kept("permutation")
    test = contrast.permutation
    return permutation_distribution(
        test.statistics,
        test.p_value,
        title=title or f"{_named(contrast)} under other allocations",
    )


def _schools(result: EffectResult, contrast: Contrast | None, title: str | None) -> Plot:
    if result.drawings is None or not result.drawings.schools:
        raise _not_kept("schools")
    return school_levels_plot(
        result.drawings.schools, title=title or f"Levels of schools on {result.outcome}"
    )


def _curve(result: EffectResult, contrast: Contrast | None, title: str | None) -> Plot:
    if result.curve is None:
        raise _not_kept("curve")
    return specifications(result.curve, title=title or f"Other models of {result.outcome}")


def _named(contrast: Contrast) -> str:
    return f"{contrast.arm} against {contrast.control}"


def _not_kept(kind: str) -> AnalysisError:
    return AnalysisError(
        "this result holds nothing to draw the plot {kind} from: it was not asked to keep it, "
        "or its model has none",
        kind=kind,
    )


KINDS: Mapping[str, Drawer] = {
    "forest": _forest,
    "profile": _profile,
    "permutation": _permutation,
    "schools": _schools,
    "curve": _curve,
}
PER_CONTRAST = ("profile", "permutation")
