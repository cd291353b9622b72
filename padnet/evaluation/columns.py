"""The columns of the records, by type of record."""

GRADIENT = [
    "image",
    "kernel",
    "p",
    "variant",
    "test",
    "iterations",
    "stopped",
    "error",
    "iteration_error",
    "accepted",
    "energy",
    "verdict",
]
IMAGE = [
    "image",
    "kernel",
    "variant",
    "test",
    "psnr",
    "ssim",
    "start_psnr",
    "noise",
    "iterations",
    "stopped",
    "accepted",
    "energy",
    "verdict",
]
COMPARED = ["image", "kernel", "psnr", "ssim", "noise"]
LEVIN = ["image", "kernel", "reach", "ssd", "psnr", "ssim"]  # of padnet.evaluation.levin_check
HAZE = ["image", "beta", "variant", "psnr", "ssim", "l1_t", "l1_J", "verdict"]
