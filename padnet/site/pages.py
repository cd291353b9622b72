"""The pages in addition to the notebooks and documents: the first page and the tables."""

import shutil
from pathlib import Path

from padnet.project.paths import results
from padnet.reporting.table_format import markdown
from padnet.reporting.tables import numbers, rows
from padnet.site.source import plain_links

INTRODUCTION = """# PADNet

Deblurring and haze removal by networks inside a proximal alternating direction method, with a certificate of
convergence for every picture: the companion of *Proximal Alternating Direction Network: A Globally Converged Deep
Unrolling Framework* by Risheng Liu, Xin Fan, Shichao Cheng, Xiangyu Wang and Zhongxuan Luo (AAAI 2018,
[arXiv:1711.07653](https://arxiv.org/abs/1711.07653)).
"""
PICTURE = "deconvolution.png"
SEEN = "From the left: the truth, the blurred picture, and the pictures that the two networks give; with details below."
# reader: sentence with {page} or {page|text}; a page that the site does not have is plain text.
WAYS = {
    "A student": (
        "Begin with {00|Quickstart}, then read {01} to {08} in order. Answers to the exercises are checked in "
        "JupyterLab, which <code>make lab</code> opens; here a solution is behind “Show the solution”."
    ),
    "A teacher": (
        "{classroom|A class} shares one copy of data and environment. Every notebook has slides; "
        "<code>padnet student</code> writes the notebooks without solutions."
    ),
    "A person with a photograph": (
        "{photographs|One command} takes blur or haze away, where the blur kernel is known. {00|The quickstart} shows "
        "how, and what a certificate says."
    ),
    "A researcher": (
        "{tables|Tables} beside the paper's, {comparison|each number compared}, {deviations|deviations}, "
        "{certificates|certificates}; then {own_model|a model of your own} and {reference/index|the reference}."
    ),
}
TABLES = {
    1: "Deconvolution on the gradient domain: iterations and reconstruction error.",
    2: "Deconvolution of pictures: PSNR in dB and SSIM.",
    3: "Haze removal: PSNR in dB and SSIM of the radiance, mean absolute errors of the transmission and the radiance. "
    "The paper's benchmark is another one, so its numbers stand beside none of ours unless its files were there.",
}


def picture(profile, root, static):
    """Copy the picture of the first page into the folder `static`; whether the profile's results have it."""
    path = results(profile, root) / "figures" / PICTURE
    if not path.is_file():
        return False
    static.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, static / PICTURE)
    return True


def notebook(book, profile, root):
    """The text of the notebook's file: the source that a reader runs, or the executed one where there is no source."""
    source = Path(root) / "notebooks" / f"{book.name}.ipynb"
    path = source if source.is_file() else results(profile, root) / "notebooks" / source.name
    return path.read_text(encoding="utf-8")


def index(books, documents, pictured):
    """The root page, MyST Markdown. documents: {page: (menu, Path)}. pictured: whether it shows its picture."""
    lines = [INTRODUCTION]
    if pictured:
        lines += [f"![{SEEN}](_static/{PICTURE})", ""]
    names = {"tables", "certificates", "reference/index", *documents}
    goals = {book.number: book.name for book in books} | {name: name for name in names}
    ways = [f"<div><h3>{who}</h3><p>{_way(told, goals)}</p></div>" for who, told in WAYS.items()]
    lines += ['<div class="ways">', *ways, "</div>", "", "## The notebooks", ""]
    lines += [
        "They follow the sections of the paper. Each page is a notebook that was run from first to last cell.",
        "",
    ]
    for book in books:
        slides = f'<a href="slides/{book.name}.html">Slides</a>'
        lines.append(f"- **[{book.numbered}]({book.name}.ipynb).** {plain_links(book.summary)} {slides}")
    gathered = ["tables", "certificates", *(name for name, (menu, _) in documents.items() if menu == "Results")]
    menus = {"Notebooks": [book.name for book in books], "Results": gathered}
    menus["Use"] = [name for name, (menu, _) in documents.items() if menu == "Use"]
    menus["Library"] = ["equations", "reference/index"]
    lines += ["", "[](tables.md), [](certificates.md) and [](equations.md) gather what is spread over them."]
    lines += ["", "[](reference/index.rst) tells what each function and class of the library takes and gives.", ""]
    for caption, pages in menus.items():
        if pages:
            lines += ["```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```", ""]
    return "\n".join(lines)


def _way(told, goals):
    """A sentence with its {page|text} as links."""
    for part in [piece.split("}")[0] for piece in told.split("{")[1:]]:
        page, _, text = part.partition("|")
        link = f'<a href="{goals[page]}.html">{text or page}</a>' if page in goals else text or page
        told = told.replace(f"{{{part}}}", link)
    return told


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
