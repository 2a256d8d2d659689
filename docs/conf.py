"""How the documentation is built; nothing is fetched while it is."""

import os
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "src"), str(Path(__file__).parent / "_ext")]
os.environ.setdefault("NUMBA_DISABLE_JIT", "1")  # a page needs a kernel's docstring, not its machine code

import latex2mathml.converter
from docutils.nodes import SkipNode

from lichtbild import __version__

project = "Lichtbild"
author = "The Lichtbild authors"
copyright = "2026 The Lichtbild authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon", "rooms"]
myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
nitpicky = False

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_preserve_defaults = True
autosummary_generate = False
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = f"Lichtbild {__version__}"
html_show_sphinx = False
html_math_renderer = "mathml"


def _inline(writer, node):
    """A formula in a line, as MathML, which browsers draw by themselves."""
    writer.body.append(latex2mathml.converter.convert(node.astext()))
    raise SkipNode


def _block(writer, node):
    """A formula on its own line."""
    writer.body.append(
        f'<div class="math">{latex2mathml.converter.convert(node.astext(), display="block")}</div>'
    )
    raise SkipNode


def setup(app):
    """Draw formulas without a script from elsewhere."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
