"""The settings of lesson 06 that the paper does not state, and differences from the paper."""

from collections.abc import Mapping

from IPython.display import Markdown, display

from padnet.tasks.dehazing import LEAST

__all__ = ["setting_sentences"]


def setting_sentences(settings, trained: Mapping) -> None:
    """List the settings that the paper does not state, and differences from the paper.

    settings: those of the Dehazer. trained: the section paper.haze of params.yaml.
    """
    s, i, data = settings.raw, settings.schedule, trained["data"]
    guidance, unit, working = s["guidance"], s["unit"], s["working"]
    lines = [
        f"- Guidance: C_0 = {255 * guidance['C0']:.0f}/255, C_1 = {255 * guidance['C1']:.0f}/255, windows of "
        f"{guidance['size']} working pixels a side; the same bounds for all channels.",
        f"- IPADNet: mu = {i.mu:g}, rho = {i.rho0:g} · {i.gamma:g}^k, {s['stop']['k_max']} stages; the residual is "
        f"scaled back to C_N alpha (Condition 2), C_N = {s['implicit']['bound']:g} times the square root of the number "
        "of pixels.",
        f"- The networks have {len(unit['dilations'])} layers as the paper's, of {unit['features']} channels, dilated "
        f"by {unit['dilations']}. They see I / A beside t; the paper does not say that its networks see more than t.",
        f"- They work at a reduced size, blocks of at least {working['reduce']} pixels a side and at most "
        f"{working['side']} blocks along a side; t is brought back by a guided filter of radius {working['radius']}.",
        f"- J is recovered with t no less than {s['least']:g}, in photographs {LEAST:g}, and not stretched in contrast "
        "or brightness.",
        f"- Trained on {data['pairs']} pairs, {data['scenes']:.0%} of them scenes of known depth and the others "
        f"photographs under simulated depth; near objects before {data['near']:.0%} of them, against halos beside dark "
        f"things in front of far haze; beta from {data['beta'][0]:g} to {data['beta'][1]:g} over the median depth, and "
        f"a wrong airlight in {data['astray']:.0%} of them.",
        f"- The error trained is minus the PSNR of J plus {trained['weight']:g} dB for an L1 error of 1 in t.",
    ]
    display(Markdown("\n".join(lines)))
