"""Stands in for the long stages of the pipeline: writes what they write, in no time.

Copied over the modules SHORT (see test_dvc) in a copy of the project.
"""

import argparse
import itertools
from pathlib import Path

HEAD = "image,kernel,p,variant,test,iterations,stopped,error,iteration_error,accepted,energy,verdict\n"
VARIANTS = {
    "admm": ("same", "tuned"),
    "hqs": ("same", "tuned"),
    "ipadnet": ("bounded",),
    "epadnet": ("guarded", "unguarded"),
}


IMAGE_HEAD = "image,kernel,variant,test,psnr,ssim,start_psnr,noise,iterations,stopped,accepted,energy,verdict\n"
FIGURES = {
    "04_convergence_on_gradient_domain": ("figure1",),
    "05_deconvolution_on_image_domain": (
        "deconvolution",
        "deconvolution_worst",
        "psnr_of_stages",
        "training_image",
        "deconvolution_methods",
        "psnr_against_time",
    ),
    "06_single_image_haze_removal": (
        "haze_guidance",
        "haze_pictures",
        "haze_methods",
        "haze_worst",
        "haze_photographs",
        "training_haze",
    ),
}
TRAINED = {"safetensors": "x", "json": "{}", "csv": "step,loss\n1,2\n"}
HAZE = ("hazy", "constant", "median", "guidance", "refined", "ipadnet")


def write(path, text):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def records(method):
    lines = [
        f"im1,k1,{p},{variant},{'descent' if method == 'epadnet' else ''},5,converged,0.4,0.01,{'4' if method == 'epadnet' else ''},1.5,"
        f"{'converged' if method.endswith('padnet') else ''}"
        for p in (("",) if method == "ipadnet" else ("1.0", "0.8", "0.0"))
        for variant in VARIANTS[method]
    ]
    return HEAD + "\n".join(lines) + "\n"


def image_records(method):
    lines = [
        f"im1,k1,{variant},{'descent' if method == 'epadnet' else ''},30.0,0.9,29.0,0.01,5,k_max,{'4,1.5' if method == 'epadnet' else ','},stopped"
        for variant in VARIANTS[method]
    ]
    return IMAGE_HEAD + "\n".join(lines) + "\n"


def main(argv=None):
    parser = argparse.ArgumentParser()
    for option in ("out", "seed", "profile", "method", "model", "set", "name", "weights"):
        parser.add_argument(f"--{option}")
    args = parser.parse_args(argv)
    stage = Path(__file__).stem
    results = f"results/{args.profile}"
    if stage == "converge":
        for name in ("converge", "converge_curves", "survival"):
            write(f"{results}/{name}.csv", "k\n1\n")
    elif stage == "kept_runs":
        for picture, method in itertools.product(("camera", "coins"), ("ipadnet", "epadnet")):
            write(f"{results}/iterates/{picture}-{method}.safetensors", "x")
    elif stage == "colour":
        write(f"{results}/colour.csv", "picture\na\n")
    elif stage == "ssim_definitions":
        for kind in ("csv", "md"):
            write(f"{results}/ssim.{kind}", "x\n")
    elif stage == "heldout":
        row = f"{args.weights},disk,0.01,true,im1,20,25,True"
        write(
            f"{results}/heldout/{args.weights}.csv", f"weights,kernel,noise,told,picture,input_psnr,psnr,holds\n{row}\n"
        )
    elif stage == "airlight":
        write(f"{results}/tuning/haze-airlight.csv", "method\nknown\n")
    elif stage == "explicit_networks":
        write(f"{results}/tuning/gradient-explicit.csv", "prior\nl1\n")
        for prior in ("l1", "l0.8", "l0"):
            write(f"weights/{args.profile}/gradient-explicit-{prior}.safetensors", "x")
            write(f"weights/{args.profile}/gradient-explicit-{prior}.json", "{}")
    elif args.out:
        write(f"{args.out}/a/x.txt", args.seed or "x")
    elif args.name:
        for path in (
            f"notebooks/{args.name}.ipynb",
            *(f"figures/{f}.{e}" for f in FIGURES.get(args.name, ()) for e in ("svg", "png")),
        ):
            write(f"{results}/{path}", "x")
    elif args.model:
        for ending, text in TRAINED.items():
            write(
                f"weights/{args.profile}/{stage.removeprefix('train_').replace('baseline', 'methods')}-{args.model}.{ending}",
                text,
            )
    elif args.set and args.seed:
        write(f"{results}/records/{args.set}/seeds-{args.method}-{args.seed}.csv", records(args.method))
        write(f"{results}/certificates/{args.set}/seeds-{args.method}-{args.seed}.json", "{}")
    elif args.set and args.set.endswith("-haze"):
        for method in [args.method] if args.method else HAZE:
            verdict = "stopped" if method == "ipadnet" else ""
            write(
                f"{results}/records/{args.set}/haze-{method}.csv",
                f"image,beta,variant,psnr,ssim,l1_t,l1_J,verdict\nim1,0.3,known,20,0.9,0.1,0.1,{verdict}\n",
            )
        if not args.method:
            write(f"{results}/certificates/{args.set}/haze-ipadnet.json", "{}")
    elif args.set and not args.method:
        for method in ("ipadnet", "epadnet"):
            write(f"{results}/records/{args.set}/image-{method}.csv", image_records(method))
            write(f"{results}/certificates/{args.set}/image-{method}.json", "{}")
    elif args.set and args.method not in VARIANTS:
        write(
            f"{results}/records/{args.set}/compared-{args.method}.csv",
            "image,kernel,psnr,ssim,noise\nim1,k1,30,0.9,0.01\n",
        )
    elif args.set:
        write(f"{results}/records/{args.set}/gradient-{args.method}.csv", records(args.method))
        if args.method.endswith("padnet"):
            write(f"{results}/certificates/{args.set}/gradient-{args.method}.json", "{}")
    elif args.profile == "paper" and not (args.set or args.method):
        write("results/paper/ablations.csv", "entry\nmu\n")
        write("results/paper/deviations.md", "x")
    elif not args.profile:
        write(
            "results/paper/records/levin-real/image-sparse.csv", "image,kernel,reach,ssd,psnr,ssim\nim1,k1,7,1,33,0.9\n"
        )
    else:
        write(f"{results}/tuning/gradient-{args.method}.csv", "lam\n1\n")


if __name__ == "__main__":
    main()
