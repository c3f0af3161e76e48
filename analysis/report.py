"""An analysis as text: warnings, one sentence per contrast, a table, months, what was dropped."""

from analysis.parts import Bootstrap, Cace, OtherDf, Permutation, Posterior
from analysis.reporting.text import around_lines, contrast_lines
from analysis.result import Contrast, EffectResult, Subgroup


def report(result: EffectResult) -> str:
    """Return the text ``loting estimate`` prints, rounded for reading."""
    parts = [f"Warning: {sentence}" for sentence in result.warnings]
    parts += [sentence(contrast, result.level) for contrast in result.contrasts]
    parts += ["", *_model_lines(result)]
    for contrast in result.contrasts:
        parts += ["", *_contrast_lines(contrast)]
    for subgroup in result.subgroups or ():
        parts += _subgroup_lines(subgroup)
    parts += around_lines(result)
    if result.syntax is not None:
        for title, code in (
            ("R", result.syntax.r),
            ("Stata", result.syntax.stata),
            ("Python", result.syntax.statsmodels),
        ):
            parts += ["", f"The same model in {title}:", code]
    parts += ["", *_flow_lines(result)]
    return "\n".join(parts).strip("\n")


def sentence(contrast: Contrast, level: float) -> str:
    """Return one sentence: the headline size, its interval, p and months."""
    size = contrast.effect_sizes[0]
    interval = ""
    if size.low is not None and size.high is not None:
        interval = f" ({level:.0%} interval {size.low:.2f} to {size.high:.2f})"
    months = contrast.months.value
    return (
        f"{contrast.arm} against {contrast.control}: {size.value:.2f} standard deviations"
        f"{interval}, p = {contrast.p_value:.3f}, {months} month{'' if abs(months) == 1 else 's'} "
        f"of additional progress."
    )


def _model_lines(result: EffectResult) -> list[str]:
    model = result.model
    width = max(len(c.term) for c in model.coefficients)
    lines = [f"{'Term':<{width}}  {'Estimate':>10}  {'Std. error':>10}"]
    lines += [
        f"{c.term:<{width}}  {c.estimate:>10.4f}  {c.std_error:>10.4f}" for c in model.coefficients
    ]
    lines.append("")
    for title, variances, icc in (
        (f"Variances ({model.method})", model.variances, model.icc),
        ("Variances (empty model)", result.unconditional.variances, result.unconditional.icc),
    ):
        known = [f"{name} {value:.4f}" for name, value in variances.items() if value is not None]
        known += [f"ICC {name} {value:.4f}" for name, value in icc.items() if value is not None]
        lines.append(f"{title}: " + ", ".join(known))
    for name, shares in result.covariate_icc.items():
        text = ", ".join(f"{level} {share:.4f}" for level, share in shares.items())
        lines.append(f"ICC of {name} (empty model): {text}")
    return lines


def _contrast_lines(contrast: Contrast) -> list[str]:
    lines = [f"{contrast.arm} against {contrast.control}, in the units of the outcome"]
    lines.append(f"  {'df method':<16}  {'estimate':>8}  {'df':>8}  {'p':>6}  interval")
    rows: list[Contrast | OtherDf] = [contrast, *contrast.other_df]
    for row in rows:
        df = "" if row.df is None else f"{row.df:.2f}"
        lines.append(
            f"  {row.df_method:<16}  {contrast.estimate:>8.4f}  {df:>8}  {row.p_value:>6.3f}  "
            f"{row.low:.4f} to {row.high:.4f}"
        )
    for size in contrast.effect_sizes:
        interval = "no interval"
        if size.low is not None and size.high is not None:
            interval = f"{size.low:.2f} to {size.high:.2f} ({size.interval})"
        lines.append(f"  {size.name}: {size.value:.2f}, {interval}")
    if contrast.profile is not None:
        lines.append(f"  profile: {contrast.profile.low:.4f} to {contrast.profile.high:.4f}")
    if contrast.posterior is not None:
        lines.append(f"  {_posterior_line(contrast.posterior)}")
    if contrast.permutation is not None:
        lines.append(f"  {_permutation_line(contrast.permutation)}")
    if contrast.bootstrap is not None:
        lines.append(f"  {_bootstrap_line(contrast.bootstrap)}")
    if contrast.cace is not None:
        lines.append(f"  {_cace_line(contrast.cace)}")
    lines += contrast_lines(contrast)
    lines.append(f"  months: {contrast.months.value} (table {contrast.months.table})")
    for side, count in contrast.n.items():
        mean = contrast.unadjusted_means[side]
        lines.append(
            f"  {side}: {count.pupils} pupils in {count.schools} schools, "
            f"unadjusted mean {mean.mean:.2f}"
        )
    return lines


