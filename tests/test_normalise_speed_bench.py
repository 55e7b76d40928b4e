"""The comparison of speeds: every reader has a column, and one that is not installed says so."""

from __future__ import annotations

from bench.normalise_speed import MISSING, readers, report, seeds, speeds


def test_a_reader_that_is_not_installed_has_a_cell_that_says_so() -> None:
    names = list(readers())
    rates = dict.fromkeys(names[:3], 2e6) | {"normalise": 8e6}
    head, _, row = report({"seeds": rates}).splitlines()
    assert [cell.strip() for cell in head.split("|")[3:-1]] == [f"times {name}" for name in names[1:]]
    assert row == f"| seeds | 8.0 | 4.00 | 4.00 | {MISSING} |"


def test_every_reader_reads_the_seeds() -> None:
    installed = {name for name, reads in readers().items() if reads}
    assert set(speeds(seeds()[:1], readers(), rounds=1)) == installed
    assert len(seeds()) == 5
