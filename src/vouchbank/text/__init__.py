"""Normalise raw text: find the article in a page, and map offsets between the raw and the clean text."""

from vouchbank.text.normalise import Correction, Normalised, Segment, Verdict, normalise
from vouchbank.text.offsets import ChangedRun, MapBuilder, OffsetMap, Projection
from vouchbank.text.rules import KEPT_ROLES, REMOVED_ROLES, UNKNOWN, RuleError, RuleSet, default_rules, read_rules

__all__ = [
    "KEPT_ROLES",
    "REMOVED_ROLES",
    "UNKNOWN",
    "ChangedRun",
    "Correction",
    "MapBuilder",
    "Normalised",
    "OffsetMap",
    "Projection",
    "RuleError",
    "RuleSet",
    "Segment",
    "Verdict",
    "default_rules",
    "normalise",
    "read_rules",
]
