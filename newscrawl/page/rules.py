"""What is a site's own about reading its pages: selectors, as data.

``ArticleRules`` is frozen and slotted, so a misspelt name fails at import. A CMS family is a value
(``families.py``); a site takes one and changes what differs: ``rules = MASTERCMS.but(authors="...")``.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Self

from newscrawl.page.select import Selectors


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRules:
    """CSS selectors for one site, named after the field they fill; ``None``: the page's own metadata serve.

    A selector that ends in ``::attr(name)`` takes an attribute. Selectors parted by commas are several layouts: the
    first that finds something counts; for ``drop``, ``figures`` and ``images`` all of them count.
    """

    family: str | None = None
    """Name of the CMS family that the rules are of; ``None``: the site's own."""
    body: str | None = None
    """The element that holds the text; several that match are read one after the other."""
    title: str | None = None
    lead: str | None = None
    published: str | None = None
    modified: str | None = None
    authors: str | None = None
    section: str | None = None
    tags: str | None = None
    source_name: str | None = None
    """The paper or agency that the text is taken from; where it finds nothing, the publisher."""
    lead_prefix: str | None = None
    """Regular expression for what opens the lead and is none of it: ``(Dân trí) - ``."""
    drop: str | None = None
    """Elements inside the body that are no text of the article."""
    figures: str | None = None
    """Elements inside the body, other than ``figure`` and tables of pictures, whose text is caption."""
    images: str | None = None
    """Elements outside the body whose pictures belong to the article."""
    line_breaks: bool = False
    """Whether a single ``br`` parts paragraphs."""
    end_mark: str | None = None
    """Regular expression for what closes the text and is no part of it: ``-0-``."""
    dateline: bool = False
    """Whether the day may be taken from the dateline when the page states none."""
    republished: bool = False
    """Whether pages carry another paper's article, with a source line and a source label."""

    def but(self, **changes: Any) -> Self:
        """Return these rules with ``changes``.

        Raises:
            TypeError: for a name that is no field.
        """
        return replace(self, **changes)

    @property
    def selectors(self) -> Selectors:
        """What the selectors begin with."""
        return _selectors(self)


@lru_cache(maxsize=256)
def _selectors(rules: ArticleRules) -> Selectors:
    whole = (rules.title, rules.lead, rules.body, rules.published, rules.modified, rules.authors, rules.section,
             rules.tags, rules.source_name, rules.images)  # fmt: skip
    return Selectors(whole, inside=(rules.drop, rules.figures))


GENERIC = ArticleRules()
"""No rules: structured data, then structure."""
