"""The way of a release to the Hub: what stands in its way, what it changes, one commit, one tag.

`gate` says why a tree must not be published, `plan` compares two sets of files, `release` is the order of the steps,
`hub` is the only room that speaks to the Hub.
"""
