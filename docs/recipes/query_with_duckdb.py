"""SQL over the Parquet files with DuckDB.

Spans are structs, or lists of structs, and DuckDB reads them directly: a dot selects a field of a span, `unnest`
makes a row of each list item, and a file name is a table.
"""

# %%
import duckdb

duckdb.sql("CREATE VIEW quantities AS FROM 'corpus/data/quantities.parquet'")
duckdb.sql("CREATE VIEW attributions AS FROM 'corpus/data/attributions.parquet'")
duckdb.sql("CREATE VIEW figures AS FROM 'corpus/data/figures.parquet'")


def show(query: str) -> None:
    """Print the answer, one line per row."""
    answer = duckdb.sql(query)
    print(" | ".join(answer.columns))
    for row in answer.fetchall():
        print(" | ".join("–" if value is None else str(value) for value in row))


# %% [markdown]
# ## Into a span
#
# Numbers with a lower bound and no upper bound:

# %%
show("""
    SELECT id, span.text AS words, "interval", lower
    FROM quantities
    WHERE lower IS NOT NULL AND upper IS NULL
    ORDER BY lower DESC, id
""")

# %% [markdown]
# ## A row for each item of a list
#
# What is measured, and what restricts it:

# %%
show("""
    SELECT q.id, q.number.text AS number,
           list_aggregate([m.text FOR m IN q.measured], 'string_agg', ' … ') AS measured,
           len(q.scope) AS restrictions
    FROM quantities q
    WHERE q.article_id = '004'
    ORDER BY q.span.start
""")

# %% [markdown]
# ## Who is quoted, in how many words
#
# `unnest` the fragments of each content, then add up the words per source:

# %%
show("""
    SELECT coalesce(source_key, source_kind) AS source, count(DISTINCT id) AS attributions,
           sum(len(string_split(fragment.text, ' ')))::INT AS words
    FROM (SELECT id, source_key, source_kind, unnest(content) AS fragment FROM attributions)
    GROUP BY ALL
    ORDER BY words DESC, source
    LIMIT 8
""")

# %% [markdown]
# ## Pairs across articles
#
# How the tellings of the same number relate, and whether the annotator was sure:

# %%
show("""
    SELECT f.id AS figure, a.span.text AS one, pair.relation, b.span.text AS other, pair.sure
    FROM (SELECT id, unnest(pairs) AS pair FROM figures) f
    JOIN quantities a ON a.id = pair.a
    JOIN quantities b ON b.id = pair.b
    ORDER BY figure, pair.a, pair.b
""")

# %% [markdown]
# ## The nested table
#
# `articles` holds the same rows nested in each article, if you prefer one file:

# %%
show("""
    SELECT article_id, len(entities) AS entities, len(quantities) AS quantities, len(attributions) AS attributions
    FROM 'corpus/data/articles.parquet'
    ORDER BY article_id
""")
