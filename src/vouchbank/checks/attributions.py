"""Level 3: attributions by themselves. Cue, content, polarity, certainty, kind of source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vouchbank.checks.parts import sound, text, words
from vouchbank.checks.registry import Subject, article_check, at_record
from vouchbank.findings import Finding, Severity
from vouchbank.language.lexicon import plain, word_list

KNOWN = ("named", "author", "document", "outlet")
CERTAINTY_OF = {"doubt": "possible", "decline": "underspecified"}
MOST_CUE_WORDS = 8
_THAT = re.compile(r"\bthat[\s,]*\Z", re.IGNORECASE)


@article_check(3)
def cue_not_one_span(subject: Subject) -> Iterator[Finding]:
    """The cue has several fragments.

    A cue is one contiguous span. A preposition after an intervening phrase belongs to the content: "accuses | Maduro
    of".
    """
    for annotation in sound(subject, "attributions"):
        if len(annotation.spans["cue"]) > 1:
            message = f"the cue has {len(annotation.spans['cue'])} fragments"
            place = annotation.record.place("cue")
            yield at_record("cue-not-one-span", annotation.record, message, "quote the words that attribute", place)


@article_check(3)
def cue_too_long(subject: Subject) -> Iterator[Finding]:
    """The cue is a whole clause.

    A cue is a verb group, a noun, an adverb or a preposition: the words that attribute, not what is attributed. More
    than eight words are none.
    """
    for annotation in sound(subject, "attributions"):
        count = len(words(subject, annotation, "cue").split())
        if count > MOST_CUE_WORDS:
            message = f"the cue has {count} words"
            place = annotation.record.place("cue")
            yield at_record("cue-too-long", annotation.record, message, "look whether it is the content", place)


@article_check(4)
def cue_edge(subject: Subject) -> Iterator[Finding]:
    """The cue begins with a determiner, or begins or ends with a mention.

    A cue is the words that attribute: a verb group, "according to", "claims of", "reportedly". Who says it, to whom,
    when and what are spans of their own.
    """
    article = subject.article.text
    mentions = [span for m in sound(subject, "entities") for span in m.spans["span"]]
    for annotation in sound(subject, "attributions"):
        for cue in annotation.spans["cue"]:
            first = plain(cue.of(article)).split()[:1]
            at_edge = [m for m in mentions if cue.contains(m) and (m.start == cue.start or m.end == cue.end)]
            if at_edge or (first and first[0] in word_list("names", "determiners")):
                held = at_edge[0].of(article) if at_edge else first[0]
                message = f"the cue {'ends' if at_edge and at_edge[0].start > cue.start else 'begins'} with {held!r}"
                help_ = "quote only the words that attribute; source, addressee, time and content stand by themselves"
                yield at_record("cue-edge", annotation.record, message, help_, annotation.record.place("cue"))


@article_check(3)
def cue_kind_contradicts_cue(subject: Subject) -> Iterator[Finding]:
    """There is a cue and its kind is none, or there is none and it has a kind.

    Without a cue, write cue_kind = "none"; `punctuation` is a colon or the like.
    """
    for annotation in sound(subject, "attributions"):
        record, kind, cue = annotation.record, text(annotation.record, "cue_kind"), words(subject, annotation, "cue")
        lettered = bool(re.search(r"\w", cue))
        if bool(cue) == (kind == "none"):
            message = f"{cue!r} is a cue" if cue else f"there is no cue of kind {kind}"
            help_ = "name its kind" if cue else 'quote the cue, or write cue_kind = "none"'
        elif cue and lettered == (kind == "punctuation"):
            message = f"{cue!r} is {'no' if lettered else 'a mark of'} punctuation"
            help_ = "name its kind" if lettered else 'write cue_kind = "punctuation"'
        else:
            continue
        yield at_record("cue-kind-contradicts-cue", record, message, help_, record.place("cue_kind"))


@article_check(3, Severity.WARNING)
def cue_kind_implausible(subject: Subject) -> Iterator[Finding]:
    """The kind of the cue is not what its words look like (a warning).

    "reportedly" looks like an adverb, "according to" like a preposition, "claims of" after a possessive like a noun.
    """
    for annotation in sound(subject, "attributions"):
        kind, cue = text(annotation.record, "cue_kind"), plain(words(subject, annotation, "cue"))
        if not cue or not re.search(r"\w", cue) or kind in ("none", "punctuation"):
            continue
        looks = _looks_like(cue)
        if (looks and kind != looks) or (not looks and kind in ("adverb", "preposition")):
            message = f"{cue!r} looks like {looks or 'a verb or a noun'}, not like {kind}"
            place = annotation.record.place("cue_kind")
            yield at_record("cue-kind-implausible", annotation.record, message, "look at cue and kind again", place)


def _looks_like(cue: str) -> str:
    if cue in word_list("cues", "prepositions"):
        return "preposition"
    adverb = cue in word_list("cues", "adverbs") or (" " not in cue and cue.endswith("edly"))
    return "adverb" if adverb else ""


@article_check(3)
def content_missing(subject: Subject) -> Iterator[Finding]:
    """An attribution has no content.

    Only who declines says nothing, and who answers an attribution that `about` names without an object ("aren't
    convinced").
    """
    for annotation in sound(subject, "attributions"):
        record = annotation.record
        if "content" not in record.values and text(record, "polarity") != "decline" and not record.values.get("about"):
            help_ = 'quote the content, or write polarity = "decline" or about = […]'
            yield at_record("content-missing", record, "nothing is attributed", help_)


@article_check(3)
def content_of_decline(subject: Subject) -> Iterator[Finding]:
    """Who declines has a content.

    "declined to comment", "referred questions to": the cue says it all.
    """
    for annotation in sound(subject, "attributions"):
        if text(annotation.record, "polarity") == "decline" and annotation.spans["content"]:
            place = annotation.record.place("content")
            help_ = "leave the content out, or change the polarity"
            yield at_record("content-of-decline", annotation.record, "a refusal has no content", help_, place)


@article_check(3)
def content_without_that(subject: Subject) -> Iterator[Finding]:
    """The content leaves out the "that" before it.

    The complementiser belongs to the content: "said last month [that he has approved …]".
    """
    article = subject.article.text
    for annotation in sound(subject, "attributions"):
        own = [*annotation.spans["cue"], *annotation.spans["source"]]
        for span in sorted(annotation.spans["content"])[:1]:
            that = _THAT.search(article, max(0, span.start - 12), span.start)
            if that and not any(o.start <= that.start() < o.end for o in own):
                message = f"{article[that.start() : that.start() + 4]!r} stands before the content"
                place = annotation.record.place("content")
                yield at_record("content-without-that", annotation.record, message, "begin the content with it", place)


@article_check(3)
def content_holds_own_cue(subject: Subject) -> Iterator[Finding]:
    """The content holds the source or the cue of the same attribution.

    They stay outside. Where they interrupt the content, it has two fragments.
    """
    for annotation in sound(subject, "attributions"):
        for name in ("source", "cue"):
            held = [s for s in annotation.spans[name] if any(c.contains(s) for c in annotation.spans["content"])]
            if held:
                message = f"the content holds its own {name} {held[0].of(subject.article.text)!r}"
                place = annotation.record.place("content")
                help_ = "write the content as fragments around it"
                yield at_record("content-holds-own-cue", annotation.record, message, help_, place)
                break


@article_check(3)
def certainty_contradicts_polarity(subject: Subject) -> Iterator[Finding]:
    """The certainty is not that of the polarity.

    Who doubts commits to `possible`, who declines to `underspecified`.
    """
    for annotation in sound(subject, "attributions"):
        polarity, certainty = text(annotation.record, "polarity"), text(annotation.record, "certainty")
        wanted = CERTAINTY_OF.get(polarity, certainty)
        if certainty != wanted:
            place = annotation.record.place("certainty")
            message = f"{polarity} is not {certainty}"
            help_ = f'write certainty = "{wanted}"'
            yield at_record("certainty-contradicts-polarity", annotation.record, message, help_, place)


@article_check(3)
def certainty_contradicts_cue(subject: Subject) -> Iterator[Finding]:
    """The cue leaves the certainty open, and the annotation does not.

    "reportedly" and "reports of" are `underspecified`.
    """
    for annotation in sound(subject, "attributions"):
        cue, certainty = plain(words(subject, annotation, "cue")), text(annotation.record, "certainty")
        polarity = text(annotation.record, "polarity")
        if cue in word_list("cues", "underspecified") and certainty != "underspecified" and polarity == "affirm":
            place = annotation.record.place("certainty")
            help_ = 'write certainty = "underspecified"'
            yield at_record("certainty-contradicts-cue", annotation.record, f"{cue!r} is not {certainty}", help_, place)


@article_check(3)
def source_kind_contradicts_source(subject: Subject) -> Iterator[Finding]:
    """There is a source and its kind is implicit, or there is none and it has another kind.

    `implicit` says that no source is expressed: agentless verbs, "reportedly", "reports of".
    """
    for annotation in sound(subject, "attributions"):
        record, kind, source = annotation.record, text(annotation.record, "source_kind"), annotation.spans["source"]
        if bool(source) == (kind == "implicit"):
            message = (
                f"{words(subject, annotation, 'source')!r} is a source" if source else f"there is no {kind} source"
            )
            help_ = "name its kind" if source else 'quote the source, or write source_kind = "implicit"'
            place = record.place("source_kind")
            yield at_record("source-kind-contradicts-source", record, message, help_, place)


@article_check(3)
def anonymity_of_known(subject: Subject) -> Iterator[Finding]:
    """A reason for anonymity is given of a source that is known.

    `anonymous` is an identity withheld; who is named, the author, a document and an outlet withhold none.
    """
    for annotation in sound(subject, "attributions"):
        kind = text(annotation.record, "source_kind")
        if annotation.spans["anonymity_reason"] and kind in KNOWN:
            place = annotation.record.place("source_kind")
            help_ = 'write source_kind = "anonymous", or leave the reason out'
            message = f"the source is {kind}, and a reason says why it is not named"
            yield at_record("anonymity-of-known", annotation.record, message, help_, place)
