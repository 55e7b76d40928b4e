"""Attributions by themselves: cue, content, polarity, certainty, kind of source."""

from __future__ import annotations

import re

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged
from vouchbank.corpus.records import to_write
from vouchbank.findings import Level, Severity
from vouchbank.language.cues import CERTAINTY_OF, leaves_open
from vouchbank.language.cues import cue_kind as kind_of
from vouchbank.language.lexicon import plain, word_list

KNOWN = ("named", "author", "document", "outlet")
MOST_CUE_WORDS = 8
_THAT = re.compile(r"\bthat[\s,]*\Z", re.IGNORECASE)


@rule("attributions", level=Level.RECORD)
def cue_not_one_span(attribution: Judged) -> Faults:
    """The cue has several fragments.

    A cue is one contiguous span. A preposition after an intervening phrase belongs to the content: "accuses | Maduro
    of".
    """
    if (count := len(attribution.spans["cue"])) > 1:
        yield attribution.fault(("cue",), f"the cue has {count} fragments", "quote the words that attribute")


@rule("attributions", level=Level.RECORD, waivable=True)
def cue_too_long(attribution: Judged) -> Faults:
    """The cue is a whole clause.

    A cue is a verb group, a noun, an adverb or a preposition: the words that attribute, not what is attributed. No cue
    has more than eight words.
    """
    if (count := len(attribution.words("cue").split())) > MOST_CUE_WORDS:
        yield attribution.fault("cue", f"the cue has {count} words", "check whether these words are the content")


@rule("attributions", level=Level.ARTICLE, waivable=True)
def cue_edge(attribution: Judged) -> Faults:
    """The cue begins with a determiner, or begins or ends with a mention.

    A cue is the words that attribute: a verb group, "according to", "claims of", "reportedly". Who says it, to whom,
    when and what are separate spans. A negation stays: "no longer believe".
    """
    text = attribution.article.text
    for cue in attribution.spans["cue"]:
        first = plain(cue.of(text)).removeprefix("no longer ").split()[:1]
        inside = [m.spans["span"][0] for m in attribution.mentions_inside(cue)]
        at_edge = [m for m in inside if m.start == cue.start or m.end == cue.end]
        if at_edge or (first and first[0] in word_list("names", "determiners")):
            held = at_edge[0].of(text) if at_edge else first[0]
            where = "ends" if at_edge and at_edge[0].start > cue.start else "begins"
            help_ = "quote only the words that attribute; source, addressee, time and content are annotated separately"
            yield attribution.fault("cue", f"the cue {where} with {held!r}", help_)


@rule("attributions", level=Level.RECORD)
def cue_kind_contradicts_cue(attribution: Judged) -> Faults:
    """There is a cue but its kind is none, or a kind is given without a cue.

    Both follow from the cue, as does `punctuation`, a colon or the like: leave cue_kind out.
    """
    kind, cue = attribution.text("cue_kind"), attribution.words("cue")
    lettered = bool(re.search(r"\w", cue))
    if bool(cue) == (kind == "none"):
        message = f"`cue_kind` is {kind!r}, but there is {'a cue: ' + repr(cue) if cue else 'no cue'}"
        yield attribution.fault(
            "cue_kind", message, "name its kind" if cue else 'quote the cue, or write cue_kind = "none"'
        )
    elif cue and lettered == (kind == "punctuation"):
        message = f"{cue!r} is {'not ' * lettered}punctuation"
        yield attribution.fault("cue_kind", message, "name its kind" if lettered else 'write cue_kind = "punctuation"')


@rule("attributions", level=Level.RECORD, severity=Severity.WARNING, waivable=True)
def cue_kind_implausible(attribution: Judged) -> Faults:
    """The words of the cue do not look like its kind (a warning).

    "reportedly" looks like an adverb, "according to" like a preposition, "claims of" after a possessive like a noun.
    """
    kind, cue = attribution.text("cue_kind"), plain(attribution.words("cue"))
    if not cue or not re.search(r"\w", cue) or kind in ("none", "punctuation"):
        return
    looks = kind_of(cue) or ""
    if (looks and kind != looks) or (not looks and kind in ("adverb", "preposition")):
        message = f"{cue!r} looks like {looks or 'a verb or a noun'}, not like {kind}"
        yield attribution.fault("cue_kind", message, "check the cue and its kind")


@rule("attributions", level=Level.RECORD)
def content_missing(attribution: Judged) -> Faults:
    """An attribution has no content.

    Only a refusal may have no content, or an answer without an object ("aren't convinced") to an attribution that
    `about` names.
    """
    written = attribution.record.values
    if "content" not in written and attribution.text("polarity") != "decline" and not written.get("about"):
        help_ = 'quote the content, or write polarity = "decline" or about = […]'
        yield attribution.fault("", "the attribution has no content", help_)


