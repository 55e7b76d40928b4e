"""The command `vouchbank`: parses, orders the steps, prints, sets the exit status. Nothing else prints or exits.

Exit status: 0 clean, 1 findings, 2 could not run; 141 where nobody reads the output on.
"""

from vouchbank.cli.commands import main

__all__ = ["main"]
