"""Spans against spans: several annotations of one article compared, and what adjudication made of them."""
