"""The tables as Markdown pages of the repository: results/PROFILE/tables/table1.md to table3.md, and seeds.md."""

from padnet.reporting.table_format import markdown

TITLES = {
    1: "Table 1: deconvolution on the gradient domain",
    2: "Table 2: deconvolution of pictures",
    3: "Table 3: haze removal",
}


def table_page(rows, number, profile):
    """Table 1, 2 or 3 as a page, Markdown. rows: of table1(), table2() or table3()."""
    return page(TITLES[number], f"table{number}", f"padnet report --profile {profile}", markdown(rows, number) + "\n")


def page(title, name, command, body):
    """A page of a table, Markdown: its title, the command that wrote it, links to its data and documentation, and
    `body`.
    """
    return (
        f"# {title}\n\n"
        f"Written by `{command}`; the same numbers, with all their digits: [{name}.csv]({name}.csv). What the columns "
        f"mean, and what differs from the paper: [docs/tables.md](../../../docs/tables.md).\n\n{body}"
    )