@rule("attributions", level=Level.RECORD)
def content_of_decline(attribution: Judged) -> Faults:
    """A refusal has content that is not what was withheld.

    "declined to comment", "referred questions to": the cue says it all. Only what the source would not say is content,
    as it stands behind the cue or as a question: "declined to say [how many had been dismissed]".
    """
    text, cues = attribution.article.text, attribution.spans["cue"]
    contents = sorted(attribution.spans["content"])
    if attribution.text("polarity") == "decline" and contents:
        behind = any(not text[cue.end : contents[0].start].strip() for cue in cues if cue.end <= contents[0].start)
        if not behind and plain(contents[0].of(text)).split()[0] not in word_list("cues", "questions"):
            help_ = "leave the content out, or change the polarity"
            yield attribution.fault(("content",), "the content of a refusal is what was withheld", help_)


@rule("attributions", level=Level.RECORD, waivable=True)
def content_without_that(attribution: Judged) -> Faults:
    """The content leaves out the "that" before it.

    The complementiser belongs to the content: "said last month [that he has approved …]".
    """
    text = attribution.article.text
    own = [*attribution.spans["cue"], *attribution.spans["source"]]
    for span in sorted(attribution.spans["content"])[:1]:
        that = _THAT.search(text, max(0, span.start - 12), span.start)
        if that and not any(o.start <= that.start() < o.end for o in own):
            message = f"the content leaves out the {text[that.start() : that.start() + 4]!r} before it"
            yield attribution.fault(("content",), message, "begin the content with it")


@rule("attributions", level=Level.RECORD)
def content_holds_own_cue(attribution: Judged) -> Faults:
    """The content contains the source or the cue of the same attribution.

    They belong outside it. Where they interrupt the content, it has two fragments.
    """
    for name in ("source", "cue"):
        held = [s for s in attribution.spans[name] if any(c.contains(s) for c in attribution.spans["content"])]
        if held:
            message = f"the content contains its own {name} {held[0].of(attribution.article.text)!r}"
            yield attribution.fault(("content",), message, "write the content as fragments around it")
            break


@rule("attributions", level=Level.RECORD)
def certainty_contradicts_polarity(attribution: Judged) -> Faults:
    """The certainty does not fit the polarity.

    The certainty of a doubt is `possible`, that of a refusal `underspecified`.
    """
    polarity, certainty = attribution.text("polarity"), attribution.text("certainty")
    wanted = CERTAINTY_OF.get(polarity, certainty)
    if certainty != wanted:
        message = f"certainty {certainty!r} does not fit polarity {polarity!r}"
        yield attribution.fault("certainty", message, f'write certainty = "{wanted}"')


@rule("attributions", level=Level.RECORD, waivable=True)
def certainty_contradicts_cue(attribution: Judged) -> Faults:
    """The cue leaves the certainty open, but the annotation does not.

    "reportedly" and "reports of" are `underspecified`.
    """
    cue, certainty = plain(attribution.words("cue")), attribution.text("certainty")
    open_ = leaves_open(cue) and attribution.text("polarity") == "affirm"
    if open_ and certainty != "underspecified":
        message = f"{cue!r} leaves the certainty open: it is not {certainty!r}"
        yield attribution.fault("certainty", message, 'write certainty = "underspecified"')


@rule("attributions", level=Level.RECORD)
def source_kind_contradicts_source(attribution: Judged) -> Faults:
    """There is a source but its kind is implicit, or another kind is given without a source.

    `implicit` says that no source is expressed: agentless verbs, "reportedly", "reports of".
    """
    kind, source = attribution.text("source_kind"), attribution.words("source")
    if kind and bool(source) == (kind == "implicit") and not to_write(attribution.record.values.get("source")):
        message = f"`source_kind` is {kind!r}, but there is {'a source: ' + repr(source) if source else 'no source'}"
        help_ = "name its kind" if source else 'quote the source, or write source_kind = "implicit"'
        yield attribution.fault("source_kind", message, help_)


@rule("attributions", level=Level.ARTICLE)
def source_kind_missing(attribution: Judged) -> Faults:
    """An attribution does not say of what kind its source is, and its words do not settle it.

    Without a source it is `implicit`, and a person or a state with a name is `named`: there the field need not be
    written. An organisation may be an outlet, an office or a group: write what it is.
    """
    source = attribution.words("source")
    if attribution.article.source.files["entities"].document.faults:
        return  # what it would settle is not known before it can be read
    if source and not attribution.text("source_kind") and "source_kind" not in attribution.record.values:
        labels = ", ".join(label.name for label in attribution.record.table.column("source_kind").labels)
        message = f"nothing says of what kind the source {source!r} is"
        yield attribution.fault("source", message, f"add source_kind = …: {labels}")


@rule("attributions", level=Level.RECORD)
def anonymity_of_known(attribution: Judged) -> Faults:
    """A reason for anonymity is given for a known source.

    `anonymous` means that an identity is withheld; a named source, the author, a document or an outlet withholds none.
    """
    kind = attribution.text("source_kind")
    if attribution.spans["anonymity_reason"] and kind in KNOWN:
        help_ = 'write source_kind = "anonymous", or leave the reason out'
        yield attribution.fault("source_kind", f"the source is {kind}, but a reason for anonymity is given", help_)
