"""Adjudications: every difference between annotators is decided, and every other change in the gold is explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from vouchbank.checks.shape import Held, article_shape, shape_findings, validators
from vouchbank.compare.adjudication import DROP, KEEP, OTHER, Trouble, aligned_with_gold, troubles, undecided
from vouchbank.compare.annotators import GOLD, adjudication, article_by, digest, has_annotations, listed_annotators
from vouchbank.compare.outside import OUTSIDE, is_outside, judgements, unmatched
from vouchbank.compare.pairs import compared_columns
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.corpus import RAW
from vouchbank.corpus.format import literal
from vouchbank.corpus.ids import NOBODY
from vouchbank.corpus.inventory import CORPUS
from vouchbank.corpus.records import LayerFile, Record
from vouchbank.findings import CHECKS, Fault, Finding, Level, Place, Related, Severity, declared, errors
from vouchbank.hints import closest
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.toml.reader import Document

Problem = tuple[str, str, Place]  # message, help, place
FEWEST_ANNOTATORS = 2  # the least number of annotators who annotated all of an adjudicated layer
HELP = {
    "without-difference": "fix the ids or the field, or remove the row",
    "not-as-decided": "change the gold or the decision",
}


def adjudications(source: Corpus, articles: Iterable[str]) -> Iterator[Finding]:
    """All findings on the raw annotations and the adjudications of these articles."""
    for article in map(source.article, articles):
        broken = set[str]()
        for name in source.annotators:
            for fault in _not_comparable(article_by(source, name, article.id)):
                broken.add(name)
                again = f"vouchbank check {article.id} --by {name}"
                help_ = f"restore it: git checkout -- {fault.place.file}; if it is new, run: {again}"
                yield raw_not_comparable(article.id, fault.place, fault.message, help_)
        yield from _of_article(source, article, broken)


def _not_comparable(article: Article) -> Iterator[Finding | Fault]:
    """What prevents an annotator's files of an article from being compared; nothing if the seed cannot be read."""
    if article.seed.faults:
        return
    shape = list(article_shape(article, raw=True))
    for name, file in article.files.items():
        yield from islice(_wrong_in(article, name, file, shape), 1)


def _wrong_fields(article: Article, name: str, file: LayerFile, fields: frozenset[str]) -> Iterator[Fault]:
    """Faults of a file with only some fields: it lists an unknown field, or has one that it does not list."""
    tables = [table for table in article.schema.in_file(name) if table.exhaustive]
    known = {c.name for table in tables for c in compared_columns(table)}
    for field in sorted(fields - known):
        yield Fault(f"unknown field {field!r} in `fields`", file.document.place("fields"))
    words = {n for table in tables for a in table.anchor for n in (a, *table.column(a).hull)}
    for record in (record for record in file.records if record.table.exhaustive):
        for field in sorted(record.values.keys() & known - fields - words):
            yield record.fault(field, f"the field {field!r} is not listed in `fields`")


def _wrong_in(article: Article, name: str, file: LayerFile, shape: list[Finding]) -> Iterator[Finding | Fault]:
    yield from file.document.faults
    if file.draft:
        return  # drafts are not compared
    yield from (finding for finding in shape if finding.place.file == file.document.file)
    yield from _wrong_fields(article, name, file, file.fields) if file.fields is not None else ()
    for path in file.strays:
        yield Fault(f"{path[-1]!r} is not an annotation", file.document.key_place(*path))
    for record in file.unnumbered:
        yield record.fault(record.key_place(), f"{record.name!r} is not the id of an annotation")
    for annotation in (a for table in article.schema.in_file(name) for a in article.annotations[table.name]):
        for unplaced in annotation.unplaced:
            message = f"cannot place {unplaced.quote[:60]!r} in {unplaced.paragraph}"
            yield annotation.record.fault(unplaced.path, message)