def _posterior_line(found: Posterior) -> str:
    above = ", ".join(f"above {effect} {share:.0%}" for effect, share in found.above.items())
    prior = found.prior
    if found.effect_prior is not None:
        prior += ", effect {:.4f} with deviation {:.4f}".format(*found.effect_prior)
    return (
        f"posterior ({prior}): {found.mean:.4f} ({found.low:.4f} to {found.high:.4f}); "
        f"effect size {above}"
    )


def _permutation_line(test: Permutation) -> str:
    interval = ""
    if test.low is not None and test.high is not None:
        interval = f", not rejected {test.low:.4f} to {test.high:.4f}"
    number = f"all {test.draws}" if test.exact else str(test.draws)
    return f"permutation: p = {test.p_value:.4f} of {number} allocations, {test.scheme}{interval}"


def _bootstrap_line(found: Bootstrap) -> str:
    lost = f", {found.failed} without an estimate" if found.failed else ""
    return (
        f"bootstrap of {found.scheme}: {found.low:.4f} to {found.high:.4f}, effect size "
        f"{found.effect_size_low:.2f} to {found.effect_size_high:.2f} ({found.draws} draws{lost})"
    )


def _cace_line(found: Cace) -> str:
    f, clustered = found.first_stage_f, found.first_stage_f_clustered
    strength = "without end, everyone did as drawn"
    if f is not None and clustered is not None:
        strength = f"{f:.1f}, clustered {clustered:.1f}"
    bounds = ""
    if found.bounds is not None:
        low, high = found.bounds
        bounds = (
            f"; were the {found.without_dose} pupils without a dose to have had none or enough: "
            f"{low:.4f} to {high:.4f}"
        )
    return (
        f"compliers (dose at least {found.threshold:g}; {found.compliant['arm']:.0%} of the arm, "
        f"{found.compliant['control']:.0%} of control): {found.estimate:.4f} "
        f"({found.low:.4f} to {found.high:.4f}), effect size {found.effect_size:.2f}, "
        f"first-stage F {strength}{bounds}"
    )


def _subgroup_lines(subgroup: Subgroup) -> list[str]:
    lines = ["", f"Subgroups of {subgroup.column}"]
    lines += [
        f"  {i.term}: {i.estimate:.4f} ({i.low:.4f} to {i.high:.4f}), p = {i.p_value:.3f}"
        for i in subgroup.interactions
    ]
    if subgroup.refused is not None:
        lines.append(f"  difference in effect: not estimated, {subgroup.refused}")
    if subgroup.without:
        lines.append(f"  without a value in {subgroup.column}: {subgroup.without} pupils")
    for level in subgroup.levels:
        if level.refused is not None:
            lines.append(f"  {level.level}: not estimated, {level.refused}")
        for contrast in level.contrasts:
            size = contrast.effect_sizes[0]
            lines.append(
                f"  {level.level}, {contrast.arm} against {contrast.control}: {size.value:.2f} "
                f"({size.low:.2f} to {size.high:.2f}), {level.n_pupils} pupils"
            )
    return lines


def _flow_lines(result: EffectResult) -> list[str]:
    lines = [f"{result.n_pupils} pupils in {result.n_schools} schools analysed."]
    lines += [f"Left out, {reason}: {count}." for reason, count in result.dropped.items()]
    return lines
