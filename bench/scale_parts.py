"""The measurements of `bench.scale`, each in its own process: `python -m bench.scale_parts NAME ARGUMENT...`.

A process prints its measurements as JSON. Times are CPU seconds, except where several processes work.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import scale_inputs
from bench.normalise_speed import compared

LEAST = 1.0  # seconds in which a thing is measured again and again
ROWS = 500  # articles of a batch
Measured = dict[str, Any]


def least(work: Callable[[], object]) -> float:
    """The fewest seconds of the processor that something takes, after it was done once."""
    work()
    taken, begun = list[float](), time.perf_counter()
    while len(taken) < 3 or time.perf_counter() - begun < LEAST:
        before = time.process_time()
        work()
        taken.append(time.process_time() - before)
    return min(taken)


def on_one_core() -> None:
    """Let this process, and what it starts, use one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def peak_mebibytes() -> float:
    """The most memory that this process has had."""
    text = Path("/proc/self/status").read_text("utf-8")
    return int(text.partition("VmHWM:")[2].split()[0]) / 1024


# --- what is measured -----------------------------------------------------------------------------------


def inputs(file: str, count: str, annotated: str) -> Measured:
    """Write articles; how long their lines are."""
    scale_inputs.write(Path(file), int(count), annotated == "annotated")
    return {"bytes": Path(file).stat().st_size / int(count)}


def normalising(pages: str) -> Measured:
    """Characters a second of `normalise` and of other tools: on the seeds, and on pages if their folder is named."""
    return {"rates": compared(Path(pages) if pages else None)}


def validating(folder: str) -> Measured:
    """Seconds to read what `bulk` wrote, and to check it in several ways."""
    import pyarrow.parquet

    from vouchbank.bulk import resources
    from vouchbank.bulk.spans import span_columns, wrong_spans
    from vouchbank.bulk.verify import verify

    file = next(Path(folder, "data").glob("*.parquet"))

    schema = resources.schema()

    def batches(whole: bool = True) -> Iterator[Any]:
        with pyarrow.parquet.ParquetFile(file) as opened:
            paths = [opened.schema.column(number).path for number in range(len(opened.schema))]
            wanted = paths if whole else span_columns(paths, schema)
            yield from opened.iter_batches(ROWS, columns=wanted, use_threads=False)

    def spans(whole: bool) -> int:
        found = sum(1 for rows in batches(whole) for _ in wrong_spans(rows, schema))
        if found:
            raise SystemExit("the articles of the bench should have no findings")
        return found

    seconds = {
        "reading the Parquet file": least(lambda: sum(rows.num_rows for rows in batches())),
        "reading only what spans need, and validating all of them": least(lambda: spans(False)),
        "reading all of it, and validating all spans": least(lambda: spans(True)),
        "`vouchbank check --tables`: all that is checked": least(lambda: verify(Path(folder))),
        "checks in the style of BigBIO": _in_python(file),
    }
    rows = pyarrow.parquet.read_metadata(file).num_rows
    return {"articles": rows, "spans": _in_python_once(file) / rows, "seconds": seconds}


def _in_python(file: Path) -> float:
    before = time.process_time()
    _in_python_once(file)
    return time.process_time() - before


def _in_python_once(file: Path) -> int:
    """Examples of `datasets` as dicts, and for each span `text[start:end] == words`, as BigBIO's tests do it.

    See `test_bigbio_hub.py` of https://github.com/bigscience-workshop/biomedical (Fries et al. 2022).
    """
    import datasets

    datasets.disable_progress_bars()
    with tempfile.TemporaryDirectory() as cache:
        number = 0
        for example in datasets.Dataset.from_parquet(str(file), cache_dir=cache):
            for span in _spans(example):
                number += 1
                if example["text"][span["start"] : span["end"]] != span["text"]:
                    raise SystemExit("the articles of the bench should have no findings")
    return number


def _spans(value: Any) -> Iterator[dict[str, Any]]:
    """The spans within a value."""
    if isinstance(value, dict) and "raw_start" in value and "text" in value:
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _spans(one)


