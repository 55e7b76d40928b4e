"""The command `vouchbank`: parses, orders the steps, prints, sets the exit status. Nothing else prints or exits.

Exit status: 0 clean, 1 findings, 2 could not run.
"""

# importing a module registers its commands, in the order of the work
from vouchbank.cli import checking, making, mending, reading, releasing, withholding
from vouchbank.cli.base import main

__all__ = ["checking", "main", "making", "mending", "reading", "releasing", "withholding"]
