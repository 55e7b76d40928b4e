"""The build room: writes all that is made, beside the old, and swaps it in whole."""

from vouchbank.build.steps import build, differences

__all__ = ["build", "differences"]
