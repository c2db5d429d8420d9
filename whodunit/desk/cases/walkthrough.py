"""The walkthrough of a face as a page, made of its Markdown."""

import re

from markdown_it import MarkdownIt
from markupsafe import Markup

from whodunit.incident.loader import Case

FILE = "README.md"
TITLE = re.compile(r"\A# .*\n")
WIDE = re.compile("<(pre|table)>")
"""What may be wider than the page, and is moved by keys when it has the focus."""


def walkthrough(case: Case) -> Markup:
    """The walkthrough of a face that comes with the program, without its title; of links, which lead into a checkout,
    the text alone.
    """
    text = (case.folder / FILE).read_text(encoding="utf-8")
    html = WIDE.sub(r'<\1 tabindex="0">', _markdown().render(TITLE.sub("", text)))
    return Markup(html)  # noqa: S704  the text is the program's own


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark").enable("table")
    for rule in ("link_open", "link_close"):
        markdown.add_render_rule(rule, lambda *_: "")
    return markdown
