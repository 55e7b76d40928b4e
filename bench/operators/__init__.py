"""The operators, by what they damage; importing a module registers its operators."""

from bench.operators import attributions, decisions, files, numbers, quotes, records, rules, shared, values

__all__ = ["attributions", "decisions", "files", "numbers", "quotes", "records", "rules", "shared", "values"]
