"""Build corpus/: everything is written into a new folder, which then replaces the old one."""

from vouchbank.build.steps import build, differences

__all__ = ["build", "differences"]
