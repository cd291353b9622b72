"""Classes shared by several sections of params.yaml. The parameters are documented in the objects built from them."""

from padnet.project.section import Section, Some


class Implicit(Section):
    """The padnet.core.schedule.Schedule of IPADNet."""

    mu: float
    rho0: float
    gamma: float
    bound: float  # C_N of Condition 2, per square root of the number of pixels


class Stop(Section):
    """padnet.core.schedule.Stop."""

    epsilon: float  # tolerance on the iteration error
    k_max: int  # maximum number of steps


class Guard(Section):
    """padnet.core.schedule.Safeguard."""

    patience: int
    limit: int


class Layers(Section):
    """padnet.core.conv_unit.ConvUnit."""

    features: int
    dilations: Some[int]  # one per layer
    scale: float


class Pairs(Section):
    """padnet.data.deblurring_pairs.DataSpec, for pairs with a range of noise levels."""

    pairs: int  # for training
    held: int  # held out
    held_pictures: int  # number of images that these are cropped from
    size: int  # side of the ground truth, pixels
    noise: float  # standard deviation, for an intensity range of [0, 1]; noise_most is the upper end
    noise_most: float
    sizes: Some[int]  # side of the kernels, pixels
    margin: int  # of the frame, pixels
    crop: int  # pixels per side that are not scored
