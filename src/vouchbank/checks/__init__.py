"""The checks: run every rule, level by level, and return all findings of a run at once.

Any module of this package may define rules; a rule needs no other registration (see `vouchbank.checks.rule`).

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> check(Corpus(repository_root()))
    []
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from vouchbank.checks.ids import Ids
from vouchbank.checks.rule import rule
from vouchbank.checks.run import check, check_article
from vouchbank.checks.subjects import Judged, JudgedArticle, JudgedCorpus, JudgedFile, JudgedLayer
from vouchbank.findings import CHECKS, Check, Fault, Level

__all__ = [
    "CHECKS",
    "Check",
    "Fault",
    "Ids",
    "Judged",
    "JudgedArticle",
    "JudgedCorpus",
    "JudgedFile",
    "JudgedLayer",
    "Level",
    "check",
    "check_article",
    "rule",
]

for _module in walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
