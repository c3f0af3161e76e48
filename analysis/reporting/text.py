"""What surrounds an estimate, as lines of the text report."""

from collections.abc import Iterator

from analysis.result import Contrast, EffectResult


def contrast_lines(contrast: Contrast) -> Iterator[str]:
    """Yield the lines of one contrast that only extras add."""
    if contrast.robust is not None:
        r = contrast.robust
        yield (
            f"  least squares, {r.kind}: {r.estimate:.4f}, df {r.df:.2f}, p = {r.p_value:.3f}, "
            f"{r.low:.4f} to {r.high:.4f}"
        )
        for size in r.effect_sizes:
            yield f"  {size.name}: {size.value:.2f}, {size.low:.2f} to {size.high:.2f}"
    if contrast.wild is not None:
        w = contrast.wild
        ends = "" if w.low is None or w.high is None else f", {w.low:.4f} to {w.high:.4f}"
        yield (
            f"  wild cluster bootstrap: p = {w.p_value:.4f} of {w.draws} draws, "
            f"{w.weights} weights{ends}"
        )
    if contrast.binary is not None:
        b = contrast.binary
        yield (
            f"  risks {b.risk_arm:.1%} and {b.risk_control:.1%}: "
            f"difference {b.risk_difference:.3f} ({b.low:.3f} to {b.high:.3f}), "
            f"p = {b.p_value:.3f}; odds ratio {b.odds_ratio:.2f} "
            f"({b.odds_low:.2f} to {b.odds_high:.2f}), logistic, clustered"
        )
    if contrast.imputed is not None:
        i = contrast.imputed
        yield (
            f"  imputed {i.pooled.imputations} times: {i.pooled.estimate:.4f} "
            f"({i.pooled.low:.4f} to {i.pooled.high:.4f}), p = {i.pooled.p_value:.3f}, effect size "
            f"{i.effect_size:.2f} ({i.low:.2f} to {i.high:.2f}), "
            f"{i.pooled.missing_information:.0%} of the information missing"
        )
        for s in i.shifted:
            if s.shift:
                yield (
                    f"    lost pupils of the arm {s.shift:+.1f} standard deviations: "
                    f"{s.estimate:.4f} ({s.low:.4f} to {s.high:.4f}), p = {s.p_value:.3f}"
                )


def around_lines(result: EffectResult) -> Iterator[str]:
    """Yield the tables that only extras add, each after an empty line."""
    for part in (_joint, _family, _curve, _instruments, _missing, _balance, _attrition):
        lines = list(part(result))
        if lines:
            yield from ("", *lines)


def _joint(result: EffectResult) -> Iterator[str]:
    if result.joint_test is not None:
        t = result.joint_test
        yield (
            f"All arms together, least squares with CR2 (AHT): F = {t.f:.3f} on {t.df_between:.0f} "
            f"and {t.df_within:.2f}, p = {t.p_value:.3f}"
        )


def _family(result: EffectResult) -> Iterator[str]:
    if result.family is None:
        return
    how = result.family.method
    if result.family.draws is not None:
        number = f"all {result.family.draws}" if result.family.exact else result.family.draws
        how += f", {number} allocations, {result.family.scheme}"
    yield f"Judged together ({how})"
    for h in result.family.hypotheses:
        yield (
            f"  {h.outcome}, {h.arm} against {h.control}: {h.effect_size:.2f} "
            f"({_ends(h.low, h.high)}), p = {h.p_value:.4f}, adjusted {h.adjusted_p_value:.4f}"
        )


def _curve(result: EffectResult) -> Iterator[str]:
    if result.curve is None:
        return
    yield "The effect by other models, in standard deviations"
    for s in result.curve:
        if s.effect_size is None:
            yield f"  {s.name}: not estimated, {s.refused}"
        else:
            yield (
                f"  {s.name}, {s.arm}: {s.effect_size:.2f} ({_ends(s.low, s.high)}), "
                f"p = {s.p_value:.3f}, {s.n_pupils} pupils"
            )


def _instruments(result: EffectResult) -> Iterator[str]:
    for how in result.instruments or ():
        yield f"{how.score} standardised within {', '.join(how.columns)}"
        for norm in how.norms:
            yield (
                f"  {norm.group}: mean {norm.mean:.2f}, deviation {norm.sd:.2f}, by {norm.by}, "
                f"{norm.pupils} pupils"
            )
        for row in how.sensitivity:
            if row.effect_size is None:
                yield f"  {row.pupils} {row.instrument}: not estimated, {row.refused}"
            else:
                yield (
                    f"  {row.pupils} {row.instrument}, {row.arm}: {row.effect_size:.2f} "
                    f"({_ends(row.low, row.high)}), {row.n_pupils} pupils"
                )


def _missing(result: EffectResult) -> Iterator[str]:
    found = result.missing_data
    if found is None:
        return
    shares = ", ".join(f"{arm} {share:.1%}" for arm, share in found.incomplete.items())
    yield f"Incomplete pupils: {shares}; above {found.limit:.0%} the rule imputes ({found.rule})"
    if found.dropout_refused is not None:
        yield f"  model of loss: not fitted, {found.dropout_refused}"
    if found.dropout is not None:
        loss = found.dropout
        yield f"  model of loss: {loss.lost} pupils, all terms p = {loss.p_value:.3f}"
        for p in loss.predictors:
            yield f"    {p.term}: odds ratio {p.odds_ratio:.2f}, p = {p.p_value:.3f}"


def _balance(result: EffectResult) -> Iterator[str]:
    if result.balance is None:
        return
    yield "Balance at baseline, in standard deviations (no test: the draw was random)"
    for row in result.balance:
        g = "none" if row.difference is None else f"{row.difference:.2f}"
        counts = " and ".join(f"{s.n} ({s.missing} missing)" for s in row.sides.values())
        yield f"  {row.name}, {row.arm} against {row.control}, {row.sample}: {g}, {counts}"


def _attrition(result: EffectResult) -> Iterator[str]:
    for row in result.attrition or ():
        yield (
            f"Attrition of {row.arm} and {row.control}: {row.overall:.1%}, difference "
            f"{100 * row.differential:.1f} points"
        )
        for what, sides in (("pupils", row.pupils), ("schools", row.schools)):
            counts = ", ".join(
                f"{side} {lost.analysed} of {lost.drawn}" for side, lost in sides.items()
            )
            yield f"  {what} analysed: {counts}"
        yield (
            f"  tolerable under cautious assumptions: {_yes(row.cautious)}, under optimistic ones: "
            f"{_yes(row.optimistic)} (table {row.table})"
        )
        yield (
            f"  Lee bounds on unadjusted means: {row.lee.low:.4f} to {row.lee.high:.4f}, "
            f"{row.lee.share:.1%} of {row.lee.trimmed} trimmed"
        )


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _ends(low: float | None, high: float | None) -> str:
    return "no interval" if low is None or high is None else f"{low:.2f} to {high:.2f}"
