"""Sphinx configuration; padnet.site.build adds the folders. Nothing is executed or downloaded."""

from padnet import __version__

project = "PADNet"
author = "the PADNet companion project"
copyright = author
version = release = __version__
language = "en"

extensions = ["myst_nb"]
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
pygments_style = "tango"
pygments_dark_style = "github-dark"

html_theme = "furo"
html_title = "PADNet"
html_copy_source = False
html_use_index = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_last_updated_fmt = None
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_theme_options = {"top_of_page_buttons": []}

mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {"svg": {"fontCache": "global"}, "options": {"enableMenu": False}}


def setup(app):
    """Load MathJax on every page, because the titles of other pages in the navigation may contain formulas."""
    app.set_html_assets_policy("always")
