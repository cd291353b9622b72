"""The table of lessons in the quickstart."""

from padnet.notebook.tables import table

__all__ = ["lessons_table"]

LESSONS = (
    ("01_introduction", "Introduction", "energies, unrolling, and what breaks when a network enters"),
    (
        "02_proximal_alternating_direction_network",
        "Proximal Alternating Direction Network",
        "(2) to (7), Algorithm 1 step by step",
    ),
    ("03_learning_with_convergence_guarantee", "Learning with Convergence Guarantee", "Condition 1, Theorem 1, rates"),
    (
        "03b_networks_that_keep_the_condition",
        "Learning with Convergence Guarantee",
        "Algorithm 2, the safeguard, failures, Theorem 2",
    ),
    ("04_convergence_on_gradient_domain", "Experiments", "Table 1 and Figure 1"),
    ("05_deconvolution_on_image_domain", "Experiments", "Table 2, deblurring beside other methods"),
    ("06_single_image_haze_removal", "Experiments", "Table 3, haze removal beside other methods"),
    ("07_proofs", "Supplement", "(20) to (34) checked line by line"),
    ("08_your_own_model", "beyond the paper", "a fidelity, a prior and a network of your own"),
)


def lessons_table() -> None:
    """Display the lessons as links, with the corresponding section of the paper."""
    head = ["notebook", "section of the paper", "what you learn"]
    table(head, [[f"[{name}]({name}.ipynb)", section, what] for name, section, what in LESSONS])