def _of_article(corpus: Corpus, article: Article, broken: set[str]) -> Iterator[Finding]:
    """The findings on one adjudication, cheap checks first; their consequences are not reported."""
    document = adjudication(corpus, article.id)
    adjudicated = [name for name, file in article.files.items() if file.status() == "adjudicated"]
    layers = [table.name for table in article.schema.exhaustive_layers if table.file in adjudicated]
    wrong = list(_unusable(corpus, article, document, adjudicated))
    if not wrong and not document.missing:
        wrong = list(_work(corpus, article, document, adjudicated, broken))
    yield from wrong
    names = listed_annotators(corpus, article.id)
    usable = not wrong and not broken & set(names) and not article.seed.faults
    if not usable or not adjudicated or any(True for _ in _not_comparable(article)):
        yield from _open(article, document, layers) if not wrong and not document.missing else ()
        return
    works = [article_by(corpus, name, article.id) for name in names]
    gone = [n for n, f in article.files.items() if f.document.missing and any(n in _files(own) for own in works)]
    if gone:
        file = article.files[gone[0]].document.file
        text, help_ = f"{file} is missing, but annotators have this layer", f"restore it: git checkout -- {file}"
        yield gold_not_explained(Fault(text, end(document), help_, article.id))
        return
    yield from _of_outside(corpus, article, document, broken)
    if document.value("by") == NOBODY:
        message, help_ = f"`by` is still the placeholder {NOBODY!r}", "write the id of the adjudicator"
        yield malformed_adjudication(article.id, document.place("by"), message, help_)
    found = list(troubles(aligned_with_gold(corpus, article.id), document.values, layers))
    yield from _open(article, document, layers, sum(t.problem == "undecided" and t.index < 0 for t in found))
    records = {record.name: record for file in article.files.values() for record in file.records}
    for trouble in (t for t in found if t.problem != "undecided"):
        if trouble.index < 0 or document.value(trouble.section, trouble.index, "layer") in layers:
            yield CHECK_OF[trouble.problem](_from_trouble(article, records, document, trouble))


def _open(article: Article, document: Document, layers: Sequence[str], without: int = 0) -> Iterator[Finding]:
    """One finding with the number of undecided differences; only a warning if their layers are not adjudicated.

    Args:
        article: The article.
        document: Its adjudication, which is well-formed.
        layers: The adjudicated layers.
        without: The number of differences without a row.
    """
    fault = open_differences(document, article.id, without)
    if fault is not None:
        waiting = (row for row in document.values.get("difference", ()) if undecided(row))
        serious = without or any(row["layer"] in layers for row in waiting)
        finding = difference_not_adjudicated(fault)
        yield finding if serious else replace(finding, severity=Severity.WARNING)


def open_differences(document: Document, article: str, without: int) -> Fault | None:
    """One fault with the number of undecided differences; None if all are decided.

    Args:
        document: The adjudication, which is well-formed.
        article: Its article; empty for the shared files.
        without: The number of differences without a row.
    """
    listed = [index for index, row in enumerate(document.values.get("difference", ())) if undecided(row)]
    if not listed and not without:
        return None
    counts = [f"{len(listed)} in incomplete rows"] * bool(listed) + [f"{without} without a row"] * bool(without)
    count = len(listed) + without
    message = f"{count} undecided difference{'s' * (count > 1)}: {', '.join(counts)}"
    place = document.place("difference", listed[0]) if listed else end(document)
    help_ = f"run: vouchbank adjudicate {article or CORPUS}; then fill in `choice` and `reason` of each row"
    return Fault(message, place, help_, article)


def _of_outside(corpus: Corpus, article: Article, document: Document, broken: set[str]) -> Iterator[Finding]:
    """Faults of [[outside]] rows: about something that both have, or a duplicate."""
    open_: dict[str, list[dict[str, str]]] = {}
    for index, row in enumerate(judgements(corpus, article.id)):
        name = row["annotator"]
        draft = row["layer"] in article.schema.tables and article.files[article.schema.tables[row["layer"]].file].draft
        if name not in broken and is_outside(corpus, name, article.id) and not draft:
            if name not in open_:
                open_[name] = list(unmatched(corpus, article.id, name))
            left = open_[name]
            annotation = {key: value for key, value in row.items() if key not in ("choice", "reason")}
            if annotation not in left:
                text = f"{name} and the gold do not differ here, or another row decides it"
                fault = Fault(text, document.place(OUTSIDE, index), HELP["without-difference"], article.id)
                yield adjudication_of_no_difference(fault)
            else:
                left.remove(annotation)


def end(document: Document) -> Place:
    """The last line of a file, after which a row is added."""
    return Place(document.file, max(1, document.text.count("\n")))


def _files(work: Article) -> list[str]:
    return [name for name, file in work.files.items() if not file.document.missing]


def _unusable(corpus: Corpus, article: Article, document: Document, adjudicated: list[str]) -> Iterator[Finding]:
    """Why an adjudication file cannot be used for comparison."""
    for fault in document.faults:
        yield unreadable_adjudication(article.id, fault)
    if document.missing and adjudicated:
        place = article.files[adjudicated[0]].document.place("status")
        message = f"`status` is `adjudicated`, but {document.file} is missing"
        help_ = f"run: vouchbank adjudicate {article.id}; or set `status` to `complete`"
        yield malformed_adjudication(article.id, place, message, help_)
    elif not document.missing and not document.faults:
        for message, help_, place in _malformed(corpus, document):
            yield malformed_adjudication(article.id, place, message, help_)


