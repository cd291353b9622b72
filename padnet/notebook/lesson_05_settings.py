"""The settings of lesson 05 that the paper does not state, and differences from the paper."""

from IPython.display import Markdown, display

__all__ = ["setting_sentences"]


def setting_sentences(settings) -> None:
    """List the settings that the paper does not state, and differences from the paper.

    settings: those of the Restorer.
    """
    s, e, i = settings.raw, settings.explicit, settings.implicit
    energy, unit, shrinkage = s["energy"], s["unit"], s["shrinkage"]
    rescaled = "divided by gamma when rho grows by it" if i.rescale else "left as it is when rho grows"
    lines = [
        f"- Energy: p = {energy['p']:g}, lambda = {energy['lam']:g}, beta = {energy['beta']:g}, with the data term "
        f"weighted by ({energy['noise']:g} / sigma)^2, in IPADNet by ({energy['noise']:g} / sigma)^{settings.power:g}; "
        "the paper has no such weight.",
        f"- EPADNet: mu = {e.mu:g}, {s['stop']['explicit']} stages from the gradient of the blurred picture. It has no "
        "networks of its own: the pictures of IPADNet's stages propose its steps, so (3) and (5) have no part in it.",
        f"- Its steps are put to (21) with a = {e.test.a:g} and (24) with b = {e.test.b:g} <= (L + mu) / 0.99, all "
        "that the proof of Theorem 1 uses; the paper assumes Condition 1, which is recorded with "
        f"C_E = {e.C_E:g}.",
        f"- The step size of (7) is 0.99 / (L + mu) = {0.99 / (energy['beta'] + e.mu):.3f}, L = beta, where the paper "
        "has 1.",
        f"- IPADNet: mu = {i.mu:g}, rho = {i.rho0:g} · {i.gamma:g}^k, {s['stop']['implicit']} stages; the residual is "
        "scaled back to C_N alpha (Condition 2).",
        f"- Its lambda is {rescaled}. The paper's (5) leaves it: what an early stage takes away then returns in later "
        "ones at its full size.",
        _units(unit, shrinkage),
        f"- G: {len(unit['dilations'])} layers of {unit['features']} channels, dilated by {unit['dilations']}; it is "
        "told the noise level. One set of weights serves the whole range of levels, "
        "from {:g} to {:g} %.".format(*(100 * level for level in settings.trained)),
        _border(s["frame"]["passes"], settings.told),
    ]
    display(Markdown("\n".join(lines)))


def _units(unit: dict, shrinkage: dict) -> str:
    if factor := unit.get("unshuffle"):
        return (
            f"- A stage of IPADNet has one unit, the paper's convolutions. They see the picture at 1 / {factor} of its "
            f"size: its {factor**2} phases are {factor**2} channels (pixel unshuffling), which saves time that wider "
            "layers use. The paper does not say at what size they work."
        )
    return (
        f"- A stage of IPADNet has two units: a shrinkage of {shrinkage['size'] ** 2 - 1} filters with "
        f"{shrinkage['centres']} radial basis functions each, the form of the paper's unit for Table 1, and then the "
        "convolutions below. The paper has these alone."
    )


def _border(passes: int, told: bool) -> str:
    before = "The border is filled by a quadratic prior until it settles, the noise level being known. " if told else ""
    if passes == 1:
        return f"- {before}One pass of the networks follows."
    return (
        f"- {before}The border is refreshed: after a pass, the unseen padding is replaced by the blur of the picture "
        f"found ({passes} passes in all)."
    )
