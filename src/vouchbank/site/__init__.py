"""The corpus as static pages that need no network: `pages` makes them, the scripts in `bundle/` make them interactive.

Nothing here writes files: rows go in, and bytes by file name come out. `vouchbank site` writes them.
"""

from vouchbank.site.pages import pages

__all__ = ["pages"]