def converting(file: str) -> Measured:
    """Seconds to make Parquet of JSON Lines: normalised by `shard`, and as it is by `datasets`."""
    import datasets

    from vouchbank.bulk import Options, begin, plan, shard

    def ours() -> None:
        with tempfile.TemporaryDirectory() as folder:
            parts = plan([file], Options())
            begin(folder, parts)
            for part in parts:
                shard(part, folder, Options())

    def theirs() -> None:
        with tempfile.TemporaryDirectory() as folder:
            held = datasets.Dataset.from_json(file, cache_dir=f"{folder}/cache")
            held.to_parquet(f"{folder}/made.parquet")

    datasets.disable_progress_bars()
    return {"`datasets`: `from_json(…).to_parquet(…)`": least(theirs), "`bulk.shard`": least(ours)}


def growing(file: str) -> Measured:
    """Seconds and memory of making shards of a file, in this process, and of what comes after them."""
    from vouchbank.bulk import Options, begin, finish, plan, shard
    from vouchbank.bulk.verify import verify

    options = Options()
    with tempfile.TemporaryDirectory() as folder:
        shard_one(Path(folder))
        begun = time.process_time()
        parts = plan([file], options)
        begin(f"{folder}/out", parts)
        receipts = [shard(part, f"{folder}/out", options) for part in parts]
        made, peak = time.process_time(), peak_mebibytes()
        finish(f"{folder}/out", parts, options)
        finished = time.process_time()
        found = verify(Path(folder, "out")).findings
        checked = time.process_time()
        if found:
            raise SystemExit(f"the articles of the bench should have no findings: {found[0]}")
        size = sum(path.stat().st_size for path in Path(folder, "out/data").iterdir())
    count = sum(one.articles for one in receipts)
    seconds = {"made": made - begun, "finished": finished - made, "checked": checked - finished}
    return {"articles": count, "parts": len(parts), "bytes": size, "peak": peak, "whole": peak_mebibytes(), **seconds}


def shard_one(folder: Path) -> None:
    """Make a small shard, so that everything is imported and read."""
    from vouchbank.bulk import Options, begin, plan, shard

    scale_inputs.write(folder / "warm.jsonl", 20)
    parts = plan([folder / "warm.jsonl"], Options())
    begin(folder / "warm", parts)
    shard(parts[0], folder / "warm", Options())


def clustering(file: str, workers: str, part_bytes: str) -> Measured:
    """Seconds on the clock of a run on a Dask cluster on this machine, whose workers have begun."""
    from functools import partial

    from distributed import LocalCluster

    from vouchbank.bulk import Options, begin, plan
    from vouchbank.bulk.cluster import clustered
    from vouchbank.bulk.runs import finished, run

    options = Options(part_bytes=int(part_bytes))
    begin_cluster: Any = LocalCluster  # it has no types
    with (
        tempfile.TemporaryDirectory() as folder,
        begin_cluster(n_workers=int(workers), threads_per_worker=1, dashboard_address=None) as cluster,
    ):
        out = Path(folder, "out")
        begun = time.perf_counter()
        parts = plan([file], options)
        begin(out, parts)
        states = list(run(parts, out, options, partial(clustered, address=cluster.scheduler_address)))
        finished(out, parts, options)
        taken = time.perf_counter() - begun
    if [one for one in states if one.state != "made"]:
        raise SystemExit("not all parts were made")
    return {"seconds": taken}


def annotating(file: str, folder: str) -> Measured:
    """Make shards of annotated articles, without the rules that judge annotation."""
    from vouchbank.bulk import Options, begin, finish, plan, shard

    options = Options(check=False)
    parts = plan([file], options)
    begin(folder, parts)
    before = time.process_time()
    receipts = [shard(part, folder, options) for part in parts]
    seconds = time.process_time() - before
    finish(folder, parts, options)
    return {"articles": sum(one.articles for one in receipts), "seconds": seconds}


NAMES: Mapping[str, Callable[..., Measured]] = {
    one.__name__: one for one in (inputs, normalising, validating, converting, growing, clustering, annotating)
}

if __name__ == "__main__":
    if sys.argv[1] != "clustering":
        on_one_core()
    print(json.dumps(NAMES[sys.argv[1]](*sys.argv[2:])))