def _malformed(corpus: Corpus, document: Document) -> Iterator[Problem]:
    """Message, help and place of what does not conform to schema/adjudication.json or names something unknown."""
    known = validators(corpus.schema)
    check = known.get("adjudication") or validators(load_schema(default_schema_folder()))["adjudication"]
    faults = list(shape_findings(check, Held.document(document, dict(document.values))))
    yield from ((fault.message, fault.help, fault.place) for fault in faults)
    if faults:
        return
    names = list(document.values["annotators"])
    outside = [name for name in corpus.annotators if name not in names]
    for index, row in enumerate(document.values.get(OUTSIDE, ())):
        for key, right in (("annotator", outside), ("choice", [GOLD, row["annotator"]])):
            yield from unlisted(document, right, OUTSIDE, index, key)
    fields = {t.name: [c.name for c in compared_columns(t)] for t in corpus.schema.exhaustive_layers}
    sections = ("difference", "all_wrong")
    for section, index, row in ((s, i, row) for s in sections for i, row in enumerate(document.values.get(s, ()))):
        for name in (name for name in row.get("ids", ()) if name not in names):
            place = document.key_place(section, index, "ids", name)
            yield f"{name!r} is not listed in [annotators]", closest(name, names), place
        choices = [*names, OTHER] if "field" in row else [KEEP, DROP]
        choices += [row["choice"]] if "choice" in row and undecided({**row, "reason": "-"}) else []
        for key, allowed in (("layer", [*fields]), ("field", fields.get(row["layer"])), ("choice", choices)):
            if allowed and key in row:
                yield from unlisted(document, allowed, section, index, key)


def unlisted(document: Document, allowed: Sequence[str], section: str, index: int, key: str) -> Iterator[Problem]:
    """Message, help and place of a value that is not one of those allowed."""
    value = document.value(section, index, key)
    if value not in allowed:
        yield f"invalid value {value!r} for `{key}`", closest(value, allowed), document.place(section, index, key)


def _work(
    corpus: Corpus, article: Article, document: Document, adjudicated: list[str], broken: set[str]
) -> Iterator[Finding]:
    """Faults of the listed raw annotations: missing, or different from their digest."""
    works = {name: article_by(corpus, name, article.id) for name in listed_annotators(corpus, article.id)}
    lacking = list(_lacking(article, {n: w for n, w in works.items() if has_annotations(w)}, adjudicated))
    for file in (file for name, file in lacking if not name and document.values["annotators"].keys() == works.keys()):
        message = f"`status` is `adjudicated`, but fewer than {FEWEST_ANNOTATORS} annotators annotated all fields"
        place = article.files[file].document.place("status")
        yield raw_not_comparable(article.id, place, message, "set `status` to `complete`")
    for name, stated in document.values["annotators"].items():
        folder = f"{RAW}/{name}/{article.id}"
        if name not in works or not has_annotations(works[name]):
            message, help_ = f"{folder} has no finished annotations", f"restore it: git checkout -- {folder}"
            yield raw_not_comparable(article.id, document.key_place("annotators", name), message, help_)
            continue
        missing = [file for annotator, file in lacking if annotator == name]
        for file in missing:
            message = f"`status` is `adjudicated`, but {folder}/{file}.toml is missing"
            place = article.files[file].document.place("status")
            yield raw_not_comparable(article.id, place, message, "add the file, or set `status` to `complete`")
        if not missing and name not in broken and stated != (right := digest(works[name])):
            yield raw_changed(
                article.id, document.place("annotators", name), folder, folder, f"{name} = {literal(right)}"
            )


def _lacking(article: Article, works: Mapping[str, Article], adjudicated: list[str]) -> Iterator[tuple[str, str]]:
    """The annotators without a file of a layer that fewer than two annotated completely; an empty name if all have one.

    An annotator who annotated only some fields need not have the file.
    """
    parts = {name for name, work in works.items() if any(file.fields is not None for file in work.files.values())}
    for file in adjudicated:
        if sum(_whole(work, file) for work in works.values()) < FEWEST_ANNOTATORS:
            named = works.keys() - parts or works.keys()
            yield from [(n, file) for n in sorted(named) if works[n].files[file].document.missing] or [("", file)]


def _whole(work: Article, file: str) -> bool:
    """Whether an annotator annotated all fields of a file."""
    return not work.files[file].document.missing and work.files[file].fields is None


def _from_trouble(article: Article, records: Mapping[str, Record], document: Document, trouble: Trouble) -> Fault:
    """The fault of a trouble, at its row or at the differing annotation, with the row that would fix it."""
    text = trouble.text
    row = document.place(trouble.section, trouble.index) if trouble.index >= 0 else None
    if not trouble.row and row:
        return Fault(text, row, HELP[trouble.problem], article.id)
    record = records.get(trouble.row.get("gold", "")) if trouble.problem == "unexplained" else None
    help_, related = f"add to the end of {document.file}:", tuple[Related, ...]()
    if row:
        help_, related = "change the row to:", (Related(row, "this row explains nothing"),)
    if record:
        at = trouble.row.get("field", "")
        return article.fault(record, at, text, help_, related=related, paste=missing_row(trouble))
    return Fault(text, end(document), help_, article.id, related=related, paste=missing_row(trouble))


