"""Parts that several sections of params.yaml have. What their numbers mean stands at the objects made of them."""

from padnet.project.section import Section, Some


class Implicit(Section):
    """IPADNet's padnet.core.schedule.Schedule."""

    mu: float
    rho0: float
    gamma: float
    bound: float  # C_N of Condition 2, per square root of the number of pixels


class Stop(Section):
    """padnet.core.schedule.Stop."""

    epsilon: float  # the iteration error that ends a run, and
    k_max: int  # the number of steps that does


class Guard(Section):
    """padnet.core.schedule.Safeguard."""

    patience: int
    limit: int


class Layers(Section):
    """padnet.core.conv_unit.ConvUnit."""

    features: int
    dilations: Some[int]  # one a layer
    scale: float


class Pairs(Section):
    """padnet.data.deblurring_pairs.DataSpec, for pairs of many levels of noise."""

    pairs: int  # for training
    held: int  # held out
    held_pictures: int  # that these are cut from
    size: int  # of the truth, pixels a side
    noise: float  # standard deviation, white being 1; that of a pair lies between this and
    noise_most: float
    sizes: Some[int]  # of the kernels, pixels a side
    margin: int  # of the frame, pixels
    crop: int  # pixels a side that are not scored
