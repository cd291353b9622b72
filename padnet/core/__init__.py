"""The mathematics: operators, fidelities, priors, networks, Algorithms 1 and 2, certificates."""
