"""The command line of `python -m padnet.experiments.train_NAME`, which is the same for every NAME."""

import argparse

from padnet.experiments.distributed import join
from padnet.experiments.trainer import Entry, train


def run(entry: Entry, name: str, argv: list[str] | None = None) -> None:
    """Train the model of experiment ``name`` that is selected by the options; print its size and held-out metrics."""
    parser = argparse.ArgumentParser(
        prog=f"padnet train --experiment {name}", description=f"Train a model of the experiment {name}."
    )
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    parser.add_argument("--model", required=True, help=", ".join(entry.models))
    parser.add_argument("--minutes", type=float, help="end the training after so long, with the weights it has")
    parser.add_argument("--device", choices=["cpu", "cuda"], help="default: a GPU when there is one")
    options = parser.parse_args(argv)
    entry.path(options.profile, options.model, "safetensors")  # rejects an unknown model before any data are read
    card = train(entry, options.profile, options.model, device=options.device, minutes=options.minutes)
    if join().first:
        found = ", ".join(f"{name} {value:.4f}" for name, value in sorted(card["validation"].items()))
        size = f"units {card['units']}" if "units" in card else f"parameters {card['parameters']}"
        print(f"{options.model}: {size}, held-out {found}")
