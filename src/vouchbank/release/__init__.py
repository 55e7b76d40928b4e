"""Publish a release to the Hub: check that it may be published, compare, make one commit, make one tag.

`ready` says why a tree must not be published, `versions` compares it with the last release, `plan` compares two sets of
files, `inspection` reads what the Hub has, `upload` runs the steps, and only `hub` talks to the Hub.
"""
