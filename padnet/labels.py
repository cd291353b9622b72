"""The display names of all methods and tests in tables, figures and pages."""

PADNETS = {"ipadnet": "IPADNet", "epadnet": "EPADNet"}
METHODS = {"admm": "ADMM", "hqs": "HQS", **PADNETS}
# The l_p priors of the gradient domain, with their formulas for matplotlib.
PRIORS = {"l1": r"$\ell_1$", "l0.8": r"$\ell_{0.8}$", "l0": r"$\ell_0$"}
# The methods compared in Table 2: modules of padnet.baselines.deblurring, and their names in the paper.
COMPARED = {"tv": "TV", "hyperlaplacian": "HL", "epll": "EPLL", "iddbm3d": "IDD-BM3D", "mlp": "MLP", "csf": "CSF"}
# The methods compared in Table 3.
DEHAZERS = {"he": "He", "meng": "Meng", "chen": "Chen", "berman": "Berman", "li": "Li", "ren": "Ren", "cai": "Cai"}
# The rows of Table 3: reference values, compared methods, and PADNet.
HAZE = {
    "hazy": "hazy picture",
    "constant": "one t for all (oracle)",
    "median": "median of t (oracle)",
    "guidance": "t~",
    "refined": "t~, guided filter",
    **DEHAZERS,
    "ipadnet": "IPADNet",
}
NAMES = (
    METHODS | COMPARED | HAZE | {"sparse": "deconvSps"}
)  # the last one is the check of the captures, see padnet.evaluation.levin_check
# The acceptance tests of EPADNet, and the controls.
TESTS = {"descent": "(21) and (24)", "condition1": "Condition 1"}
CONTROLS = {"left out": "networks left out", "random": "random weights"}

# Image networks by their files in weights/PROFILE, and what tables call them.
IMAGE_NETWORKS = {"ladder-before": "before", "ladder-joint": "joint", "ladder-longer": "longer", "image-ipadnet": "now"}
# Two short trainings that differ in their seed alone, to tell gain from chance; no rungs of the tables.
SEEDS = {"ladder-short": "short", "ladder-short-again": "short, next seed"}