def missing_row(trouble: Trouble) -> tuple[str, ...]:
    """The lines of the row that would fix a trouble, except its reason."""
    lines = (f"{name} = {literal(value)}" for name, value in {**trouble.row, "reason": "…"}.items())
    return (f"[[{trouble.section}]]", *"\n".join(lines).split("\n"))


@declared(Level.FILE)
def unreadable_adjudication(article: str, fault: Finding) -> Fault:
    """An adjudication file cannot be read.

    The message gives the cause, the help the remedy.
    """
    return Fault(fault.message, fault.place, fault.help, article)


@declared(Level.SHAPE)
def malformed_adjudication(article: str, place: Place, message: str, help_: str, paste: tuple[str, ...] = ()) -> Fault:
    """An adjudication file is missing or does not conform to schema/adjudication.json.

    Every article with an adjudicated layer has a file annotations/adjudication/<article>.toml. It lists two or more
    annotators in [annotators] and gives a reason for every decision. A choice is one of these annotators or `other`;
    for a whole annotation it is `keep` or `drop`. Figures, claims and the registry have
    annotations/adjudication/corpus.toml, which conforms to schema/shared_adjudication.json.
    """
    return Fault(message, place, help_, article, paste=paste)


@declared(Level.CORPUS)
def raw_not_comparable(article: str, place: Place, message: str, help_: str) -> Fault:
    """The raw annotations of an annotator cannot be compared with the gold.

    A file cannot be read, or contains something that is not an annotation under the guidelines it names; or the article
    is adjudicated and a file is missing. Raw annotations are never changed: restore them. Check new raw annotations
    with `vouchbank check --by NAME` before they are compared.
    """
    return Fault(message, place, help_, article)


@declared(Level.CORPUS)
def raw_changed(article: str, place: Place, what: str, folder: str, line: str) -> Fault:
    """The raw annotations of an annotator differ from those that were adjudicated.

    In [annotators], the adjudication records a digest of each annotator's raw annotations: the SHA-256 of all values
    except the anchors, which `vouchbank rebase` may rewrite. Restore the raw annotations. The digest is written only
    once, when the article is adjudicated; the finding shows the line to write.
    """
    message = f"the digest does not match {what}: values were changed, or the digest was never recorded"
    help_ = f"restore it: git checkout -- {folder}; or, if it is adjudicated for the first time, write:"
    return Fault(message, place, help_, article, paste=(line,))


@declared(Level.CORPUS)
def difference_not_adjudicated(fault: Fault) -> Fault:
    """The annotators differ, but the adjudication does not decide who is right.

    Every difference has a row in annotations/adjudication/<article>.toml with a choice and a reason. A row whose choice
    or reason is empty or `…` is undecided. `vouchbank adjudicate ARTICLE` adds the missing rows with the value of each
    annotator; `vouchbank adjudicate corpus` does the same for figures, claims and the registry. One finding counts all
    undecided differences of a file.
    """
    return fault


@declared(Level.CORPUS)
def adjudication_of_no_difference(fault: Fault) -> Fault:
    """The adjudication decides a difference that does not exist.

    The annotators have the same value, the ids or the field are wrong, or the difference is decided twice. An
    [[all_wrong]] row is wrong if the gold agrees with the annotators, an [[outside]] row if both the gold and that
    annotator have the annotation.
    """
    return fault


@declared(Level.CORPUS)
def gold_not_as_decided(fault: Fault) -> Fault:
    """The gold differs from what the adjudication decided.

    Either the gold was changed after the decision, or the decision names the wrong annotator or gold id.
    """
    return fault


@declared(Level.CORPUS)
def gold_not_explained(fault: Fault) -> Fault:
    """The gold differs from what all annotators agreed on, without a reason.

    If all annotators agreed but were wrong by the guidelines, add an [[all_wrong]] row with the gold id, the field and
    the reason. Leave out the field if no annotator had the annotation; give the annotators' ids instead if the gold
    does not have it.
    """
    return fault


COMPARED = ("raw-not-comparable", "raw-changed")


def unusable(found: Iterable[Finding]) -> list[Finding]:
    """The findings that prevent annotators from being compared; each is an error of `vouchbank check` as well.

    These are files that cannot be read, records that are malformed or have no place in the text, and raw annotations
    that differ from those adjudicated.
    """
    return [f for f in errors(found) if CHECKS[f.slug].level.rank <= Level.ANCHOR.rank or f.slug in COMPARED]


CHECK_OF = {
    "undecided": difference_not_adjudicated,
    "without-difference": adjudication_of_no_difference,
    "not-as-decided": gold_not_as_decided,
    "unexplained": gold_not_explained,
}
