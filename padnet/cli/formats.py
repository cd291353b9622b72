"""The formats that `padnet deconvolve` and `padnet dehaze` read and write, as text."""

from padnet.cli import kernel_files, picture_files, picture_output


def formats():
    """A few lines for --list-formats."""
    pictures = ", ".join((*picture_output.BITS, ".webp", ".gif (one picture)", ".pgm", ".ppm", ".jp2"))
    return "\n".join(
        [
            f"photographs: {pictures}, of 8 or 16 bits (PNG in colour: 8)",
            "deconvolve also reads TIFF of 32-bit numbers,",
            f"and FITS without compression: {', '.join(picture_files.FITS)}",
            f"kernels: the same, and {', '.join(kernel_files.FORMATS)}",
            f"results: {', '.join(picture_output.BITS)}",
            f"not read: {', '.join(picture_files.RAW[:4])} and other raw files, {', '.join(picture_files.HEIF)}",
        ]
    )
