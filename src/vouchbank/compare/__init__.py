"""Compare several annotations of the same articles: alignment, agreement, adjudication."""
