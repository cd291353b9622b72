"""The pages in addition to the notebooks: the index and the tables."""

from padnet.reporting.table_format import markdown
from padnet.reporting.tables import numbers, rows
from padnet.site.source import plain_links

INTRODUCTION = """# PADNet

Companion of the paper *Proximal Alternating Direction Network: A Globally Converged Deep Unrolling Framework* by
Risheng Liu, Xin Fan, Shichao Cheng, Xiangyu Wang and Zhongxuan Luo (AAAI 2018,
[arXiv:1711.07653](https://arxiv.org/abs/1711.07653)).

Every page below is a notebook that was run from its first cell to its last, and shows what it printed and drew then.
They follow the sections of the paper. To change one and run it again, type `make lab` in the project's folder.
"""
TABLES = {
    1: "Deconvolution on the gradient domain: iterations and reconstruction error.",
    2: "Deconvolution of pictures: PSNR in dB and SSIM.",
    3: "Haze removal: PSNR in dB and SSIM of the radiance, mean absolute errors of the transmission and the radiance. "
    "The paper's benchmark is another one, so its numbers stand beside none of ours unless its files were there.",
}


def index(books):
    """The root page, MyST Markdown."""
    lines = [INTRODUCTION]
    for book in books:
        slides = f'<a href="slides/{book.name}.html">Slides</a>'
        lines.append(f"- **[{book.title}]({book.name}.ipynb).** {plain_links(book.summary)} {slides}")
    lines += ["", "[](tables.md), [](certificates.md) and [](equations.md) gather what is spread over them."]
    lines += ["", "[](reference/index.rst) tells what each function and class of the library takes and gives.", ""]
    menus = {"Notebooks": [book.name for book in books], "Across them": ["tables", "certificates", "equations"]}
    menus["Library"] = ["reference/index"]
    for caption, names in menus.items():
        lines += ["```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```", ""]
    return "\n".join(lines)


def tables(profile, root):
    """The page "Tables", MyST Markdown: every table of the profile, next to the paper's numbers.

    Raises PadnetError for records that are missing or cannot be read.
    """
    lines = [
        "# Tables",
        "",
        'A column "paper" holds what the paper prints for the row; it is empty where the paper has no such number.',
        "",
    ]
    for number in numbers(profile, root):
        lines += [f"## Table {number}", "", TABLES[number], "", markdown(rows(number, profile, root), number), ""]
    return "\n".join(lines)
