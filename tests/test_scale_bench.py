"""The report on articles at scale, and the page that holds a part of it."""

from __future__ import annotations

from bench.scale import PAGE, REPORT, ROOT, Measurements, aims, costs, exponent, page, within
from bench.scale_inputs import articles
from vouchbank.bulk import InputArticle, Options
from vouchbank.bulk.articles import process_article

SIZE = {"parts": 1, "bytes": 80_000, "peak": 200.0, "whole": 250.0, "finished": 0.001, "checked": 0.02}
MADE = Measurements(
    line={"bytes": 3_000},
    normalising={
        "rates": {
            "seeds": {"normalise": 9e6, "str.translate": 9e6, "ftfy.fix_text": 2e6},
            "pages": {"normalise": 6e6, "str.translate": 9e6, "ftfy.fix_text": 2e6},
        }
    },
    validating={
        "articles": 100,
        "spans": 100.0,
        "seconds": {"a": 1.0, "b": 1.5, "c": 2.0, "d": 4.0, "e": 60.0},
    },
    annotating={"articles": 100, "seconds": 2.0},
    converting={"theirs": 1.0, "ours": 20.0},
    growth=[{**SIZE, "articles": 100, "made": 0.1}, {**SIZE, "articles": 1_000, "made": 1.0}],
    pools={1: (10.0, 200.0), 2: (5.1, 210.0)},
    dask=5.2,
)


def test_each_aim_is_told_as_reached_or_missed() -> None:
    found = {what: (reached, enough) for what, _, reached, enough in aims(MADE)}
    assert found["normalising, to ftfy, where it is slowest"] == (3.0, False)
    assert found["validating with the reading it needs, to reading the file"] == (1.5, True)
    assert found["the same, to BigBIO-style checks"] == (40.0, True)
    assert found["memory of the largest process, MiB"] == (250.0, True)
    assert page(MADE).count("**missed**") == 1


def test_a_million_costs_what_one_costs_a_million_times() -> None:
    said = "\n".join(costs(MADE))
    assert "| 1,000,000 | 45 | 17 min | 16 s |" in said
    assert "0.1 GB | 3.0 GB |" in said
    assert within(page(MADE)) == said


def test_the_page_has_the_costs_that_were_measured() -> None:
    report, told = ((ROOT / name).read_text("utf-8") for name in (REPORT, PAGE))
    assert within(report) == within(told)


def test_twice_the_time_for_twice_the_articles_is_linear() -> None:
    assert round(exponent([{"articles": 1, "made": 1.0}, {"articles": 2, "made": 4.0}]), 2) == 2.0


def test_articles_of_the_bench_are_normalised_and_annotated_without_findings() -> None:
    for row in articles(3, annotated=True):
        layers = {name: row[name] for name in ("entities", "quantities", "attributions")}
        made = process_article(InputArticle("a.jsonl", 0, row["id"], row["text"], layers=layers), Options(check=False))
        assert made.row
        assert made.found == ()
        assert min(len(made.row[name]) for name in layers) > 0
        assert 2_000 < len(made.row["text"]) < 6_000
