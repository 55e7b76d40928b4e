"""The command `vouchbank`: it parses arguments, calls the library, prints, and sets the exit status.

Only this package prints or exits. Exit status: 0 no errors, 1 errors, 2 could not run, 141 the reader of the output is
gone.
"""

from vouchbank.cli.commands import main

__all__ = ["main"]
