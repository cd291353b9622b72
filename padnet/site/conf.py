"""Sphinx configuration; padnet.site.build adds the folders. Nothing is executed or downloaded."""

import html
import re

from docutils import nodes

from padnet import __version__
from padnet.site import code_lines, docstrings

LONGEST = 200  # characters of the description of a page
TAG = re.compile(r"<[^>]*>")

project = "PADNet"
author = "the PADNet companion project"
copyright = author
version = release = __version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
suppress_warnings = ["config.cache", "myst.header", "misc.highlighting_failure"]
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
nb_ipywidgets_js = {}
nb_merge_streams = True
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_update_mathjax = False
myst_dmath_double_inline = True

# The reference: types stand in the signatures, defaults as they are written, and every line of code has its number.
autodoc_default_options = {"members": True, "member-order": "bysource", "special-members": "__call__"}
autodoc_inherit_docstrings = False
autodoc_preserve_defaults = True
add_module_names = False
python_use_unqualified_type_names = True
maximum_signature_line_length = 88
napoleon_numpy_docstring = False
napoleon_use_param = napoleon_use_rtype = False
napoleon_custom_sections = [("Attributes", "params_style")]
viewcode_line_numbers = True

pygments_style = "a11y-high-contrast-light"  # of a package that furo brings; tango's strings and operators are too pale
pygments_dark_style = "github-dark"

html_theme = "furo"
html_favicon = "icon.svg"
html_title = "PADNet"
html_copy_source = False
html_use_index = html_domain_indices = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_last_updated_fmt = None
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_theme_options = {"top_of_page_buttons": []}

mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {"svg": {"fontCache": "global"}, "options": {"enableMenu": False}}


def fold(app, pagename, templatename, context, doctree):
    """Show in a page's sidebar what is on the way to it; with the whole reference a build takes twice as long."""
    whole = context["toctree"]
    context["toctree"] = lambda **options: whole(**options | {"collapse": True})


def describe(app, pagename, templatename, context, doctree):
    """Give a page the description that search engines and previews show: its first paragraph."""
    told = next((p.astext() for p in doctree.findall(nodes.paragraph)), "") if doctree else ""
    told = (
        " ".join(TAG.sub("", told).split())
        or f"{context.get('title', pagename)}: a page of the companion of the paper PADNet"
    )
    told = told if len(told) <= LONGEST else told[:LONGEST].rsplit(" ", 1)[0] + " …"
    context["metatags"] = context.get("metatags", "") + f'\n<meta name="description" content="{html.escape(told)}">'


def setup(app):
    """Load MathJax on every page, because the titles of other pages in the navigation may contain formulas."""
    app.set_html_assets_policy("always")
    app.connect("autodoc-process-docstring", docstrings.process, priority=400)  # before napoleon
    app.connect("autodoc-process-signature", docstrings.signature)
    app.connect("html-page-context", fold, priority=400)  # before the theme
    app.connect("html-page-context", describe)
    app.connect("html-page-context", code_lines.number_lines)
