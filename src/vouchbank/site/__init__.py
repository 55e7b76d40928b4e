"""The corpus as static pages that need no network: `pages` makes them, the components in `bundle/` bring them to life.

Everything here is pure: rows in, bytes by name out. `vouchbank site` writes them.
"""

from vouchbank.site.pages import pages

__all__ = ["pages"]
